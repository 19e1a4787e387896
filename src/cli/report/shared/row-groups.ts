import type { Phase } from '../../../model/pipeline.ts';
import { joinParts, type ReportRow, ROW_STATUSES, type RowStatus, shortName } from '../row.ts';

/** The titles of the phases of a cycle. */
export const PHASE_TITLES: Readonly<Record<Phase, string>> = {
  users: 'Users',
  groups: 'Groups',
  references: 'References',
  memberships: 'Memberships',
  deprovisioning: 'Deprovisioning',
};

/** The rows of one phase with the same status: those that are shown, and what is known of the rest. */
export interface FoldedGroup<Shown> {
  readonly status: RowStatus;
  readonly count: number;
  readonly shown: readonly Shown[];
  readonly foldedCount: number;
  /** What the folded rows have in common, and how many of them; the most frequent first. */
  readonly notes: readonly (readonly [note: string, count: number])[];
}

/**
 * Collects the rows of one phase by their status. It holds no more of them than are shown: `limit` of each status, and
 * as many again with warnings.
 */
export interface RowGroups<Shown> {
  /** @param isJoined consecutive parts of one group's membership change are one row */
  add(row: ReportRow, shown: (row: ReportRow) => Shown, isJoined: boolean): void;
  /** The groups that have rows, in the order of a report. */
  groups(): readonly FoldedGroup<Shown>[];
}

/** Different notes that are counted apart; further ones are not counted. */
const DISTINCT_NOTES = 1_000;

interface Collected<Shown> {
  count: number;
  /** Rows with warnings that are shown although the others are folded. */
  warnedCount: number;
  last: ReportRow | null;
  readonly shown: Shown[];
  readonly notes: Map<string, number>;
}

/** Begins the groups of one phase. @param limit rows of a status that are shown */
export function rowGroups<Shown>(limit: number): RowGroups<Shown> {
  const collected = new Map<RowStatus, Collected<Shown>>();
  return {
    add: (row, shown, isJoined) => {
      const into: Collected<Shown> = collected.get(row.status) ?? newlyCollected();
      collected.set(row.status, into);
      const joined = isJoined && into.last !== null ? joinParts(into.last, row) : null;
      into.last = joined ?? row;
      if (joined === null) into.count += 1;
      else if (into.count === into.shown.length) into.shown.pop();
      else return;
      const isFull = into.shown.length >= limit;
      const isWarned = row.warnings.length > 0;
      if (isFull && isWarned) into.warnedCount += 1;
      if (!isFull || (isWarned && into.warnedCount <= limit)) into.shown.push(shown(into.last));
      else count(into.notes, notesOf(row));
    },
    groups: () =>
      ROW_STATUSES.flatMap((status) => {
        const of = collected.get(status);
        if (of === undefined) return [];
        const notes = [...of.notes].sort(([, a], [, b]) => b - a);
        return [{ status, count: of.count, shown: of.shown, foldedCount: of.count - of.shown.length, notes }];
      }),
  };
}

const newlyCollected = <Shown>(): Collected<Shown> => ({
  count: 0,
  warnedCount: 0,
  last: null,
  shown: [],
  notes: new Map(),
});

function count(notes: Map<string, number>, found: readonly string[]): void {
  for (const note of found)
    if (notes.has(note) || notes.size < DISTINCT_NOTES) notes.set(note, (notes.get(note) ?? 0) + 1);
}

/**
 * What a row has in common with others of its status: the attributes of an update, the code of a failure, or the
 * reason.
 */
function notesOf({ status, failure, reason, modifiedProperties }: ReportRow): readonly string[] {
  if (failure !== null) return [failure.code];
  if (status !== 'update') return [reason];
  return [...new Set(modifiedProperties.map(({ displayName }) => shortName(displayName)))];
}

/** Notes that the line about folded rows names. */
export const NAMED_NOTES = 3;

/** Groups the rows of a report phase by phase. Skipped rows are left out. */
export interface PhaseGroups<Shown> {
  page<Row extends ReportRow>(
    phase: Phase,
    rows: readonly Row[],
    shown: (row: Row) => { readonly show: (joined: ReportRow) => Shown; readonly isJoined: boolean },
  ): void;
  /** Hands over what is left. */
  finish(): void;
  /** Rows so far. */
  count(): number;
}

/**
 * Begins a report. The groups of a phase are emitted once the phase ends; without a limit page by page, so that
 * no more than one page is held.
 * @param limit rows of a status and phase that are shown
 * @param tell receives the first groups of a phase with the phase, further ones of it with null
 */
export function phaseGroups<Shown>(
  limit: number,
  tell: (groups: readonly FoldedGroup<Shown>[], phase: Phase | null) => void,
): PhaseGroups<Shown> {
  let current: Phase | null = null;
  let titled: Phase | null = null;
  let groups: RowGroups<Shown> = rowGroups(limit);
  let rowCount = 0;
  const finish = (): void => {
    const found = groups.groups();
    groups = rowGroups(limit);
    if (found.length === 0) return;
    tell(found, titled === current ? null : current);
    titled = current;
  };
  return {
    page: (phase, rows, shown) => {
      if (phase !== current) finish();
      current = phase;
      for (const row of rows) {
        if (row.status === 'skip') continue;
        rowCount += 1;
        const { show, isJoined } = shown(row);
        groups.add(row, show, isJoined);
      }
      if (limit === Number.POSITIVE_INFINITY) finish();
    },
    finish,
    count: () => rowCount,
  };
}
