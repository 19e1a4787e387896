import { type CompiledJob, compileJob } from '../../src/job/compile.ts';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.ts';
import {
  type AppRole,
  type Assignment,
  type Attributes,
  DEFAULT_ACCESS_ROLE_ID,
  type DirectoryObject,
  type ObjectType,
} from '../../src/model/directory.ts';
import { DEFAULT_EXPRESSION_OPTIONS } from '../../src/model/expression-options.ts';
import { attributePath, type SourceId, sourceId, targetId } from '../../src/model/identifiers.ts';
import { DEFAULT_LOG, DEFAULT_MATCHING, type JobSettings } from '../../src/model/job.ts';
import type { Json } from '../../src/model/json.ts';
import type {
  DesiredAttribute,
  DesiredState,
  Link,
  MappedValue,
  Match,
  MatchedObject,
  ScopeVerdict,
  TargetState,
} from '../../src/model/pipeline.ts';
import { DEFAULT_SAFETY } from '../../src/model/safety.ts';
import type {
  AttributeMapping,
  FilterClause,
  FilterGroup,
  MappingSource,
  ObjectMapping,
  ScopingFilter,
  SynchronizationSchema,
} from '../../src/model/schema.ts';
import type { ReferenceTask } from '../../src/planning/plan-reference.ts';

/** A user who is in the directory and may sign in, not assigned unless said so. */
export const aUser = (
  attributes: Attributes = {},
  { id = 'u1', ...rest }: Partial<Omit<DirectoryObject, 'id'>> & { readonly id?: string } = {},
): DirectoryObject => ({
  objectType: 'User',
  id: sourceId(id),
  label: `${id}@contoso.com`,
  attributes: { userPrincipalName: `${id}@contoso.com`, accountEnabled: true, ...attributes },
  manager: null,
  presence: 'live',
  assignments: [],
  ...rest,
});

/** A security-enabled group, not assigned unless said so. */
export const aGroup = (
  attributes: Attributes = {},
  { id = 'g1', ...rest }: Partial<Omit<DirectoryObject, 'id'>> & { readonly id?: string } = {},
): DirectoryObject => ({
  objectType: 'Group',
  id: sourceId(id),
  label: `Group ${id}`,
  attributes: { displayName: `Group ${id}`, securityEnabled: true, ...attributes },
  manager: null,
  presence: 'live',
  assignments: [],
  ...rest,
});

/** A role of the application for users. */
export const aRole = (displayName: string, rest: Partial<AppRole> = {}): AppRole => ({
  id: `role-${displayName}`,
  value: displayName.toLowerCase(),
  displayName,
  isEnabled: true,
  allowedMemberTypes: ['User'],
  ...rest,
});

/** A direct assignment; with Default Access unless a role is given. */
export const assigned = (role: AppRole | null = null): Assignment => ({ throughGroup: null, role });

/** An assignment as a member of an assigned group. */
export const assignedThrough = (
  displayName: string,
  { role = null, securityEnabled = true }: { role?: AppRole | null; securityEnabled?: boolean } = {},
): Assignment => ({
  throughGroup: { id: sourceId(`group-${displayName}`), displayName, securityEnabled },
  role,
});

/** The id of Default Access, where a test speaks of it. */
export const DEFAULT_ACCESS = DEFAULT_ACCESS_ROLE_ID;

/** A clause of a scoping filter. */
export const aClause = (
  sourceOperandName: string,
  operatorName: string,
  ...values: readonly string[]
): FilterClause => ({ sourceOperandName, operatorName, values });

/** A scoping filter of groups, each with its title. */
export const aFilter = (
  groups: Readonly<Record<string, readonly FilterClause[]>>,
  inputGroups: Readonly<Record<string, readonly FilterClause[]>> = {},
): ScopingFilter => ({ groups: groupsOf(groups), inputFilterGroups: groupsOf(inputGroups) });

const groupsOf = (groups: Readonly<Record<string, readonly FilterClause[]>>): readonly FilterGroup[] =>
  Object.entries(groups).map(([name, clauses]) => ({ name, clauses }));

