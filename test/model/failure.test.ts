import { expect, test } from 'vitest';
import { adviceOn, FAILURE_CODES, recommendedAction, stepsWithAdvice } from '../../src/model/failure.ts';

const FILTERING = 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering';
const everyAdvice = FAILURE_CODES.flatMap((code) =>
  [null, ...stepsWithAdvice(code)].map((step) => ({ code, step, ...adviceOn(code, step) })),
);

test('what is recommended is a sentence', () => {
  for (const { code, step } of everyAdvice) expect(recommendedAction(code, step)).toMatch(/^[A-Z].*\.$/);
});

test('limits and ways out are clauses that name no time', () => {
  for (const { limit, wayOut } of everyAdvice)
    for (const clause of [limit, wayOut]) {
      expect(clause).toMatch(/^[a-zH].*[^.]$/);
      expect(clause).not.toMatch(/next cycle|tried again|days|hours/);
    }
});

test('a refused creation is advised to look at matching, and a refused update or disable is not', () => {
  expect(recommendedAction(FILTERING, 'create')).toContain('match');
  for (const step of ['update', 'disable', 'delete'] as const)
    expect(recommendedAction(FILTERING, step)).not.toMatch(/filter|match/);
  expect(recommendedAction(FILTERING, 'find')).toContain('filters');
});

test('a value that is refused with 400 is to be corrected, whatever writes it', () => {
  for (const step of ['create', 'update', 'disable', 'delete'] as const)
    expect(recommendedAction('SystemForCrossDomainIdentityManagementServiceIncompatible', step)).toContain(
      'Correct the value',
    );
});
