import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRateLimit, createSlidingWindow } from '../../../../src/io/scim-client/flow/rate-limit.ts';

const { signal } = new AbortController();

/** The most instants that any stretch of a second holds. */
const mostInASecond = (instants: readonly number[]): number => {
  let from = 0;
  let most = 0;
  for (const [to, at] of instants.entries()) {
    while (at - (instants[from] as number) >= 1_000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
};

describe('rate limit', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** When requests went out in some simulated seconds, each of `callers` sending its next as soon as it may. */
  const sendFor = async (rate: number, seconds: number, callers: number): Promise<readonly number[]> => {
    const limit = createRateLimit(rate, signal);
    const start = performance.now();
    const sentAt: number[] = [];
    const call = async (): Promise<void> => {
      while (performance.now() - start < seconds * 1_000) {
        await limit(signal);
        sentAt.push(performance.now());
      }
    };
    for (let n = 0; n < callers; n += 1) void call();
    await vi.advanceTimersByTimeAsync(seconds * 1_000);
    return sentAt;
  };

  test.for([
    [1, 20, 4],
    [25, 8, 8],
    [60, 5, 8],
    [200, 5, 3],
    [1_000, 3, 8],
  ] as const)(
    '%i requests a second are reached to 95 %%, and passed in no second',
    async ([rate, seconds, callers]) => {
      const sentAt = await sendFor(rate, seconds, callers);
      expect(mostInASecond(sentAt)).toBeLessThanOrEqual(rate);
      expect(sentAt.length).toBeGreaterThanOrEqual(0.95 * rate * seconds);
    },
  );

  test('one request in ten seconds is a rate too', async () => {
    const sentAt = await sendFor(0.1, 35, 2);
    expect(sentAt).toHaveLength(4);
  });

  test('after a silence there is no burst', async () => {
    const limit = createRateLimit(200, signal);
    const sentAt: number[] = [];
    const burst = (): void => {
      for (let n = 0; n < 300; n += 1) void limit(signal).then(() => sentAt.push(performance.now()));
    };
    burst();
    await vi.advanceTimersByTimeAsync(5_000);
    burst();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sentAt).toHaveLength(600);
    expect(mostInASecond(sentAt)).toBeLessThanOrEqual(200);
  });
});

test('the window never exceeds the rate in any second', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.nat({ max: 400 }), { maxLength: 80 }),
      (rate, gaps) => {
        const window = createSlidingWindow(rate);
        const sentAt: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          now += window.waitMs(now);
          window.note(now);
          sentAt.push(now);
        }
        expect(mostInASecond(sentAt)).toBeLessThanOrEqual(rate);
      },
    ),
  );
});
