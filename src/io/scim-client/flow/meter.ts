/** Counts the requests sent. Instants are milliseconds of a monotonic clock. */
interface Meter {
  note(now: number): void;
  /** Requests sent in the current or the previous second, whichever is more. */
  perSecond(now: number): number;
}

/** Makes a meter. */
export function createMeter(): Meter {
  let second = 0;
  let count = 0;
  let before = 0;
  const turnTo = (now: number): void => {
    const current = Math.floor(now / 1_000);
    if (current === second) return;
    before = current === second + 1 ? count : 0;
    count = 0;
    second = current;
  };
  return {
    note: (now) => {
      turnTo(now);
      count += 1;
    },
    perSecond: (now) => {
      turnTo(now);
      return Math.max(count, before);
    },
  };
}
