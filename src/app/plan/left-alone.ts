import type { Assignment } from '../../model/directory.ts';
import type { MatchedObject, Skip } from '../../model/pipeline.ts';

/** Why an object is left alone, by what the reader can do about it. Reports list the causes in this order. */
export const LEFT_ALONE_CAUSES = [
  'notAssigned',
  'nestedGroup',
  'plainGroup',
  'defaultAccess',
  'roleWithoutAccess',
  'filter',
  'inputFilter',
  'blocked',
  'deleted',
  'alreadyOff',
  'noMatchingValue',
  'kept',
  'switchedOff',
  'ignored',
  'waiting',
  'nothingToChange',
] as const;

/** One of {@link LEFT_ALONE_CAUSES}. */
export type LeftAloneCause = (typeof LEFT_ALONE_CAUSES)[number];

/** The cause of a skip: of several that speak against an object the one to be removed first. */
export function causeOf({ code, matched, isWaiting, action }: Skip): LeftAloneCause {
  if (isWaiting) return 'waiting';
  if (code === 'RedundantExport') return 'nothingToChange';
  if (code === 'ImportSkipped') return 'noMatchingValue';
  const { isIgnored, scoped } = matched.desired;
  if (code === 'EntrySynchronizationSkipped') {
    if (isIgnored) return 'ignored';
    return scoped.object.presence === 'hardDeleted' && action === 'other' ? 'deleted' : 'switchedOff';
  }
  return causeOfScope(matched);
}

function causeOfScope({ desired: { scoped }, match }: MatchedObject): LeftAloneCause {
  const { object, scope } = scoped;
  if (scope.isDropped) return 'inputFilter';
  if (scope.isInScope) {
    if (match.kind === 'linked' || match.kind === 'found') return 'alreadyOff';
    return object.presence === 'live' ? 'blocked' : 'deleted';
  }
  if (isManaged(match)) return 'kept';
  if (object.presence !== 'live') return 'deleted';
  if (!scope.isAssigned) return causeOfAssignment(scoped);
  if (!scope.hasRequiredRole)
    return object.assignments.some((path) => path.role !== null && !isPlain(path))
      ? 'roleWithoutAccess'
      : 'defaultAccess';
  return scope.passesFilter ? 'blocked' : 'filter';
}

const isManaged = (match: MatchedObject['match']): boolean => match.kind === 'linked' && match.link.isManaged;

function causeOfAssignment({ object }: MatchedObject['desired']['scoped']): LeftAloneCause {
  const { assignments, nesting, objectType } = object;
  // A group that is assigned and does not count so is not security-enabled itself.
  const isGroupItself =
    objectType === 'Group' && assignments.some(({ throughGroup }) => throughGroup === null);
  if (isGroupItself || assignments.some(isPlain)) return 'plainGroup';
  return nesting === undefined && assignments.length === 0 ? 'notAssigned' : 'nestedGroup';
}

const isPlain = ({ throughGroup }: Assignment): boolean => throughGroup?.securityEnabled === false;
