import Bottleneck from 'bottleneck';
import { createSlidingWindow } from './sliding-window.ts';

/** Waits until a request may be sent. */
export type RateLimit = () => Promise<void>;

/** Bottleneck yields to a timer for each of its jobs, so at a high rate one job stands for a block of permits. */
const BLOCKS_PER_SECOND = 50;

/** How much slower than the limit requests are paced, so that jitter on the way does not push them over it. */
const PACE = 1.02;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Makes a limit to how many requests are sent, paced evenly and never more than the rate in any second.
 *
 * @param requestsPerSecond more than 0; below 1 it is one request in so many seconds.
 */
export const createRateLimit = (requestsPerSecond: number): RateLimit => {
  const block = Math.max(1, Math.ceil(requestsPerSecond / BLOCKS_PER_SECOND));
  const limiter = new Bottleneck({ minTime: (block * 1_000 * PACE) / requestsPerSecond });
  const window = createSlidingWindow(requestsPerSecond);
  const waiting: (() => void)[] = [];
  let permits = 0;
  let isGranting = false;

  const takePermit = async (): Promise<void> => {
    if (permits === 0) {
      await limiter.schedule(async () => {
        permits = block;
      });
    }
    permits -= 1;
    // A block that was left over may meet the next one: the window has the last word.
    for (let wait = window.waitMs(performance.now()); wait > 0; wait = window.waitMs(performance.now())) {
      await sleep(wait);
    }
    window.note(performance.now());
  };

  const grant = async (): Promise<void> => {
    isGranting = true;
    while (waiting.length > 0) {
      await takePermit();
      waiting.shift()?.();
    }
    isGranting = false;
  };

  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (!isGranting) void grant();
    });
};
