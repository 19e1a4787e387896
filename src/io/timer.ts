import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds as they pass on this machine, or in a test. */
export interface Timer {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Resolves after a time, or as soon as the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** What Node's timers can count up to (about 24 days); who waits for longer asks again. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** The time of this machine. */
export const realTimer: Timer = {
  nowMs: () => Date.now(),
  wait: (ms, signal) =>
    sleep(Math.min(Math.max(0, ms), LONGEST_WAIT_MS), undefined, { signal }).catch(() => {}),
};

/**
 * Does something again and again until the signal is aborted, the first time at once; each time begins some time after
 * the one before has ended. What it throws ends the repetition.
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
