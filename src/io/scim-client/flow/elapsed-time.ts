import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for some milliseconds. @throws {Error} AbortError, at once, when the signal is aborted */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<unknown>;

/** Time as it passes: a clock that never goes back, and waiting. */
export interface ElapsedTime {
  /** Milliseconds since some instant. */
  nowMs(): number;
  readonly sleep: Sleep;
}

/** Every request under way waits with the one signal of its cycle: many listeners are no leak to be warned of. */
const heardByMany = (signal: AbortSignal): AbortSignal => {
  setMaxListeners(0, signal);
  return signal;
};

/** The machine's own. */
export const realTime: ElapsedTime = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal: heardByMany(signal) }),
};

/**
 * Waits for something, but no longer than until a signal is aborted.
 * @param begin begins to wait; not called when it is aborted already
 * @throws the reason of the signal then
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
