import { attributePath, sourceId, targetId } from '../../src/model/identifiers.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { AttributeChange, MappedValue, MatchedObject } from '../../src/model/pipeline.ts';
import type { AttributeDefinition, AttributeMapping } from '../../src/model/schema.ts';
import type { NoAnswer, ScimAnswer } from '../../src/model/scim.ts';
import { sameValue } from '../../src/scim/compare.ts';
import { isEnterpriseManager, parsePath } from '../../src/scim/path.ts';

/** A mapping of a target attribute; `active` is a Boolean and manager a Reference, as in the service's schemas. */
export function aMapping(path: string, target: Partial<AttributeDefinition> = {}): AttributeMapping {
  const known = path === 'active' ? 'Boolean' : isEnterpriseManager(parsePath(path)) ? 'Reference' : 'String';
  return {
    targetAttributeName: attributePath(path),
    source: null,
    defaultValue: null,
    flowType: 'Always',
    flowBehavior: 'FlowWhenChanged',
    matchingPriority: 0,
    target: {
      name: path,
      type: known,
      multivalued: path === 'members',
      caseExact: false,
      required: false,
      anchor: false,
      mutability: 'ReadWrite',
      ...target,
    },
  };
}

/** A mapping that flows a reference attribute of the source. */
export const aReferenceMapping = (path: string, name: 'manager' | 'members'): AttributeMapping => ({
  ...aMapping(path, { type: 'Reference', multivalued: name === 'members' }),
  source: { type: 'Attribute', expression: `[${name}]`, name },
});

/** The change of one attribute. */
export const aChange = (
  kind: AttributeChange['kind'],
  path: string,
  value: MappedValue,
  target: Partial<AttributeDefinition> = {},
): AttributeChange => ({ kind, mapping: aMapping(path, target), value });

/** The changes that lead from one state to another, as planning finds them. */
export const changesBetween = (
  before: Readonly<Record<string, Json>>,
  after: Readonly<Record<string, MappedValue | null>>,
): readonly AttributeChange[] =>
  Object.entries(after).flatMap(([path, value]) => {
    const change =
      value === null ? null : aChange(before[path] === undefined ? 'add' : 'replace', path, value);
    return change === null || sameValue(change.mapping, change.value, before[path]) ? [] : [change];
  });

/** An answer of the target with a JSON body. */
export const anAnswer = (
  status: number,
  body: Json = null,
  answer: Partial<ScimAnswer> = {},
): ScimAnswer => ({
  kind: 'answer',
  status,
  body,
  text: null,
  contentType: body === null ? null : 'application/scim+json',
  retryAfterMs: null,
  durationMs: 1,
  ...answer,
});

/** An answer whose body is no JSON. */
export const aTextAnswer = (
  status: number,
  text: string,
  contentType: string | null = 'text/plain',
): ScimAnswer => ({
  ...anAnswer(status),
  body: undefined,
  text,
  contentType,
});

/** A request without an answer. */
export const noAnswer = (cause: NoAnswer['cause'], message = ''): NoAnswer => ({
  kind: 'noAnswer',
  cause,
  message,
  durationMs: 1,
});

/** A list as targets answer it. */
export const aList = (...resources: readonly JsonObject[]): JsonObject => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: resources.length,
  Resources: resources,
});

/** A matched object of which nothing is read here but that it is there. */
export const aMatchedObject = (type: 'User' | 'Group', id: string): MatchedObject => ({
  isRelinked: false,
  desired: {
    scoped: {
      object: {
        objectType: type,
        id: sourceId(id),
        label: id,
        attributes: {},
        manager: null,
        presence: 'live',
        assignments: [],
      },
      scope: {
        isActive: true,
        isAssigned: true,
        hasRequiredRole: true,
        passesFilter: true,
        isInScope: true,
        isDropped: false,
        clauses: {},
        reason: 'assigned directly',
        failure: null,
      },
    },
    isSoftDeleted: false,
    attributes: [],
    references: [],
    mapsMembers: null,
    isIgnored: false,
    failure: null,
  },
  match: {
    kind: 'linked',
    link: {
      sourceId: sourceId(id),
      targetId: targetId(id),
      objectType: type,
      isManaged: true,
      hasMemberships: true,
    },
    target: null,
    wasRead: false,
  },
});
