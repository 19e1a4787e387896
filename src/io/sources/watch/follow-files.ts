import { statSync } from 'node:fs';
import { repeat, type Timer } from '../../timer.ts';
import {
  bytesOf,
  type FileMark,
  isHeldBack,
  isSettled,
  observed,
  type SettleTimes,
  UNSEEN,
  type Watching,
} from './settle.ts';

/** Options of `followFiles`. */
interface FollowOptions extends SettleTimes {
  /** Called at each check. */
  readonly files: () => readonly string[];
  readonly timer: Timer;
  readonly everyMs: number;
  /** Whether the current files count as taken; else they are taken once settled. */
  readonly isTaken: boolean;
  /** Wait before unchanged files are retried after a failure. */
  readonly retryMs: number;
  /** Told once when files have been missing for `shrunkSettleMs`: they are waited for. */
  readonly onMissing?: (files: readonly string[]) => void;
  /** Told once for each version of the files that waits because it is much smaller than the last one that was taken. */
  readonly onHeldBack?: () => void;
  /** Takes changed and settled files. */
  readonly onSettled: () => Promise<Taking> | Taking;
}

/** The result of taking files; `changed` ones are checked again. */
export type Taking = 'taken' | 'changed' | 'failed';

/** The marks of files; an unreadable file counts as missing. */
export function marksOf(files: readonly string[]): readonly FileMark[] {
  return files.map(markOf);
}

/**
 * Polls files until the signal is aborted. Unlike file events, polling works on network drives and in containers, and
 * survives replaced files.
 */
export async function followFiles(options: FollowOptions, signal: AbortSignal): Promise<void> {
  const { files, timer, everyMs, retryMs, onSettled } = options;
  const tellMissing = missingWatch(options);
  const tellHeldBack = heldBackWatch(options);
  let retryAtMs = Number.POSITIVE_INFINITY;
  let followed = files();
  const begin = (list: readonly string[]): Watching =>
    options.isTaken ? takenAs(UNSEEN, marksOf(list), 'taken') : UNSEEN;
  let watching = begin(followed);
  const look = async (): Promise<void> => {
    const wanted = files();
    if (wanted.join('\n') !== followed.join('\n')) watching = begin(wanted);
    followed = wanted;
    if (timer.nowMs() >= retryAtMs) watching = { ...watching, taken: null };
    watching = observed(watching, marksOf(followed), timer.nowMs());
    tellMissing(followed, watching);
    tellHeldBack(watching);
    if (followed.length === 0 || !isSettled(watching, timer.nowMs(), options)) return;
    const { seen } = watching;
    const taking = await onSettled();
    watching = takenAs(watching, seen, taking);
    retryAtMs = taking === 'failed' ? timer.nowMs() + retryMs : Number.POSITIVE_INFINITY;
  };
  await repeat(timer, everyMs, look, signal);
}

/** Makes what tells of missing files: once for each time that they are. */
function missingWatch({
  onMissing,
  shrunkSettleMs,
  timer,
}: FollowOptions): (files: readonly string[], watching: Watching) => void {
  let toldSinceMs: number | null = null;
  return (files, { seen, sinceMs }) => {
    const missing = files.filter((_, index) => seen?.[index] === null);
    if (missing.length === 0 || toldSinceMs === sinceMs || timer.nowMs() - sinceMs < shrunkSettleMs) return;
    toldSinceMs = sinceMs;
    onMissing?.(missing);
  };
}

/** Makes what tells of files that have shrunk: once for each version of them. */
function heldBackWatch(options: FollowOptions): (watching: Watching) => void {
  let toldSinceMs: number | null = null;
  return (watching) => {
    if (toldSinceMs === watching.sinceMs || !isHeldBack(watching, options.timer.nowMs(), options)) return;
    toldSinceMs = watching.sinceMs;
    options.onHeldBack?.();
  };
}

/** How long a file that is read by hand must be unchanged, and how long that is waited for. */
const BY_HAND = { everyMs: 250, quietMs: 2_000, patienceMs: 60_000 };

/**
 * Waits until files that were written a moment ago are no longer written.
 * @param onWait told once which files are still being written after the time that one must be unchanged
 * @returns the files that are still being written after a minute; empty: none
 */
export async function untilQuiet(
  files: readonly string[],
  timer: Timer,
  signal: AbortSignal,
  onWait: (files: readonly string[]) => void = () => undefined,
): Promise<readonly string[]> {
  let isTold = false;
  const tellMs = timer.nowMs() + BY_HAND.quietMs;
  const endMs = timer.nowMs() + BY_HAND.patienceMs;
  const isBusy = (file: string): boolean => {
    const mark = markOf(file);
    const sinceMs =
      mark === null ? BY_HAND.quietMs : timer.nowMs() - Math.max(mark.modifiedMs, mark.changedMs);
    return sinceMs >= 0 && sinceMs < BY_HAND.quietMs;
  };
  for (;;) {
    const busy = files.filter(isBusy);
    if (busy.length === 0 || timer.nowMs() >= endMs || signal.aborted) return busy;
    if (!isTold && timer.nowMs() >= tellMs) {
      isTold = true;
      onWait(busy);
    }
    await timer.wait(BY_HAND.everyMs, signal);
  }
}

/** Updates the taken marks; only a successful import defines the complete size. */
function takenAs(watching: Watching, seen: Watching['seen'], taking: Taking): Watching {
  if (taking === 'changed') return watching;
  const wholeBytes = taking === 'taken' && seen !== null ? bytesOf(seen) : watching.wholeBytes;
  return { ...watching, taken: seen, wholeBytes };
}

function markOf(file: string): FileMark {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(file);
    return { inode: ino, size, modifiedMs: mtimeMs, changedMs: ctimeMs };
  } catch {
    return null;
  }
}
