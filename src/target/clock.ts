/** What of time a target needs: for its rate limit and for answers that come late. */
export interface TargetClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Settles after so many milliseconds. */
  wait(ms: number): Promise<void>;
}

/** The clock of this machine; who waits on it does not keep the process alive. */
export const SYSTEM_CLOCK: TargetClock = {
  now: () => Date.now(),
  wait: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms).unref();
    }),
};