/** Where a mapping takes its value: `[attribute]`, an expression, or null for None. */
export const aSource = (text: string | null): MappingSource | null => {
  if (text === null) return null;
  const direct = /^\[(\w+)\]$/.exec(text)?.[1];
  return direct === undefined
    ? { type: 'Function', expression: text, name: '' }
    : { type: 'Attribute', expression: text, name: direct };
};

/** What differs from a plain mapping of a text that always flows. */
export type MappingOptions = Partial<Omit<AttributeMapping, 'target' | 'source' | 'targetAttributeName'>> & {
  readonly target?: Partial<AttributeMapping['target']>;
};

/** A mapping from a source to a target attribute. */
export const aMapping = (
  path: string,
  source: string | null,
  { target = {}, ...rest }: MappingOptions = {},
): AttributeMapping => ({
  targetAttributeName: attributePath(path),
  source: aSource(source),
  defaultValue: null,
  flowType: 'Always',
  flowBehavior: 'FlowWhenChanged',
  matchingPriority: 0,
  ...rest,
  target: {
    name: path,
    type: path === 'active' ? 'Boolean' : 'String',
    multivalued: false,
    caseExact: false,
    required: false,
    anchor: false,
    mutability: 'ReadWrite',
    ...target,
  },
});

/** The mapping of `active` that the service has by default. */
export const ACTIVE_MAPPING = aMapping(
  'active',
  'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
);

/** A verdict: in scope, unless said otherwise. */
export const aVerdict = (rest: Partial<ScopeVerdict> = {}): ScopeVerdict => ({
  isActive: true,
  isAssigned: true,
  hasRequiredRole: true,
  passesFilter: true,
  isInScope: true,
  isDropped: false,
  clauses: {},
  reason: 'in scope: assigned directly',
  failure: null,
  ...rest,
});

/** Out of scope because nobody assigned it. */
export const UNASSIGNED: Partial<ScopeVerdict> = {
  isAssigned: false,
  hasRequiredRole: false,
  isInScope: false,
  reason: 'not assigned to the application',
};

/** A desired attribute of a mapping. */
export const anAttribute = (
  mapping: AttributeMapping,
  value: MappedValue | null,
  followsSoftDelete = false,
): DesiredAttribute => ({ mapping, value, followsSoftDelete });

/** What differs from the desired state of an object in scope. */
export type DesiredOptions = Partial<Omit<DesiredState, 'scoped'>> & {
  readonly scope?: Partial<ScopeVerdict>;
};

/** The desired state of an object; soft-deleted where the verdict says that it is out of scope or not active. */
export const aDesired = (
  object: DirectoryObject,
  attributes: readonly DesiredAttribute[],
  { scope = {}, ...rest }: DesiredOptions = {},
): DesiredState => {
  const verdict = aVerdict(scope);
  return {
    scoped: { object, scope: verdict },
    isSoftDeleted: !(verdict.isInScope && verdict.isActive),
    attributes,
    references: [],
    mapsMembers: null,
    isIgnored: false,
    failure: verdict.failure,
    ...rest,
  };
};

/** The link of an object to the target object `t-<id>`, looked after. */
export const aLink = (
  object: Pick<DirectoryObject, 'id' | 'objectType'>,
  rest: Partial<Link> = {},
): Link => ({
  sourceId: object.id,
  targetId: targetId(`t-${object.id}`),
  objectType: object.objectType,
  isManaged: true,
  hasMemberships: false,
  ...rest,
});

/** A target object with its attributes by path. */
export const aTarget = (id: string, attributes: Readonly<Record<string, Json>> = {}): TargetState => ({
  id: targetId(id),
  attributes,
});

/** A match by the link, with the state of the target object unless that is not known. */
export const linkedTo = (link: Link, attributes: Readonly<Record<string, Json>> | null): Match => ({
  kind: 'linked',
  link,
  target: attributes === null ? null : { id: link.targetId, attributes },
  wasRead: false,
});

/** A match by a matching attribute. */
export const foundAs = (
  id: string,
  attributes: Readonly<Record<string, Json>> = {},
  path = 'userName',
  value = 'u1@contoso.com',
): Match => ({ kind: 'found', attribute: attributePath(path), value, target: aTarget(id, attributes) });

