import { expect, it } from 'vitest';
import { DEFAULT_EXPRESSION_OPTIONS, EXPRESSION_CHOICES } from '../../src/model/expression-options.ts';

it('the first choice of every option is its default', () => {
  const first = Object.fromEntries(
    Object.entries(EXPRESSION_CHOICES).map(([name, [choice]]) => [name, choice]),
  );
  expect(first).toEqual(DEFAULT_EXPRESSION_OPTIONS);
});
