/** Rules that several steps read from a desired state. */
import type { DesiredState, MatchingValue } from './pipeline.ts';

/**
 * Whether the target is not asked about an object that is not linked. An object that was deleted permanently is not mapped
 * any more, so that no mapping keeps the target from being asked about it.
 */
export function isLeftAlone({ scoped: { object, scope }, failure, isIgnored }: DesiredState): boolean {
  return object.presence !== 'hardDeleted' && (scope.isDropped || failure !== null || isIgnored);
}

/** Whether references and memberships of the object are followed: it is in scope, active, and not ignored as a whole. */
export function isFollowed({ isSoftDeleted, isIgnored, scoped }: DesiredState): boolean {
  return !(isSoftDeleted || isIgnored || scoped.scope.isDropped);
}

/** The matching attributes that have a value, in the order of their priority. */
export function matchingValues(desired: DesiredState): readonly MatchingValue[] {
  return desired.attributes
    .filter(({ mapping }) => mapping.matchingPriority > 0)
    .sort((a, b) => a.mapping.matchingPriority - b.mapping.matchingPriority)
    .flatMap(({ mapping, value }) =>
      typeof value === 'string' && value !== ''
        ? [{ attribute: mapping.targetAttributeName, value, caseExact: mapping.target.caseExact }]
        : [],
    );
}
