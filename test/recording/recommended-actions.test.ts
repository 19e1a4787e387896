import { expect, test } from 'vitest';
import { RECOMMENDED_ACTIONS } from '../../src/recording/recommended-actions.ts';
import { ADVICE } from '../../src/scim/advice.ts';

test('whatever the target answers, something is recommended', () => {
  expect(Object.keys(ADVICE).filter((code) => !(code in RECOMMENDED_ACTIONS))).toEqual([]);
});

test('a recommendation is a sentence', () => {
  for (const action of Object.values(RECOMMENDED_ACTIONS)) expect(action).toMatch(/^[A-Z].*\.$/);
});
