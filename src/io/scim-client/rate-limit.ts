import Bottleneck from 'bottleneck';
import { createSlidingWindow, MARGIN_MS } from './sliding-window.ts';

/** Waits until a request may be sent. */
export type RateLimit = () => Promise<void>;

/** Bottleneck yields to a timer for each of its jobs, so at a high rate one job stands for a block of permits. */
const BLOCKS_PER_SECOND = 50;

/** How many blocks are asked for at once: what a process that was busy with other things may make up for. */
const BLOCKS_AHEAD = 5;

/** How much slower than the limit requests are paced: as much as the window is longer than a second. */
const PACE = 1 + MARGIN_MS / 1_000;

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
  let asked = 0;
  let isGranting = false;

  const takeBlock = async (): Promise<void> => {
    asked -= 1;
    permits += block;
    if (!isGranting) void grant();
  };

  /** Asks for blocks for who waits; they come one after the other, however late this process gets to see them. */
  const ask = (): void => {
    while (asked < BLOCKS_AHEAD && permits + asked * block < waiting.length) {
      asked += 1;
      void limiter.schedule(takeBlock);
    }
  };

  const grant = async (): Promise<void> => {
    isGranting = true;
    while (waiting.length > 0 && permits > 0) {
      // A block that was left over, or came late, may meet the next one: the window has the last word.
      for (let wait = window.waitMs(performance.now()); wait > 0; wait = window.waitMs(performance.now())) {
        await sleep(wait);
      }
      window.note(performance.now());
      permits -= 1;
      waiting.shift()?.();
      ask();
    }
    isGranting = false;
  };

  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      ask();
      if (!isGranting) void grant();
    });
};
