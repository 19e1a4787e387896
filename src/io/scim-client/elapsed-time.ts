import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for some milliseconds. */
export type Sleep = (ms: number) => Promise<unknown>;

/** Time as it passes: a clock that never goes back, and waiting. */
export interface ElapsedTime {
  /** Milliseconds since some instant. */
  nowMs(): number;
  readonly sleep: Sleep;
}

/** The machine's own. */
export const realTime: ElapsedTime = { nowMs: () => performance.now(), sleep };
