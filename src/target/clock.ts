/** Time for rate limits and delayed answers. */
export interface TargetClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after a time. */
  wait(ms: number): Promise<void>;
}

/** The system clock; its timers do not keep the process alive. */
export const SYSTEM_CLOCK: TargetClock = {
  now: () => Date.now(),
  wait: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms).unref();
    }),
};
