import type { SourceId } from '../model/identifiers.ts';
import type { MembershipChange, ModifiedProperty } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';

/** A group whose memberships are to be compared; JSON, because it is noted. */
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

/** A member that one side has and the other has not. */
export interface MemberMove {
  readonly id: SourceId;
  readonly change: 'added' | 'removed';
}

/** Ids in pages, ascending by code units and free of repetitions. */
type SortedPages = AsyncIterable<readonly SourceId[]>;

/**
 * Compares the members of two sides without holding either: what only the source has was added, what only the target has
 * was removed. A member whose write was never confirmed is written again: added where the source has it,
 * else removed.
 * @param uncertain ascending by code units
 * @param repeatsAll what both sides have is written again
 * @returns pages of moves, in the order of their ids; some are empty
 */
export async function* differenceOfSorted(
  source: SortedPages,
  target: SortedPages,
  uncertain: readonly SourceId[] = [],
  repeatsAll = false,
): AsyncGenerator<readonly MemberMove[]> {
  const mayDiffer = new Set(uncertain);
  const left = cursorOf(source);
  const right = cursorOf(joined(target, uncertain));
  try {
    while ((await left.fill()) || (await right.fill())) {
      await right.fill();
      const moves: MemberMove[] = [];
      while (left.isReady() && right.isReady()) {
        const [a, b] = [left.present(), right.present()];
        if (a === undefined && b === undefined) break;
        const isLeft = b === undefined || (a !== undefined && a <= b);
        const isRight = a === undefined || (b !== undefined && b <= a);
        if (a !== undefined && isLeft && (!isRight || repeatsAll || mayDiffer.has(a)))
          moves.push({ id: a, change: 'added' });
        if (b !== undefined && isRight && !isLeft) moves.push({ id: b, change: 'removed' });
        if (isLeft) left.advance();
        if (isRight) right.advance();
      }
      yield moves;
    }
  } finally {
    await Promise.all([left.end(), right.end()]);
  }
}

/** Reads pages id by id, and waits between pages only. */
function cursorOf(pages: SortedPages) {
  const reader = pages[Symbol.asyncIterator]();
  let page: readonly SourceId[] = [];
  let at = 0;
  let isEnded = false;
  return {
    /** Reads on until an id is at hand. @returns false once there is none */
    fill: async (): Promise<boolean> => {
      while (at >= page.length && !isEnded) {
        const { done, value } = await reader.next();
        isEnded = done === true;
        page = done ? [] : value;
        at = 0;
      }
      return !isEnded;
    },
    /** Whether the next id is at hand, or known not to come. */
    isReady: (): boolean => isEnded || at < page.length,
    present: (): SourceId | undefined => page[at],
    advance: (): void => {
      at += 1;
    },
    /** Lets go of the pages, where they were not read to their end. */
    end: async (): Promise<void> => void (await reader.return?.()),
  };
}

/** Pages with further ids among them. @param others ascending by code units */
async function* joined(pages: SortedPages, others: readonly SourceId[]): AsyncGenerator<readonly SourceId[]> {
  let rest = others;
  for await (const page of pages) {
    const last = page.at(-1);
    const upTo = last === undefined ? [] : rest.filter((id) => id <= last);
    rest = rest.slice(upTo.length);
    yield upTo.length === 0 ? page : [...new Set([...page, ...upTo])].sort();
  }
  yield rest;
}
