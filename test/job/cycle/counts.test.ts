import { describe, expect, test } from 'vitest';
import { countImported, countOutcome, countPlanned, newCounter } from '../../../src/job/cycle/counts.ts';
import { NO_COUNTS } from '../../../src/model/cycle.ts';
import type { Outcome } from '../../../src/model/pipeline.ts';
import { aCreation, aDeletion, anUpdate } from '../../exporting/change-builders.ts';
import { aUser, aVerdict, UNASSIGNED } from '../../support/builders.ts';

describe('a counter', () => {
  test('begins at zero, and what it returned does not change afterwards', () => {
    const counter = newCounter();
    const before = counter.counts();
    counter.add('requests', 3);
    expect([before, counter.counts()]).toEqual([NO_COUNTS, { ...NO_COUNTS, requests: 3 }]);
  });

  test('counts the objects that were read, that are assigned, and that are to be provisioned', () => {
    const counter = newCounter();
    for (const scope of [
      aVerdict(),
      aVerdict({ isActive: false }),
      aVerdict({ isInScope: false }),
      aVerdict(UNASSIGNED),
    ])
      countImported(counter, { object: aUser(), scope });
    expect(counter.counts()).toMatchObject({ imported: 4, entitled: 3, entitledForProvisioning: 1 });
  });

  test('counts changes by their action', () => {
    const counter = newCounter();
    const disable = { ...anUpdate('User', 'a', []), action: 'disable' } as const;
    for (const change of [aCreation('User', []), anUpdate('User', 'a', []), disable, aDeletion('User', 'a')])
      countPlanned(counter, change);
    expect(counter.counts()).toEqual({ ...NO_COUNTS, create: 1, update: 1, disable: 1, delete: 1 });
  });

  test('counts a change that failed as failed only', () => {
    const counter = newCounter();
    const outcome = { change: aCreation('User', []), result: 'failure' } as unknown as Outcome;
    countOutcome(counter, outcome);
    countOutcome(counter, { ...outcome, result: 'success' } as Outcome);
    expect(counter.counts()).toEqual({ ...NO_COUNTS, failed: 1, create: 1 });
  });
});
