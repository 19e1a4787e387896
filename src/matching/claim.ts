import { matchingValues } from '../model/desired-state.ts';
import type { ObjectType, Presence } from '../model/directory.ts';
import type { SourceId, TargetId } from '../model/identifiers.ts';
import type { Link, MatchedObject } from '../model/pipeline.ts';
import type { Claims } from '../model/ports.ts';
import { comparable } from '../scim/shown.ts';

/** The source objects that hold target objects of one type, by the ids of these. */
export type Holders = ReadonlyMap<TargetId, Pick<Link, 'sourceId'>>;

/** The target object that an object has found by a matching attribute; null: none. */
export function foundTarget({ match }: MatchedObject): TargetId | null {
  return match.kind === 'found' ? match.target.id : null;
}

/**
 * Claims the counterpart of an object: no other object may be linked to it, have found it in this cycle, or be created
 * under the same matching value.
 * @param linked who is linked to what the objects of the page have found
 * @returns the source object that has the counterpart already; null: it is claimed
 */
export function claimCounterpart(
  matched: MatchedObject,
  linked: Holders,
  counterparts: Pick<Claims<string, SourceId>, 'claim'>,
): SourceId | null {
  const { id } = matched.desired.scoped.object;
  const found = foundTarget(matched);
  const holder = found === null ? undefined : linked.get(found)?.sourceId;
  if (holder !== undefined && holder !== id) return holder;
  for (const key of keysOf(matched)) {
    const claimed = counterparts.claim(key, id);
    if (claimed !== id) return claimed;
  }
  return null;
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
  counterparts: Pick<Claims<string, SourceId>, 'claim'>,
): string | null {
  const holder = counterparts.claim(idKey(type, target), source);
  return holder === source ? null : holder;
}

const idKey = (type: ObjectType, target: TargetId): string => `${type}:id=${target}`;

/**
 * What only one source object may have. An account that is found may be one that another object of this cycle has just
 * created and that is not linked yet: it is known by its id, and by the value it was created under.
 */
function keysOf({ desired, match }: MatchedObject): readonly string[] {
  const { objectType } = desired.scoped.object;
  // Taken over for an object that left meanwhile; the state has an earlier link, which needs no claim.
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

/**
 * Refuses a second source object for one target object.
 * @param other the source object that has the counterpart
 * @param presence where that one is: deleted, its counterpart gives up the value at the end of the cycle, or leaves
 * @see Entra provisioning logs, error code DuplicateSourceEntries
 */
export function refuseCounterpart(
  matched: MatchedObject,
  other: SourceId,
  presence: Presence,
): MatchedObject {
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
        message:
          presence === 'hardDeleted'
            ? `the target still holds the account of a source object that was deleted permanently (${other})${value}; this one is created by the first cycle after that account is gone from the target`
            : presence === 'softDeleted'
              ? `the target still holds the account of a deleted source object (${other})${value}; this one is created by the first cycle after that account has given up the value: it does so with its disabling where its mapping reads the userPrincipalName, else when the other object is deleted permanently`
              : `another source object (${other}) has the same counterpart${found === null ? '' : `, the resource "${found.target.id}" of the target`}${value}; a target object belongs to one source object: where their matching values are the same, correct one of them; where they differ, the target answers both with one resource: look at it there`,
        status: null,
      },
    },
  };
}
