import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openScratch } from '../../../../src/io/stores/sqlite/scratch.ts';
import type { Scratch } from '../../../../src/model/ports.ts';
import { fakeScratch } from '../../../support/fake-scratch.ts';

describe.each([
  ['SQLite', openScratch],
  ['fake', fakeScratch],
])('scratch (%s)', (_name, open) => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = open();
  });
  afterEach(() => {
    scratch.close();
  });

  test('a queue gives its items back in their order, in pages, as often as it is read', () => {
    scratch.append('a', [1, { b: ['x', null] }]);
    scratch.append('other', ['y']);
    scratch.append('a', [true]);
    for (const _time of [1, 2]) {
      expect([...scratch.pages('a', 2)]).toEqual([[1, { b: ['x', null] }], [true]]);
    }
    expect([...scratch.pages('a', 3)]).toHaveLength(1);
    expect(scratch.size('a')).toBe(3);
  });

  test('a queue that nothing was appended to is empty', () => {
    expect([...scratch.pages('a', 2)]).toEqual([]);
    expect(scratch.size('a')).toBe(0);
  });

  test('items that are appended while a queue is read are read too', () => {
    scratch.append('a', [1, 2]);
    const seen: unknown[] = [];
    for (const page of scratch.pages('a', 1)) {
      if (seen.length === 0) scratch.append('a', [3]);
      seen.push(...page);
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  test('a key belongs to the first who claims it', () => {
    expect(scratch.holder('userName=a')).toBeNull();
    expect(scratch.claim('userName=a', 'first')).toBe('first');
    expect(scratch.claim('userName=a', 'second')).toBe('first');
    expect(scratch.claim('userName=A', 'second')).toBe('second');
    expect(scratch.holder('userName=a')).toBe('first');
  });
});

test('two scratches share nothing', () => {
  const [one, other] = [openScratch(), openScratch()];
  one.append('a', [1]);
  one.claim('k', 'one');
  expect(other.size('a')).toBe(0);
  expect(other.claim('k', 'other')).toBe('other');
  one.close();
  other.close();
});
