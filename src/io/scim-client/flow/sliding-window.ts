/** Remembers when the last requests were sent, and tells how long the next one has to wait. */
export interface SlidingWindow {
  /** Milliseconds until one more may be sent; 0: now. */
  waitMs(now: number): number;
  /** Notes that one is sent. */
  note(now: number): void;
}

/** How much longer than a second the window is: what the way to the target may vary by. */
export const MARGIN_MS = 35;

/**
 * Makes a window that lets no more requests through than `rate` in any second, wherever the second begins.
 *
 * @param rate requests a second, more than 0; below 1 it is one request in so many seconds.
 */
export const createSlidingWindow = (rate: number): SlidingWindow => {
  const count = Math.max(1, Math.floor(rate));
  const spanMs = (rate < 1 ? 1_000 / rate : 1_000) + MARGIN_MS;
  const sentAt: number[] = new Array(count).fill(Number.NEGATIVE_INFINITY);
  let oldest = 0;
  return {
    waitMs: (now) => Math.max(0, Math.ceil((sentAt[oldest] as number) + spanMs - now)),
    note: (now) => {
      sentAt[oldest] = now;
      oldest = (oldest + 1) % count;
    },
  };
};
