import type { SourceId } from '../model/identifiers.ts';
import type { MembershipChange, ModifiedProperty } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';

/** A group whose memberships are to be compared; JSON, because it waits in the scratch. */
export interface MembershipTask {
  readonly id: SourceId;
  readonly label: string;
}

/** What differs between the members of a group in the source and those written to the target. */
export interface MembershipDifference {
  readonly added: readonly SourceId[];
  readonly removed: readonly SourceId[];
}

/**
 * Plans the writing of a part of a group's membership changes.
 * @param isLast the memberships are complete with this part
 * @param isFollowed another part of the same group follows in this cycle
 */
export function planMembership(
  task: MembershipTask,
  mapping: AttributeMapping,
  difference: MembershipDifference,
  isLast: boolean,
  isFollowed = false,
): MembershipChange {
  return {
    kind: 'membership',
    action: 'update',
    objectType: 'Group',
    source: { id: task.id, label: task.label },
    reason: 'memberships',
    modifiedProperties: [
      ...difference.removed.map((id) => property(mapping, id, null)),
      ...difference.added.map((id) => property(mapping, null, id)),
    ],
    mapping,
    ...difference,
    isLast,
    ...(isFollowed ? { isFollowed } : {}),
  };
}

const property = (
  mapping: AttributeMapping,
  oldValue: string | null,
  newValue: string | null,
): ModifiedProperty => ({ displayName: mapping.targetAttributeName, oldValue, newValue });

/**
 * Compares two streams of ids, both ascending by code units and free of repetitions, without holding either: what only
 * the first has was added, what only the second has was removed.
 * @param inDoubt what is added although both have it
 */
export function* differenceOfSorted(
  source: Iterable<SourceId>,
  target: Iterable<SourceId>,
  inDoubt: ReadonlySet<SourceId> = new Set(),
): Generator<{ readonly id: SourceId; readonly change: 'added' | 'removed' }> {
  const left = source[Symbol.iterator]();
  const right = target[Symbol.iterator]();
  let a = left.next();
  let b = right.next();
  while (!a.done || !b.done) {
    if (b.done || (!a.done && a.value < b.value)) {
      yield { id: a.value as SourceId, change: 'added' };
      a = left.next();
    } else if (a.done || b.value < a.value) {
      yield { id: b.value, change: 'removed' };
      b = right.next();
    } else {
      if (inDoubt.has(a.value)) yield { id: a.value, change: 'added' };
      a = left.next();
      b = right.next();
    }
  }
}

/** Two streams of ids as one; each is ascending by code units and free of repetitions, and so is what comes of them. */
export function* unionOfSorted(one: Iterable<SourceId>, other: Iterable<SourceId>): Generator<SourceId> {
  const left = one[Symbol.iterator]();
  const right = other[Symbol.iterator]();
  let a = left.next();
  let b = right.next();
  while (!a.done || !b.done) {
    const isLeft = b.done || (!a.done && a.value <= b.value);
    const isBoth = !a.done && !b.done && a.value === b.value;
    yield (isLeft ? a.value : b.value) as SourceId;
    if (isLeft) a = left.next();
    if (!isLeft || isBoth) b = right.next();
  }
}
