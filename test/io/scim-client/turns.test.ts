import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTurns } from '../../../src/io/scim-client/turns.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('what came in together is handed over in its order, two in a turn, and what comes meanwhile after it', () => {
  const turns = createTurns();
  const handedOver: number[] = [];
  const take = (n: number) => () => {
    handedOver.push(n);
    if (n === 1) turns(take(5));
  };
  for (const n of [1, 2, 3]) turns(take(n));
  const seen = Array.from({ length: 4 }, () => {
    vi.advanceTimersToNextTimer();
    return handedOver.join('');
  });
  expect(seen).toEqual(['12', '1235', '1235', '1235']);
  turns(take(6));
  vi.advanceTimersToNextTimer();
  expect(handedOver.join('')).toBe('12356');
});
