import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSerialExecutor } from '../../../../src/io/scim-client/wire/turns.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('what came in together is handed over in its order, eight in a turn, and what comes meanwhile after it', () => {
  const turns = createSerialExecutor();
  const handedOver: string[] = [];
  const take = (letter: string) => () => {
    handedOver.push(letter);
    if (letter === 'a') turns(take('x'));
  };
  for (const letter of 'abcdefghij') turns(take(letter));
  const seen = Array.from({ length: 3 }, () => {
    vi.advanceTimersToNextTimer();
    return handedOver.join('');
  });
  expect(seen).toEqual(['abcdefgh', 'abcdefghijx', 'abcdefghijx']);
  turns(take('y'));
  vi.advanceTimersToNextTimer();
  expect(handedOver.join('')).toBe('abcdefghijxy');
});
