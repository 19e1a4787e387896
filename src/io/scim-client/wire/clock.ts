/** A time limit that can be interrupted. */
export interface Clock {
  /** Goes on from where it was stopped. */
  start(): void;
  stop(): void;
}

/** Starts a time limit. @param onEnd is told once when its time is over, in which it was not stopped */
export const createClock = (limitMs: number, onEnd: () => void): Clock => {
  let leftMs = limitMs;
  let startedAt = 0;
  let timer: NodeJS.Timeout | null = null;
  const clock: Clock = {
    start: () => {
      startedAt = performance.now();
      timer = setTimeout(onEnd, leftMs);
    },
    stop: () => {
      if (timer === null) return;
      clearTimeout(timer);
      timer = null;
      leftMs = Math.max(0, leftMs - (performance.now() - startedAt));
    },
  };
  clock.start();
  return clock;
};
