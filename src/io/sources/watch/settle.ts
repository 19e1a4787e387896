/** Identifies a version of a file; null: no such file. */
export type FileMark = {
  readonly inode: number;
  readonly size: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
} | null;

/** The observed state of some files. */
export interface Watching {
  /** Marks at the last import, successful or not; null: none yet. */
  readonly taken: readonly FileMark[] | null;
  /** Total bytes at the last successful import; null: unknown. */
  readonly wholeBytes: number | null;
  readonly seen: readonly FileMark[] | null;
  /** When the current marks were first seen (milliseconds). */
  readonly sinceMs: number;
}

/** How long files must be unchanged before they count as written. */
export interface SettleTimes {
  readonly settleMs: number;
  /**
   * The time for files that are much smaller than before, or of unknown earlier size: they may still be being
   * written.
   */
  readonly shrunkSettleMs: number;
}

/** Files not yet observed. */
export const UNSEEN: Watching = { taken: null, wholeBytes: null, seen: null, sinceMs: 0 };

/** Below this share of the complete size, files are much smaller. */
const SHRUNK_BELOW_RATIO = 0.9;

/** Compares marks. */
export function areSame(one: readonly FileMark[] | null, other: readonly FileMark[] | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Notes the current marks. */
export function observed(before: Watching, marks: readonly FileMark[], nowMs: number): Watching {
  return areSame(before.seen, marks) ? before : { ...before, seen: marks, sinceMs: nowMs };
}

/**
 * Tells whether files all exist, differ from the last import, and have been unchanged long enough. A file replaced by
 * rename is complete at once; one written in place needs the time. The modification time counts as well as the first
 * observation.
 */
export function isSettled(watching: Watching, nowMs: number, times: SettleTimes): boolean {
  const { taken, wholeBytes, seen, sinceMs } = watching;
  if (seen?.some((mark) => mark === null) !== false || areSame(seen, taken)) return false;
  const quietMs = nowMs - sinceMs;
  if (quietMs < times.settleMs) return false;
  if (wholeBytes !== null && bytesOf(seen) >= wholeBytes * SHRUNK_BELOW_RATIO) return true;
  return quietMs >= times.shrunkSettleMs || nowMs - lastWrittenMs(seen) >= times.shrunkSettleMs;
}

/** Tells whether files wait only because they are much smaller than at the last import. */
export function isHeldBack(watching: Watching, nowMs: number, times: SettleTimes): boolean {
  const { taken, wholeBytes, seen, sinceMs } = watching;
  if (wholeBytes === null || seen?.some((mark) => mark === null) !== false || areSame(seen, taken))
    return false;
  return nowMs - sinceMs >= times.settleMs && !isSettled(watching, nowMs, times);
}

/** Total bytes of files. */
export function bytesOf(marks: readonly FileMark[]): number {
  return marks.reduce((bytes, mark) => bytes + (mark?.size ?? 0), 0);
}

const lastWrittenMs = (marks: readonly FileMark[]): number =>
  Math.max(...marks.map((mark) => mark?.modifiedMs ?? Number.POSITIVE_INFINITY));
