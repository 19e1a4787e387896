import { expect, test } from 'vitest';
import { planCycle } from '../../../src/job/cycle/cycle.ts';
import { PAGE_SIZE } from '../../../src/job/phases/source-pages.ts';
import { assigned, aUser } from '../../support/builders.ts';
import { aPlanning } from '../../support/planning-context.ts';

test('a plan yields to the event loop between its pages, although every promise is resolved', async () => {
  const objects = Array.from({ length: 3 * PAGE_SIZE }, (_, n) =>
    aUser({}, { id: `u${String(n).padStart(5, '0')}`, assignments: [assigned()] }),
  );
  let turns = 0;
  const count = (): void => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const turnsAt: number[] = [];
  for await (const page of (await planCycle(aPlanning({ objects }))).pages) {
    if (page.items.length > 0) turnsAt.push(turns);
  }
  clearImmediate(next);
  expect(turnsAt).toHaveLength(3);
  expect(new Set(turnsAt).size).toBe(3);
});
