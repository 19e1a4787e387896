import { matchingValues } from '../model/desired-state.ts';
import type { ObjectType } from '../model/directory.ts';
import type { SourceId, TargetId } from '../model/identifiers.ts';
import type { MatchedObject } from '../model/pipeline.ts';
import type { JobReader, Scratch } from '../model/ports.ts';
import { comparable } from '../scim/shown.ts';

/**
 * Refuses a second source object for one target object: one that is already linked to another source object, was
 * found for another one in this cycle, or is created under the same matching value.
 * @param isGone whether a source object was deleted for good, so that its counterpart leaves at the end of the cycle
 * @see Entra provisioning logs, error code DuplicateSourceEntries
 */
export function claimCounterpart(
  matched: MatchedObject,
  job: Pick<JobReader, 'linkOfTarget'>,
  scratch: Pick<Scratch, 'claim'>,
  isGone: (id: string) => boolean = () => false,
): MatchedObject {
  const { id } = matched.desired.scoped.object;
  const linked = linkedToAnother(matched, job);
  if (linked !== undefined) return refuse(matched, linked, isGone(linked));
  for (const key of keysOf(matched)) {
    const holder = scratch.claim(key, id);
    if (holder !== id) return refuse(matched, holder, isGone(holder));
  }
  return matched;
}

/**
 * Claims the id that a creation was answered with, by the same keys as those that were found, so that what was found
 * elsewhere in this cycle, or answered to another creation whose link is not recorded yet, is seen as well.
 * @returns the source object that has the target object already; null: it is claimed
 */
export function claimTarget(
  type: ObjectType,
  source: SourceId,
  target: TargetId,
  job: Pick<JobReader, 'linkOfTarget'>,
  scratch: Pick<Scratch, 'claim'>,
): string | null {
  const linked = job.linkOfTarget(type, target)?.sourceId ?? source;
  const holder = linked === source ? scratch.claim(idKey(type, target), source) : linked;
  return holder === source ? null : holder;
}

const idKey = (type: ObjectType, target: TargetId): string => `${type}:id=${target}`;

function linkedToAnother(
  { desired, match }: MatchedObject,
  job: Pick<JobReader, 'linkOfTarget'>,
): SourceId | undefined {
  if (match.kind !== 'found') return undefined;
  const { id, objectType } = desired.scoped.object;
  const holder = job.linkOfTarget(objectType, match.target.id)?.sourceId;
  return holder === id ? undefined : holder;
}

/**
 * What only one source object may have. An account that is found may be one that another object of this cycle has just
 * created and that is not linked yet: it is known by its id, and by the value it was created under.
 */
function keysOf({ desired, match }: MatchedObject): readonly string[] {
  const { objectType } = desired.scoped.object;
  // Taken over for somebody who left meanwhile; the state knows a link of before, which needs no claim.
  if (match.kind === 'linked' && match.wasRead && desired.isSoftDeleted)
    return [idKey(objectType, match.link.targetId)];
  if (match.kind !== 'found' && match.kind !== 'none') return [];
  const values = matchingValues(desired).filter(
    ({ attribute }) => match.kind === 'none' || attribute === match.attribute,
  );
  const keys = values.map(
    ({ attribute, value, caseExact }) => `${attribute}=${comparable(value, caseExact)}`,
  );
  const ids = match.kind === 'found' ? [idKey(objectType, match.target.id)] : [];
  return [...ids, ...keys.map((key) => `${objectType}:${key}`)];
}

function refuse(matched: MatchedObject, other: string, isLeaving: boolean): MatchedObject {
  const found = matched.match.kind === 'found' ? matched.match : null;
  const by = found ?? matchingValues(matched.desired)[0];
  const value = by ? ` (${by.attribute} "${by.value}")` : '';
  return {
    ...matched,
    match: {
      kind: 'failed',
      link: null,
      failure: {
        code: 'DuplicateSourceEntries',
        message: isLeaving
          ? `the target still holds the account of a source object that was deleted permanently (${other})${value}; this one is created by the first cycle after that account is gone from the target`
          : `another source object (${other}) has the same counterpart${found === null ? '' : `, the resource "${found.target.id}" of the target`}${value}; a target object belongs to one source object: where their matching values are the same, correct one of them; where they differ, the target answers both with one resource: look at it there`,
        status: null,
      },
    },
  };
}
