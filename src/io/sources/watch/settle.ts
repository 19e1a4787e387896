/** What tells one version of a file from another; null: there is no such file. */
export type FileMark = {
  readonly inode: number;
  readonly size: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
} | null;

/** What was seen of some files so far. */
export interface Watching {
  /** As they were when they were last taken, with whatever result; null: they never were. */
  readonly taken: readonly FileMark[] | null;
  /** How many bytes they held when they were last taken with success; null: that is not known. */
  readonly wholeBytes: number | null;
  readonly seen: readonly FileMark[] | null;
  /** Since when they look so (milliseconds). */
  readonly sinceMs: number;
}

/** How long files must look the same before they count as written. */
export interface SettleTimes {
  readonly settleMs: number;
  /**
   * Where they are much smaller than before, or nobody knows what they were before: that is what a file looks like that
   * is still being written.
   */
  readonly shrunkSettleMs: number;
}

/** Files that nobody has looked at. */
export const UNSEEN: Watching = { taken: null, wholeBytes: null, seen: null, sinceMs: 0 };

/** Less than this share of what was whole is much smaller. */
const SHRUNK_BELOW_RATIO = 0.9;

/** Tells whether files look the same. */
export function areSame(one: readonly FileMark[] | null, other: readonly FileMark[] | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Notes how files look now. */
export function observed(before: Watching, marks: readonly FileMark[], nowMs: number): Watching {
  return areSame(before.seen, marks) ? before : { ...before, seen: marks, sinceMs: nowMs };
}

/**
 * Tells whether files are there as a whole, differ from what was taken last, and have looked the same for long enough.
 * A file that is replaced by renaming is complete at once; one that is written in place is given the time for it. What
 * was last written before anybody looked has been the same since then.
 */
export function isSettled(watching: Watching, nowMs: number, times: SettleTimes): boolean {
  const { taken, wholeBytes, seen, sinceMs } = watching;
  if (seen?.some((mark) => mark === null) !== false || areSame(seen, taken)) return false;
  const quietMs = nowMs - sinceMs;
  if (quietMs < times.settleMs) return false;
  if (wholeBytes !== null && bytesOf(seen) >= wholeBytes * SHRUNK_BELOW_RATIO) return true;
  return quietMs >= times.shrunkSettleMs || nowMs - lastWrittenMs(seen) >= times.shrunkSettleMs;
}

/** How many bytes files hold together. */
export function bytesOf(marks: readonly FileMark[]): number {
  return marks.reduce((bytes, mark) => bytes + (mark?.size ?? 0), 0);
}

const lastWrittenMs = (marks: readonly FileMark[]): number =>
  Math.max(...marks.map((mark) => mark?.modifiedMs ?? Number.POSITIVE_INFINITY));
