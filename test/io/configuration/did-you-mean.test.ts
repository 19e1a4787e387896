import { expect, test } from 'vitest';
import { didYouMean, nearest } from '../../../src/io/configuration/did-you-mean.ts';

test('a word with a slip or two is known again', () => {
  const keys = ['membersPerPatch', 'memberRef', 'patch'];
  expect(nearest('memberPerPatch', keys)).toBe('membersPerPatch');
  expect(nearest('pacth', keys)).toBe('patch');
  expect(nearest('PATCH', keys)).toBe('patch');
});

test('a word that is like none gets no suggestion', () => {
  expect(didYouMean('colour', ['membersPerPatch', 'patch'])).toBe('');
  expect(nearest('x'.repeat(100_000), ['x'.repeat(99_999)])).toBeUndefined();
});
