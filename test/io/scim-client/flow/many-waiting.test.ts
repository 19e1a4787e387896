import { afterEach, beforeEach, expect, test } from 'vitest';
import { realTime } from '../../../../src/io/scim-client/flow/elapsed-time.ts';
import { createRateLimit } from '../../../../src/io/scim-client/flow/rate-limit.ts';

const warnings: string[] = [];
const note = (warning: Error): void => void warnings.push(warning.name);

beforeEach(() => {
  warnings.length = 0;
  process.on('warning', note);
});
afterEach(() => void process.off('warning', note));

/** More than the 10 listeners of which Node takes the eleventh for a leak. */
const WAITING = 64;

test.each([
  ['for the rate of requests', () => createRateLimit(1_000, new AbortController().signal)],
  ['before a retry', () => (signal: AbortSignal) => realTime.sleep(5, signal)],
])('many requests that wait %s with the signal of one cycle are no leak to Node', async (_, waitOf) => {
  const { signal } = new AbortController();
  const wait = waitOf();
  await Promise.all(Array.from({ length: WAITING }, () => wait(signal)));
  // Node emits warnings in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  expect(warnings).toEqual([]);
});
