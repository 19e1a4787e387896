import Bottleneck from 'bottleneck';
import { unlessAborted } from './elapsed-time.ts';

/** Waits until a request may be sent. @throws the reason of the signal once that is aborted */
type RateLimit = (signal: AbortSignal) => Promise<void>;

/**
 * Bottleneck needs a timer and about 1 ms of CPU a job, and reached 140 of 1,000 requests a second: at high rates,
 * one of its jobs stands for a block of permits.
 */
const BLOCKS_PER_SECOND = 50;

/** Blocks requested at once: how much a busy process may catch up. */
const BLOCKS_AHEAD = 5;

/** The window is this much longer than a second, for varying latency to the target. */
const MARGIN_MS = 35;

/** Bottleneck's pace, slowed by as much as the window is longer than a second. */
const PACE = 1 + MARGIN_MS / 1_000;

const sleep = async (ms: number, end: AbortSignal): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const begin = (): Promise<void> =>
    new Promise((resolve) => {
      timer = setTimeout(resolve, ms);
    });
  try {
    await unlessAborted(begin, end);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Makes a rate limit: Bottleneck spaces requests evenly, a sliding window enforces the limit in any second.
 * @param requestsPerSecond more than 0; below 1 it is one request in 1/n seconds
 * @param end once aborted, every wait rejects
 */
export function createRateLimit(requestsPerSecond: number, end: AbortSignal): RateLimit {
  const block = Math.max(1, Math.ceil(requestsPerSecond / BLOCKS_PER_SECOND));
  const limiter = new Bottleneck({ minTime: (block * 1_000 * PACE) / requestsPerSecond });
  const window = createSlidingWindow(requestsPerSecond);
  const waiting: { readonly resolve: () => void; readonly reject: (reason: unknown) => void }[] = [];
  let permits = 0;
  let asked = 0;
  let isGranting = false;

  const refuseAll = (reason: unknown): void => {
    for (const { reject } of waiting.splice(0)) reject(reason);
  };

  const takeBlock = async (): Promise<void> => {
    asked -= 1;
    permits += block;
    if (!isGranting) void grant();
  };

  /** Requests blocks for the waiting requests. */
  const ask = (): void => {
    while (asked < BLOCKS_AHEAD && permits + asked * block < waiting.length) {
      asked += 1;
      limiter.schedule(takeBlock).catch(refuseAll);
    }
  };

  /** Leftover or late blocks may coincide with the next ones: the window decides. */
  const waitForWindow = async (): Promise<void> => {
    for (let wait = window.waitMs(performance.now()); wait > 0; wait = window.waitMs(performance.now()))
      await sleep(wait, end);
  };

  const grant = async (): Promise<void> => {
    isGranting = true;
    try {
      while (waiting.length > 0 && permits > 0) {
        await waitForWindow();
        window.note(performance.now());
        permits -= 1;
        waiting.shift()?.resolve();
        ask();
      }
    } catch (error) {
      refuseAll(error);
    }
    isGranting = false;
  };

  // Bottleneck holds a timer, which would keep the process alive.
  end.addEventListener('abort', () => void limiter.stop({ dropWaitingJobs: true }), { once: true });

  const permit = (): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      ask();
      if (!isGranting) void grant();
    });

  return (signal) => unlessAborted(permit, signal);
}

/** Remembers when the last requests were sent, and computes how long the next one waits. */
interface SlidingWindow {
  /** Milliseconds until one more may be sent; 0: now. */
  waitMs(now: number): number;
  /** Notes that one is sent. */
  note(now: number): void;
}

/**
 * Makes a window that admits at most `rate` requests in any second.
 * @param rate requests a second, more than 0; below 1 it is one request in 1/n seconds
 */
export function createSlidingWindow(rate: number): SlidingWindow {
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
}
