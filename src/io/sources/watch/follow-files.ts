import { statSync } from 'node:fs';
import { repeat, type Timer } from '../../timer.ts';
import {
  bytesOf,
  type FileMark,
  isSettled,
  observed,
  type SettleTimes,
  UNSEEN,
  type Watching,
} from './settle.ts';

/** What is followed, and how. */
export interface FollowOptions extends SettleTimes {
  /** Read anew each time. */
  readonly files: () => readonly string[];
  readonly timer: Timer;
  readonly everyMs: number;
  /** The files as they are count as taken already; else they are taken as soon as they have settled. */
  readonly isTaken: boolean;
  /** How long after a failure the files are tried again although they did not change. */
  readonly retryMs: number;
  /** Takes the files, which have changed and settled. */
  readonly onSettled: () => Promise<Taking> | Taking;
}

/** What came of taking files; those that changed meanwhile are looked at again. */
export type Taking = 'taken' | 'changed' | 'failed';

/** Takes down how files look; a file that cannot be looked at counts as missing. */
export function marksOf(files: readonly string[]): readonly FileMark[] {
  return files.map(markOf);
}

/**
 * Looks at files again and again until the signal is aborted. They are asked for their marks instead of waiting to be
 * told: that works on network drives and in containers as well, and survives that a file is replaced.
 */
export async function followFiles(options: FollowOptions, signal: AbortSignal): Promise<void> {
  const { files, timer, everyMs, retryMs, onSettled } = options;
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
    if (followed.length === 0 || !isSettled(watching, timer.nowMs(), options)) return;
    const { seen } = watching;
    const taking = await onSettled();
    watching = takenAs(watching, seen, taking);
    retryAtMs = taking === 'failed' ? timer.nowMs() + retryMs : Number.POSITIVE_INFINITY;
  };
  await repeat(timer, everyMs, look, signal);
}

/** What was seen, once it was taken; only files that were taken with success show what is whole. */
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
