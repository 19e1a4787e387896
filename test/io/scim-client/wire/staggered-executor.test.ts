import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStaggeredExecutor } from '../../../../src/io/scim-client/wire/connection.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('functions run in order, eight in a turn, later ones after them', () => {
  const runSoon = createStaggeredExecutor();
  const delivered: string[] = [];
  const take = (letter: string) => () => {
    delivered.push(letter);
    if (letter === 'a') runSoon(take('x'));
  };
  for (const letter of 'abcdefghij') runSoon(take(letter));
  const seen = Array.from({ length: 3 }, () => {
    vi.advanceTimersToNextTimer();
    return delivered.join('');
  });
  expect(seen).toEqual(['abcdefgh', 'abcdefghijx', 'abcdefghijx']);
  runSoon(take('y'));
  vi.advanceTimersToNextTimer();
  expect(delivered.join('')).toBe('abcdefghijxy');
});
