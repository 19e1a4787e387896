import type { Phase } from '../../../model/pipeline.ts';
import { isDoubtful, joinParts, type ReportItem } from './item.ts';
import { type ActionGroup, groupOf, noteOf } from './item-group.ts';

/** What a report calls the parts of a cycle. */
export const PHASE_TITLES: Readonly<Record<Phase, string>> = {
  users: 'Users',
  groups: 'Groups',
  references: 'References',
  memberships: 'Memberships',
  deprovisioning: 'Deprovisioning',
};

/** The order of the groups inside of a phase. */
export const GROUP_ORDER: readonly ActionGroup[] = [
  'create',
  'update',
  'disable',
  'delete',
  'stagedDelete',
  'other',
  'fail',
];

/** The objects of one phase about which the same is done: those that are shown, and what is known of the rest. */
export interface FoldedGroup<Shown> {
  readonly group: ActionGroup;
  readonly count: number;
  readonly shown: readonly Shown[];
  readonly foldedCount: number;
  /** What the folded objects have in common, and how many of them; the most frequent first. */
  readonly notes: readonly (readonly [note: string, count: number])[];
}

/**
 * Collects the objects of one phase by what is done about them, and holds no more of them than are shown: so many of each
 * group, and as many again of which the target did not take something.
 */
export interface PhaseGroups<Shown> {
  /** @param isJoined the parts of a group's membership change that follow each other are told as one */
  add(item: ReportItem, shown: (item: ReportItem) => Shown, isJoined: boolean): void;
  /** The groups that have objects, in their order. */
  groups(): readonly FoldedGroup<Shown>[];
}

/** Different notes that are told apart; whatever comes after them is only counted. */
const DISTINCT_NOTES = 1_000;

interface Collected<Shown> {
  count: number;
  /** Those that are shown although the others are folded: something is to be told of each of them. */
  doubtfulCount: number;
  last: ReportItem | null;
  readonly shown: Shown[];
  readonly notes: Map<string, number>;
}

/** Begins a phase, of which each group shows so many objects. */
export function phaseGroups<Shown>(limit: number): PhaseGroups<Shown> {
  const collected = new Map<ActionGroup, Collected<Shown>>();
  return {
    add: (item, shown, isJoined) => {
      const group = groupOf(item);
      const into: Collected<Shown> = collected.get(group) ?? newlyCollected();
      collected.set(group, into);
      const joined = isJoined && into.last !== null ? joinParts(into.last, item) : null;
      into.last = joined ?? item;
      if (joined === null) into.count += 1;
      else if (into.count === into.shown.length) into.shown.pop();
      else return;
      const isFull = into.shown.length >= limit;
      if (isFull && isDoubtful(item)) into.doubtfulCount += 1;
      const isShown = !isFull || (isDoubtful(item) && into.doubtfulCount <= limit);
      if (isShown) into.shown.push(shown(into.last));
      else count(into.notes, noteOf(item));
    },
    groups: () =>
      GROUP_ORDER.flatMap((group) => {
        const of = collected.get(group);
        if (of === undefined) return [];
        const notes = [...of.notes].sort(([, a], [, b]) => b - a);
        return [{ group, count: of.count, shown: of.shown, foldedCount: of.count - of.shown.length, notes }];
      }),
  };
}

const newlyCollected = <Shown>(): Collected<Shown> => ({
  count: 0,
  doubtfulCount: 0,
  last: null,
  shown: [],
  notes: new Map(),
});

function count(notes: Map<string, number>, found: readonly string[]): void {
  for (const note of found)
    if (notes.has(note) || notes.size < DISTINCT_NOTES) notes.set(note, (notes.get(note) ?? 0) + 1);
}
