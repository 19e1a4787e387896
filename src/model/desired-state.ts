/** Rules on desired states that several steps share. */
import type { DesiredState, MatchingValue } from './pipeline.ts';

/**
 * Whether an unlinked object is not looked up in the target. A hard-deleted object has no mapping any more that could
 * prevent the lookup.
 */
export function isLeftAlone({ scoped: { object, scope }, failure, isIgnored }: DesiredState): boolean {
  return object.presence !== 'hardDeleted' && (scope.isDropped || failure !== null || isIgnored);
}

/** Whether references and memberships of an object are provisioned: in scope, active, not ignored. */
export function isFollowed({ isSoftDeleted, isIgnored, scoped }: DesiredState): boolean {
  return !(isSoftDeleted || isIgnored || scoped.scope.isDropped);
}

/** Matching attributes with a value, by priority. */
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
