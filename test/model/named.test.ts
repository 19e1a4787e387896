import { expect, test } from 'vitest';
import { withJobInDocument, withJobInHints } from '../../src/model/named.ts';

test.each([
  ['correct it, then "entrain restart"', 'correct it, then "entrain restart --job crm"'],
  [
    'allow it with "entrain restart --reset-scope ForceDeletes", or `entrain run`',
    'allow it with "entrain restart --job crm --reset-scope ForceDeletes", or `entrain run --job crm`',
  ],
  ['see "entrain logs --job wiki --status failure"', 'see "entrain logs --job wiki --status failure"'],
  ['see "entrain run --all-jobs"', 'see "entrain run --all-jobs"'],
  ['start from "entrain init", or "entrain start"', 'start from "entrain init", or "entrain start"'],
  ['the files that entrain run writes', 'the files that entrain run writes'],
])('%s becomes %s', (text, named) => {
  expect(withJobInHints(text, 'crm')).toBe(named);
  expect(withJobInHints(text, undefined)).toBe(text);
});

test('a document names the job in all of its texts, and keeps what else it holds', () => {
  const document = {
    warnings: ['see "entrain logs"'],
    count: 3,
    none: null,
    nested: [{ hint: '"entrain plan"' }],
  };
  expect(withJobInDocument(document, 'crm')).toEqual({
    warnings: ['see "entrain logs --job crm"'],
    count: 3,
    none: null,
    nested: [{ hint: '"entrain plan --job crm"' }],
  });
  expect(withJobInDocument(document, undefined)).toBe(document);
});