/** Asked for, and not there. */
export const notFound = (...paths: readonly string[]): Match => ({
  kind: 'none',
  asked: (paths.length === 0 ? ['userName'] : paths).map(attributePath),
});

/** A desired state with its counterpart. */
export const aMatched = (desired: DesiredState, match: Match, isRelinked = false): MatchedObject => ({
  desired,
  match,
  isRelinked,
});

/** An object mapping with everything switched on. */
export const anObjectMapping = (
  objectType: ObjectType,
  attributeMappings: readonly AttributeMapping[],
  rest: Partial<ObjectMapping> = {},
): ObjectMapping => ({
  name: `${objectType}s`,
  enabled: true,
  objectType,
  targetObjectName:
    objectType === 'User'
      ? 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
      : 'urn:ietf:params:scim:schemas:core:2.0:Group',
  actions: { create: true, update: true, delete: true },
  scope: null,
  attributeMappings,
  ...rest,
});

const MANAGER_PATH = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';

/** A user mapping as plain as can be: matched by userName, with a title, a manager and `active`. */
export const userMapping = (rest: Partial<ObjectMapping> = {}): ObjectMapping =>
  anObjectMapping(
    'User',
    [
      aMapping('userName', '[userPrincipalName]', { matchingPriority: 1, target: { required: true } }),
      ACTIVE_MAPPING,
      aMapping('title', '[jobTitle]'),
      aMapping(MANAGER_PATH, '[manager]', { target: { type: 'Reference' } }),
    ],
    rest,
  );

/** A group mapping as plain as can be: matched by displayName, with members. */
export const groupMapping = (rest: Partial<ObjectMapping> = {}): ObjectMapping =>
  anObjectMapping(
    'Group',
    [
      aMapping('displayName', '[displayName]', { matchingPriority: 1, target: { required: true } }),
      aMapping('members', '[members]', { target: { type: 'Reference', multivalued: true } }),
    ],
    rest,
  );

/** What differs from a job that provisions assigned users and groups, in the default dialect. */
export type JobOptions = Partial<Omit<JobSettings, 'target'>> & {
  readonly dialect?: Partial<Dialect>;
  readonly state?: JobSettings['target']['state'];
  readonly user?: ObjectMapping | null;
  readonly group?: ObjectMapping | null;
  readonly fingerprint?: string;
};

/** A job, compiled. */
export const aJob = ({
  dialect = {},
  state = 'cached',
  user = userMapping(),
  group = groupMapping(),
  fingerprint = 'schema-1',
  ...settings
}: JobOptions = {}): CompiledJob => {
  const schema: SynchronizationSchema = {
    leftOut: [],
    id: 'schema',
    ruleId: 'rule',
    sourceDirectoryName: 'Microsoft Entra ID',
    targetDirectoryName: 'customappsso',
    user,
    group,
    sourceAttributes: { User: [], Group: [] },
    document: {},
  };
  return compileJob(
    {
      id: 'job-1',
      enabled: true,
      schemaFile: '',
      scope: 'assigned',
      excludeDefaultAccess: true,
      matching: DEFAULT_MATCHING,
      expressions: DEFAULT_EXPRESSION_OPTIONS,
      skipOutOfScopeDeletions: false,
      safety: DEFAULT_SAFETY,
      notificationEmail: null,
      intervalMs: 40 * 60_000,
      log: DEFAULT_LOG,
      stateFile: '',
      durability: 'normal',
      ...settings,
      target: {
        baseUrl: 'https://target.example/scim',
        auth: { type: 'bearer', secretToken: 'secret' },
        requestsPerSecond: 0,
        concurrency: 1,
        timeoutMs: 1000,
        state,
        readMembers: 'never',
        verify: 'off',
        dialect: { ...DEFAULT_DIALECT, ...dialect },
      },
    },
    schema,
    fingerprint,
  );
};

/** The id of a source object, where a test names it. */
export const idOf = (id: string): SourceId => sourceId(id);

/** A reference of a user to a manager who is not provisioned. */
export const aReference = (label: string): ReferenceTask => ({
  objectType: 'User',
  id: idOf(label),
  label,
  attribute: 'manager',
  value: idOf('boss'),
  current: null,
});
