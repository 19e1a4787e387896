import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  askedWaitMs,
  BACKOFF_MS,
  MAX_RETRIES,
  MAX_RETRY_AFTER_MS,
  retryDelayMs,
} from '../../../../src/io/scim-client/flow/retrying.ts';
import type { ScimAnswer } from '../../../../src/model/scim.ts';

const answer = (status: number, retryAfterMs: number | null = null): ScimAnswer => ({
  kind: 'answer',
  status,
  body: null,
  text: null,
  contentType: null,
  retryAfterMs,
  durationMs: 1,
});

test('only 429 and 503 are retried', () => {
  for (const status of [200, 400, 401, 404, 409, 500, 502, 504]) {
    expect(retryDelayMs(answer(status, 0), 0, () => 0)).toBeNull();
  }
  const noAnswer = { kind: 'noAnswer', cause: 'timeout', message: '', durationMs: 1 } as const;
  expect(retryDelayMs(noAnswer, 0, () => 0)).toBeNull();
  expect(retryDelayMs(answer(429, 0), 0, () => 0)).toBe(0);
  expect(retryDelayMs(answer(503), 0, () => 0)).toBe(BACKOFF_MS / 2);
});

test('a wait is never shorter than asked for up to the limit, and never longer than limit and jitter', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 10 ** 9 }),
      fc.nat({ max: MAX_RETRIES + 2 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (retryAfterMs, retries, random) => {
        const delay = retryDelayMs(answer(429, retryAfterMs), retries, () => random);
        if (retries >= MAX_RETRIES) {
          expect(delay).toBeNull();
          return;
        }
        expect(delay).toBeGreaterThanOrEqual(Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
        expect(delay).toBeLessThanOrEqual(MAX_RETRY_AFTER_MS + BACKOFF_MS);
      },
    ),
  );
});

test('a job that does not honour Retry-After backs off as if none had been named', () => {
  expect(retryDelayMs(answer(429, 20_000), 1, () => 0.5, false)).toBe(2 * BACKOFF_MS);
  expect(askedWaitMs(answer(429, 20_000), false)).toBeNull();
});

test('a pause is asked for by answers that put off, and lasts no longer than the limit', () => {
  expect(askedWaitMs(answer(503, 2_000), true)).toBe(2_000);
  expect(askedWaitMs(answer(429, 10 ** 9), true)).toBe(MAX_RETRY_AFTER_MS);
  expect(askedWaitMs(answer(429), true)).toBeNull();
  expect(askedWaitMs(answer(301, 2_000), true)).toBeNull();
});
