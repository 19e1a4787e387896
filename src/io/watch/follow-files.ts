import { statSync } from 'node:fs';
import { repeat, type Timer } from '../timer.ts';
import { type FileMark, isSettled, observed, type SettleTimes, UNSEEN } from './settle.ts';

/** What is followed, and how. */
export interface FollowOptions extends SettleTimes {
  /** Read anew each time. */
  readonly files: () => readonly string[];
  readonly timer: Timer;
  readonly everyMs: number;
  /** The files as they are count as taken already; else they are taken as soon as they have settled. */
  readonly isTaken: boolean;
  /** Is told when the files have changed and settled; false: they changed meanwhile and are looked at again. */
  readonly onSettled: () => Promise<boolean> | boolean;
}

/** Takes down how files look; a file that cannot be looked at counts as missing. */
export const marksOf = (files: readonly string[]): readonly FileMark[] => files.map(markOf);

/**
 * Looks at files again and again until the signal is aborted. They are asked for their marks instead of waiting to be
 * told: that works on network drives and in containers as well, and survives that a file is replaced.
 */
export async function followFiles(options: FollowOptions, signal: AbortSignal): Promise<void> {
  const { files, timer, everyMs, onSettled } = options;
  let followed = files();
  let watching = options.isTaken ? { ...UNSEEN, taken: marksOf(followed) } : UNSEEN;
  const look = async (): Promise<void> => {
    const wanted = files();
    // Others are followed from now on, as they are.
    if (wanted.join('\n') !== followed.join('\n')) watching = { ...UNSEEN, taken: marksOf(wanted) };
    followed = wanted;
    watching = observed(watching, marksOf(followed), timer.nowMs());
    if (!isSettled(watching, timer.nowMs(), options)) return;
    const { seen } = watching;
    if (await onSettled()) watching = { ...watching, taken: seen };
  };
  await repeat(timer, everyMs, look, signal);
}

function markOf(file: string): FileMark {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(file);
    return { inode: ino, size, modifiedMs: mtimeMs, changedMs: ctimeMs };
  } catch {
    return null;
  }
}
