import type { Assignment, DirectoryObject } from '../model/directory.ts';
import type { ScopeVerdict } from '../model/pipeline.ts';

/** What a verdict says, before it is put into words. */
export type ScopeFacts = Omit<ScopeVerdict, 'isInScope' | 'clauses' | 'reason'>;

/** What the words need beyond the verdict. */
export interface ScopeGrounds {
  readonly syncsAll: boolean;
  /** The assignments that take effect, without those through a group that assigns no one. */
  readonly assigning: readonly Assignment[];
  /** Of these, the ones that entitle to provisioning. */
  readonly entitling: readonly Assignment[];
  /** For each group of the filter that is false, why, in words. */
  readonly falseClauses: readonly string[];
}

/** Puts a verdict into words: everything that speaks against the object, or else how it came into scope. */
export function explainScope(object: DirectoryObject, facts: ScopeFacts, grounds: ScopeGrounds): string {
  if (facts.failure !== null) return 'the scoping filter could not be evaluated';
  if (facts.isDropped) return 'dropped by the input filter';
  const against: string[] = [];
  if (!facts.isAssigned) against.push(explainUnassigned(object));
  else if (!facts.hasRequiredRole) against.push(explainRole(grounds.assigning));
  if (!facts.passesFilter)
    against.push(`the scoping filter is not passed: ${grounds.falseClauses.join('; or ')}`);
  if (!facts.isActive) against.push(explainInactive(object));
  if (against.length > 0) return against.join('; ');
  return `in scope: ${grounds.syncsAll ? 'sync all' : explainAssigned(grounds.entitling)}`;
}

function explainUnassigned({ objectType, assignments, nesting }: DirectoryObject): string {
  const group = assignments.find((path) => path.throughGroup?.securityEnabled === false)?.throughGroup;
  if (group) return `assigned only through group "${group.displayName}", which is not security-enabled`;
  if (objectType === 'Group' && assignments.some((path) => path.throughGroup === null))
    return 'assigned, but the group is not security-enabled';
  if (nesting === undefined) return UNASSIGNED;
  const { group: through, assignedGroup } = nesting;
  return through === assignedGroup
    ? `${UNASSIGNED}: a group in the assigned group "${assignedGroup}"`
    : `${UNASSIGNED}: a member of the nested group "${through}" in the assigned group "${assignedGroup}"`;
}

/** @see Entra "How provisioning works", Assignment-based scoping: nested groups are not read */
const UNASSIGNED = 'not assigned to the application';

function explainRole(assigning: readonly Assignment[]): string {
  const named = [...new Set(assigning.flatMap(({ role }) => (role ? [`"${role.displayName}"`] : [])))];
  if (named.length === 0)
    return 'assigned with Default Access only, which does not entitle to provisioning here';
  const roles = named.length === 1 ? `the role ${named[0]} is` : `the roles ${named.join(', ')} are`;
  return `assigned, but ${roles} disabled or not for users`;
}

function explainInactive({ presence }: DirectoryObject): string {
  if (presence === 'hardDeleted') return 'permanently deleted in the source';
  if (presence === 'softDeleted') return 'deleted in the source (recycle bin)';
  return 'blocked from signing in (accountEnabled is false)';
}

/** A direct assignment is named before one through a group. */
function explainAssigned(entitling: readonly Assignment[]): string {
  const direct = entitling.find((path) => path.throughGroup === null);
  if (direct) return direct.role ? `assigned as "${direct.role.displayName}"` : 'assigned directly';
  return `assigned through group "${entitling[0]?.throughGroup?.displayName ?? ''}"`;
}
