import { matchingValues } from '../model/desired-state.ts';
import type { DirectoryObject, ObjectType } from '../model/directory.ts';
import type { SourceId, TargetId } from '../model/identifiers.ts';
import type { Link, MatchedObject, MatchingValue } from '../model/pipeline.ts';
import type { Claims } from '../model/ports.ts';
import { sayMatching } from '../scim/compare.ts';
import { comparable } from '../scim/shown.ts';

/** The source objects that hold target objects of one type, by the ids of these. */
export type Holders = ReadonlyMap<TargetId, Pick<Link, 'sourceId'>>;

/** The target object that an object has found by a matching attribute; null: none. */
export function foundTarget({ match }: MatchedObject): TargetId | null {
  return match.kind === 'found' ? match.target.id : null;
}

/** Why an object may not have its counterpart. */
export interface Collision {
  /** The source object that has it already. */
  readonly holder: SourceId;
  /** The matching value that both have; null: they have the same target object. */
  readonly by: MatchingValue | null;
}

/**
 * Claims the counterpart of an object: no other object may be linked to it, have found it in this cycle, or be created
 * under the same matching value.
 * @param linked who is linked to what the objects of the page have found
 * @returns null: it is claimed
 */
export function claimCounterpart(
  matched: MatchedObject,
  linked: Holders,
  counterparts: Pick<Claims<string, SourceId>, 'claim'>,
): Collision | null {
  const { id } = matched.desired.scoped.object;
  const found = foundTarget(matched);
  const holder = found === null ? undefined : linked.get(found)?.sourceId;
  if (holder !== undefined && holder !== id) return { holder, by: null };
  for (const { key, by } of keysOf(matched)) {
    const claimed = counterparts.claim(key, id);
    if (claimed !== id) return { holder: claimed, by };
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
function keysOf({ desired, match }: MatchedObject): readonly (Pick<Collision, 'by'> & { key: string })[] {
  const { objectType } = desired.scoped.object;
  // Taken over for an object that left meanwhile; the state has an earlier link, which needs no claim.
  if (match.kind === 'linked' && match.wasRead && desired.isSoftDeleted)
    return [{ key: idKey(objectType, match.link.targetId), by: null }];
  if (match.kind !== 'found' && match.kind !== 'none') return [];
  const values = matchingValues(desired).filter(
    ({ attribute }) => match.kind === 'none' || attribute === match.attribute,
  );
  return [
    ...values.map((by) => ({
      key: `${objectType}:${by.attribute}=${comparable(by.value, by.caseExact)}`,
      by,
    })),
    ...(match.kind === 'found' ? [{ key: idKey(objectType, match.target.id), by: null }] : []),
  ];
}

/** The other object of a collision, as far as the directory knows it. */
export type Holder = Pick<DirectoryObject, 'id' | 'label' | 'attributes' | 'presence'>;

/**
 * What becomes of the account of a deleted object. `renamed`: it gives up its value in this cycle. `deleted`: so it is
 * in this cycle. `deletedLater`: it is, once its object is deleted for good. `kept`: nothing more is sent to it.
 */
export type Fate = 'renamed' | 'deleted' | 'deletedLater' | 'kept';

/**
 * Refuses a second source object for one target object. Where the first is deleted, the second waits for its account.
 * @param fate what becomes of the account of the first; null: it is not deleted
 * @see Entra provisioning logs, error codes DuplicateSourceEntries and EntryConflict
 */
export function refuseCounterpart(
  matched: MatchedObject,
  by: MatchingValue | null,
  other: Holder,
  fate: Fate | null,
): MatchedObject {
  const code = fate === null ? 'DuplicateSourceEntries' : 'EntryConflict';
  const message = fate === null ? sayShared(matched, by, other) : sayInTheWay(matched, by, other, fate);
  return { ...matched, match: { kind: 'failed', link: null, failure: { code, message, status: null } } };
}

/** The matching value that an object shares with another one. @param by what both claim; null: the same target object */
export function sharedValue(
  { desired, match }: MatchedObject,
  by: MatchingValue | null,
): Pick<MatchingValue, 'attribute' | 'value'> | undefined {
  return by ?? (match.kind === 'found' ? match : matchingValues(desired)[0]);
}

function sayShared(matched: MatchedObject, by: MatchingValue | null, other: Holder): string {
  const { desired, match } = matched;
  const names = `${nameOf(desired.scoped.object)} and ${nameOf(other)}`;
  const limit = 'a target object belongs to one source object';
  if (by !== null)
    return `${names} have the same ${sayMatching(by, desired)}, and ${limit}: correct the value of one of them, or match by another attribute`;
  if (match.kind !== 'found') return `${names} have the same target object, and ${limit}: look at it there`;
  const { attribute, target } = match;
  return `${names} have the same target object ${JSON.stringify(target.id)}, found for the first by ${sayMatching(match, desired)}, and ${limit}: where both have that ${attribute}, correct the value of one of them; where they differ, the target answers both with one resource: look at it there`;
}

function sayInTheWay(matched: MatchedObject, by: MatchingValue | null, other: Holder, fate: Fate): string {
  const value = sharedValue(matched, by);
  const under = value === undefined ? '' : ` under ${sayMatching(value, matched.desired)}`;
  const gone = other.presence === 'hardDeleted' ? ' permanently' : '';
  const fact = `the target still holds the account of ${nameOf(other)}, deleted${gone},${under}`;
  const name = nameOf(matched.desired.scoped.object);
  switch (fate) {
    case 'renamed':
      return `${fact}; it gives up the value with its disabling, which is sent last in a cycle, and ${name} is created after that: if it keeps the value, rename or remove it in the target`;
    case 'deleted':
      return `${fact}; deletions are sent last in a cycle, and ${name} is created once that account is gone: if it stays, remove it in the target`;
    case 'deletedLater':
      return `${fact}; it keeps the value until it is deleted, 30 days after the deletion in the source, and ${name} is created after that: for an account before, rename or remove that one in the target`;
    case 'kept':
      return `${fact}; nothing more is sent to that account, and it keeps the value: rename or remove it in the target, and ${name} is created`;
  }
}

/** An object by its display name and its label. */
function nameOf({
  label,
  attributes: { displayName },
}: Pick<DirectoryObject, 'label' | 'attributes'>): string {
  return typeof displayName === 'string' && displayName !== label ? `${displayName} (${label})` : label;
}
