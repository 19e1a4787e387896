import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for some milliseconds. @throws {Error} AbortError, at once, when the signal is aborted */
type Sleep = (ms: number, signal?: AbortSignal) => Promise<unknown>;

/** A monotonic clock, and waiting. */
export interface ElapsedTime {
  /** Milliseconds since some instant. */
  nowMs(): number;
  readonly sleep: Sleep;
}

/** All requests of a cycle share its signal: more than ten listeners are not a leak. */
const heardByMany = (signal: AbortSignal): AbortSignal => {
  setMaxListeners(0, signal);
  return signal;
};

/** The clock of this machine. */
export const realTime: ElapsedTime = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal: heardByMany(signal) }),
};

/**
 * Waits for a promise until a signal is aborted.
 * @param begin starts it; not called when the signal is aborted already
 * @throws the reason of the signal
 */
export async function unlessAborted<Result>(
  begin: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  let giveUp = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason);
  });
  heardByMany(signal).addEventListener('abort', giveUp);
  try {
    return await Promise.race([begin(), aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
