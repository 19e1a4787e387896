import { setTimeout as sleep } from 'node:timers/promises';

/** Time and waiting, real or in a test. */
export interface Timer {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Resolves after a time, or when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** The longest wait of Node's timers (about 24 days); longer waits end early. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** The time of this machine. */
export const realTimer: Timer = {
  nowMs: () => Date.now(),
  wait: (ms, signal) =>
    sleep(Math.min(Math.max(0, ms), LONGEST_WAIT_MS), undefined, { signal }).catch(() => {}),
};

/**
 * Repeats work until the signal is aborted, at once and then `everyMs` after each end. An exception ends the
 * repetition.
 */
export async function repeat(
  timer: Timer,
  everyMs: number,
  work: (signal: AbortSignal) => Promise<void> | void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await work(signal);
    await timer.wait(everyMs, signal);
  }
}
