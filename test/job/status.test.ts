import { describe, expect, test } from 'vitest';
import { jobStatus, type StatusFacts } from '../../src/job/status.ts';
import { type CycleRecord, NO_COUNTS } from '../../src/model/cycle.ts';
import { aJob } from '../support/builders.ts';

const JOB = aJob();

/** A cycle that ended at an hour of the first of January. */
const cycle = (hour: number, rest: Partial<CycleRecord> = {}): CycleRecord =>
  ({
    id: `cycle-${hour}`,
    kind: 'incremental',
    state: 'Succeeded',
    startedAt: at(hour),
    endedAt: at(hour, 30),
    counts: NO_COUNTS,
    since: 1,
    until: 2,
    error: null,
    ...rest,
  }) as CycleRecord;

const at = (hour: number, minute = 0): string =>
  `2026-01-01T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00.000Z`;

const refused = {
  state: 'Failed',
  error: { code: 'Unauthorized', message: 'The token has expired', reason: 'EncounteredQuarantineException' },
} as const;
const writing = { counts: { ...NO_COUNTS, create: 2, update: 1 } };

const status = (cycles: readonly CycleRecord[], rest: Partial<StatusFacts> = {}) =>
  jobStatus({
    settings: JOB.settings,
    schema: JOB.schema,
    cycles,
    linkCounts: { User: 3, Group: 1 },
    escrowCount: 0,
    ...rest,
  });

const statusOf = (...cycles: readonly CycleRecord[]) => status(cycles).status as Record<string, unknown>;

describe('the status of a job', () => {
  test('that never ran', () => {
    expect(status([])).toMatchObject({
      id: 'job-1',
      templateId: 'scim',
      schedule: { expiration: null, interval: 'PT40M', state: 'Active' },
      status: {
        code: 'NotRun',
        countSuccessiveCompleteFailures: 0,
        escrowsPruned: false,
        lastExecution: null,
        lastSuccessfulExecution: null,
        lastSuccessfulExecutionWithExports: null,
        quarantine: null,
        steadyStateFirstAchievedTime: '0001-01-01T00:00:00Z',
        steadyStateLastAchievedTime: '0001-01-01T00:00:00Z',
        troubleshootingUrl: null,
      },
    });
  });

  test('counts the objects that it looks after, by type', () => {
    expect(statusOf().synchronizedEntryCountByType).toEqual([
      { key: 'User to urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', value: 3 },
      { key: 'Group to urn:ietf:params:scim:schemas:core:2.0:Group', value: 1 },
    ]);
  });

  test.each([
    [90_000, 'PT1M30S'],
    [86_400_000, 'PT24H'],
    [3_661_000, 'PT1H1M1S'],
    [0, 'PT0S'],
  ])('spells an interval of %d ms %s', (intervalMs, interval) => {
    const settings = { ...JOB.settings, intervalMs, enabled: false };
    expect(status([], { settings }).schedule).toMatchObject({ interval, state: 'Disabled' });
  });

  test('tells the last cycle, the last good one, and the last good one that wrote something', () => {
    const entry = { state: 'EntryLevelErrors', counts: { ...NO_COUNTS, failed: 1 } } as const;
    expect(statusOf(cycle(4, entry), cycle(3), cycle(2, writing), cycle(1, writing))).toMatchObject({
      code: 'Active',
      lastExecution: { activityIdentifier: 'cycle-4', state: 'EntryLevelErrors', countEscrowed: 1 },
      lastSuccessfulExecution: { activityIdentifier: 'cycle-3', countExported: 0 },
      lastSuccessfulExecutionWithExports: { activityIdentifier: 'cycle-2', countExported: 3 },
    });
  });

  test('tells the counts of a cycle in Graph’s words', () => {
    const counts = {
      ...NO_COUNTS,
      imported: 10,
      importedReferences: 4,
      entitled: 8,
      entitledForProvisioning: 7,
      create: 1,
      update: 2,
      disable: 3,
      delete: 4,
      failed: 5,
      skipped: 9,
    };
    const execution = {
      countImported: 10,
      countImportedReferenceDeltas: 4,
      countEntitled: 8,
      countEntitledForProvisioning: 7,
      countExported: 10,
      countExports: 15,
      countEscrowed: 5,
      timeBegan: at(1),
      timeEnded: at(1, 30),
      error: null,
    };
    expect(statusOf(cycle(1, { counts })).lastExecution).toMatchObject({
      ...execution,
      countImportedDeltas: 10,
    });
    expect(statusOf(cycle(1, { counts, kind: 'initial' })).lastExecution).toMatchObject({
      ...execution,
      countImportedDeltas: 0,
    });
  });

  test('is steady from the first cycle that had nothing left to do, to the last', () => {
    expect(statusOf(cycle(5, writing), cycle(4), cycle(3), cycle(2, writing))).toMatchObject({
      steadyStateFirstAchievedTime: at(3, 30),
      steadyStateLastAchievedTime: at(4, 30),
    });
  });

  test('does not count a cycle that was interrupted', () => {
    const interrupted = cycle(2, { state: 'Failed', endedAt: null });
    expect(statusOf(interrupted, cycle(1))).toMatchObject({
      code: 'Active',
      countSuccessiveCompleteFailures: 0,
      lastExecution: { activityIdentifier: 'cycle-1' },
    });
  });

  test('of a series of cycles that could not go on is a quarantine', () => {
    expect(statusOf(cycle(4, refused), cycle(3, refused), cycle(2), cycle(1, refused))).toMatchObject({
      code: 'Quarantine',
      countSuccessiveCompleteFailures: 2,
      quarantine: {
        reason: 'EncounteredQuarantineException',
        seriesBegan: at(3, 30),
        currentBegan: at(4, 30),
        seriesCount: 2,
        error: { code: 'Unauthorized', message: 'The token has expired', tenantActionable: true },
      },
      lastExecution: { state: 'Failed', error: { code: 'Unauthorized' } },
    });
  });

  test('leaves quarantine with the first cycle that goes through', () => {
    expect(statusOf(cycle(2), cycle(1, refused))).toMatchObject({ code: 'Active', quarantine: null });
  });
});
