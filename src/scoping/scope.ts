import { MatchingStopped } from '../expression/regex/match.ts';
import type { Assignment, AttributeValue, DirectoryObject } from '../model/directory.ts';
import type { Failure } from '../model/failure.ts';
import type { ScopeMode } from '../model/job.ts';
import type { ScopedObject, ScopeVerdict } from '../model/pipeline.ts';
import type { CompiledFilter, FilterResult } from './filter.ts';

/** What decides who belongs to the application. */
export interface ScopeRules {
  readonly mode: ScopeMode;
  /** Default Access entitles nobody where the application has roles of its own. */
  readonly excludeDefaultAccess: boolean;
  readonly applicationHasRoles: boolean;
  readonly filter: CompiledFilter | null;
}

const NO_FILTER: FilterResult = { passes: true, isDropped: false, clauses: {}, falseClauses: [] };

/**
 * Decides whether an object belongs to the application, and says why. It removes nothing: an object that left scope
 * goes on through the pipeline, because leaving is what disables it.
 * @see Entra "How provisioning works", Scoping
 */
export function scopeObject(object: DirectoryObject, rules: ScopeRules): ScopedObject {
  const isActive = isObjectActive(object);
  const paths = rules.mode === 'all' ? [] : object.assignments.filter((path) => assigns(object, path));
  const isAssigned = rules.mode === 'all' || paths.length > 0;
  const hasRequiredRole = rules.mode === 'all' || paths.some((path) => entitles(path, rules));
  const filtered = applyFilter(object, rules.filter);
  const { passes, isDropped, clauses, falseClauses } = 'code' in filtered ? NO_FILTER : filtered;
  const facts = { isActive, isAssigned, hasRequiredRole, passesFilter: passes };
  return {
    object,
    scope: {
      ...facts,
      isInScope: isAssigned && hasRequiredRole && passes,
      isDropped,
      clauses,
      failure: 'code' in filtered ? filtered : null,
      reason: isDropped ? 'dropped by the input filter' : explain(object, facts, falseClauses, rules.mode),
    },
  };
}

function applyFilter(object: DirectoryObject, filter: CompiledFilter | null): FilterResult | Failure {
  if (filter === null) return NO_FILTER;
  try {
    return filter({ ...object.attributes, IsSoftDeleted: object.presence !== 'live' });
  } catch (error) {
    if (!(error instanceof MatchingStopped)) throw error;
    const message =
      'a pattern of the scoping filter ran into its time limit, so that nothing was decided about the object; write the pattern without nested repetitions';
    return { code: 'AttributeValidationFailed', message, status: null };
  }
}

/** A user who may sign in, a group that exists. */
function isObjectActive(object: DirectoryObject): boolean {
  return (
    object.presence === 'live' &&
    (object.objectType === 'Group' || !isFalse(object.attributes.accountEnabled))
  );
}

const isFalse = (value: AttributeValue | undefined): boolean =>
  value === false || (typeof value === 'string' && value.toLowerCase() === 'false');

/**
 * Only a security-enabled group carries an assignment, for itself and for its immediate members; a group that is a
 * member of an assigned group is not assigned by that.
 */
function assigns(object: DirectoryObject, path: Assignment): boolean {
  if (path.throughGroup !== null) return object.objectType === 'User' && path.throughGroup.securityEnabled;
  return object.objectType === 'User' || !isFalse(object.attributes.securityEnabled);
}

function entitles(path: Assignment, rules: ScopeRules): boolean {
  if (path.role === null) return !(rules.excludeDefaultAccess && rules.applicationHasRoles);
  return path.role.isEnabled && path.role.allowedMemberTypes.includes('User');
}

type Facts = Pick<ScopeVerdict, 'isActive' | 'isAssigned' | 'hasRequiredRole' | 'passesFilter'>;

function explain(
  object: DirectoryObject,
  facts: Facts,
  falseClauses: readonly string[],
  mode: ScopeMode,
): string {
  const against: string[] = [];
  if (!facts.isAssigned) against.push(explainUnassigned(object));
  else if (!facts.hasRequiredRole) against.push(explainRole(object));
  if (!facts.passesFilter) against.push(`the scoping filter is not passed: ${falseClauses.join('; or ')}`);
  if (!facts.isActive) against.push(explainInactive(object));
  if (against.length > 0) return against.join('; ');
  const how = mode === 'all' ? 'sync all' : explainAssigned(object);
  return `in scope: ${how}`;
}

function explainUnassigned(object: DirectoryObject): string {
  const group = object.assignments.find((path) => path.throughGroup?.securityEnabled === false)?.throughGroup;
  if (group) return `assigned only through group "${group.displayName}", which is not security-enabled`;
  if (object.objectType === 'Group' && object.assignments.some((path) => path.throughGroup === null))
    return 'assigned, but the group is not security-enabled';
  return 'not assigned to the application';
}

function explainRole(object: DirectoryObject): string {
  const named = object.assignments.flatMap((path) => (path.role ? [`"${path.role.displayName}"`] : []));
  return named.length === 0
    ? 'assigned with Default Access only, which does not entitle to provisioning here'
    : `assigned, but the role ${[...new Set(named)].join(', ')} is disabled or not for users`;
}

function explainInactive(object: DirectoryObject): string {
  if (object.presence === 'hardDeleted') return 'permanently deleted in the source';
  if (object.presence === 'softDeleted') return 'deleted in the source (recycle bin)';
  return 'blocked from signing in (accountEnabled is false)';
}

function explainAssigned(object: DirectoryObject): string {
  const direct = object.assignments.find((path) => path.throughGroup === null);
  if (direct) return direct.role ? `assigned as "${direct.role.displayName}"` : 'assigned directly';
  const group = object.assignments.find((path) => path.throughGroup?.securityEnabled)?.throughGroup;
  return `assigned through group "${group?.displayName ?? ''}"`;
}
