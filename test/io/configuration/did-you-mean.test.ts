import { expect, test } from 'vitest';
import { didYouMean } from '../../../src/io/configuration/did-you-mean.ts';

test('a word with a slip or two is known again', () => {
  const keys = ['membersPerPatch', 'memberRef', 'patch'];
  expect(didYouMean('memberPerPatch', keys)).toBe('; did you mean membersPerPatch?');
  expect(didYouMean('pacth', keys)).toBe('; did you mean patch?');
});

test('a word that is like none gets no suggestion', () => {
  expect(didYouMean('colour', ['membersPerPatch', 'patch'])).toBe('');
});
