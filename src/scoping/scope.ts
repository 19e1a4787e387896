import { MatchingStopped } from '../expression/regex/match.ts';
import type { Assignment, Attributes, AttributeValue, DirectoryObject } from '../model/directory.ts';
import type { Failure } from '../model/failure.ts';
import type { ScopeMode } from '../model/job.ts';
import type { ScopedObject } from '../model/pipeline.ts';
import { nameBeforeSoftDelete } from '../model/soft-delete.ts';
import { explainScope } from './explain.ts';
import type { CompiledFilter, FilterResult } from './filter.ts';

/** What decides who belongs to the application. */
export interface ScopeRules {
  readonly mode: ScopeMode;
  /** Default Access entitles no one where the application has roles of its own. */
  readonly excludeDefaultAccess: boolean;
  readonly applicationHasRoles: boolean;
  readonly filter: CompiledFilter | null;
}

const NO_FILTER: FilterResult = { passes: true, isDropped: false, clauses: {}, falseClauses: [] };

/**
 * Decides whether an object belongs to the application, and says why. It removes nothing: an object that left scope
 * continues through the pipeline, because leaving is what disables it.
 * @see Entra "How provisioning works", Scoping
 */
export function scopeObject(object: DirectoryObject, rules: ScopeRules): ScopedObject {
  const syncsAll = rules.mode === 'all';
  const assigning = object.assignments.filter((path) => assigns(object, path));
  const entitling = assigning.filter((path) => entitles(path, rules));
  const filtered = applyFilter(object, rules.filter);
  const failure = 'code' in filtered ? filtered : null;
  const { passes, isDropped, clauses, falseClauses } = 'code' in filtered ? NO_FILTER : filtered;
  const facts = {
    isActive: isObjectActive(object),
    isAssigned: syncsAll || assigning.length > 0,
    hasRequiredRole: syncsAll || entitling.length > 0,
    passesFilter: passes,
    isDropped,
    failure,
  };
  return {
    object,
    scope: {
      ...facts,
      isInScope: facts.isAssigned && facts.hasRequiredRole && passes,
      clauses,
      reason: explainScope(object, facts, { syncsAll, assigning, entitling, falseClauses }),
    },
  };
}

const NAMES = ['userPrincipalName', 'originalUserPrincipalName'] as const;

/** A deletion alone takes nobody out of scope: filters see the userPrincipalName from before it. */
function filteredAttributes({ presence, attributes }: DirectoryObject): Attributes {
  if (presence !== 'softDeleted') return attributes;
  const before = NAMES.flatMap((name) => {
    const value = attributes[name];
    return typeof value === 'string' ? [[name, nameBeforeSoftDelete(value)]] : [];
  });
  return { ...attributes, ...Object.fromEntries(before) };
}

function applyFilter(object: DirectoryObject, filter: CompiledFilter | null): FilterResult | Failure {
  if (filter === null) return NO_FILTER;
  try {
    return filter({ ...filteredAttributes(object), IsSoftDeleted: object.presence !== 'live' });
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
