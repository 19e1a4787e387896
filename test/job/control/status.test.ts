import { describe, expect, test } from 'vitest';
import { jobStatus, type StatusFacts } from '../../../src/job/control/status.ts';
import { INITIAL_CONTROL, type JobControl } from '../../../src/model/control.ts';
import { type CycleRecord, NO_COUNTS } from '../../../src/model/cycle.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';
import { aJob } from '../../support/builders.ts';

const JOB = aJob();

const control = (rest: Partial<JobControl>): JobControl => ({ ...INITIAL_CONTROL, ...rest });
const held = (): JobControl => control({ quarantine: QUARANTINE });

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
    control: INITIAL_CONTROL,
    cycles,
    entryCounts: { User: 3, Group: 1 },
    hasWatermark: false,
    ...rest,
  });

const statusOf = (...cycles: readonly CycleRecord[]) => status(cycles).status as Record<string, unknown>;

const QUARANTINE = {
  reason: 'EncounteredQuarantineException',
  error: { code: 'Unauthorized', message: 'The token has expired' },
  seriesBegan: at(3, 30),
  currentBegan: at(4, 30),
  nextAttempt: at(9, 30),
  seriesCount: 2,
} as const;

const NEVER = '0001-01-01T00:00:00Z';
const OFF = { ...JOB.settings, enabled: false };

describe('the status of a job', () => {
  test('that never ran has a placeholder where its last cycle would be', () => {
    expect(status([])).toEqual({
      id: 'job-1',
      templateId: 'scim',
      schedule: { expiration: null, interval: 'PT40M', state: 'Active' },
      status: {
        code: 'NotRun',
        countSuccessiveCompleteFailures: 0,
        escrowsPruned: false,
        lastExecution: {
          activityIdentifier: null,
          countEntitled: 0,
          countEntitledForProvisioning: 0,
          countEscrowed: 0,
          countEscrowedRaw: 0,
          countExported: 0,
          countExports: 0,
          countImported: 0,
          countImportedDeltas: 0,
          countImportedReferenceDeltas: 0,
          state: 'Failed',
          error: { code: 'None', message: '', tenantActionable: false },
          timeBegan: NEVER,
          timeEnded: NEVER,
        },
        lastSuccessfulExecution: null,
        lastSuccessfulExecutionWithExports: null,
        progress: [],
        quarantine: null,
        steadyStateFirstAchievedTime: NEVER,
        steadyStateLastAchievedTime: NEVER,
        synchronizedEntryCountByType: expect.any(Array),
        troubleshootingUrl: null,
      },
      synchronizationJobSettings: [],
    });
  });

  test.each<[string, Partial<StatusFacts>, string, string]>([
    ['created, and switched off', { settings: OFF }, 'Disabled', 'Paused'],
    ['started, first cycle not done', {}, 'Active', 'NotRun'],
    ['started, first cycle refused', { control: held() }, 'Active', 'Quarantine'],
    ['started, first cycle refused, and resumed', { cycles: [cycle(1, refused)] }, 'Active', 'NotRun'],
    ['healthy', { cycles: [cycle(1)] }, 'Active', 'Active'],
    ['healthy, its cycles forgotten', { hasWatermark: true }, 'Active', 'Active'],
    [
      'healthy, then refused',
      { cycles: [cycle(2, refused), cycle(1)], control: held() },
      'Active',
      'Quarantine',
    ],
    ['paused', { cycles: [cycle(1)], control: control({ isPaused: true }) }, 'Paused', 'Paused'],
    ['paused in quarantine', { control: { ...held(), isPaused: true } }, 'Paused', 'Paused'],
    ['disabled after 28 days', { control: { ...held(), isDisabled: true } }, 'Disabled', 'Quarantine'],
    ['healthy, and switched off', { cycles: [cycle(1)], settings: OFF }, 'Disabled', 'Paused'],
  ])('that is %s', (_, facts, state, code) => {
    expect(status([], facts)).toMatchObject({ schedule: { state }, status: { code } });
  });

  test('that is switched off and never ran has no last cycle', () => {
    expect(status([], { settings: OFF }).status).toMatchObject({ lastExecution: null });
  });

  test('counts the objects that it manages, by type', () => {
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

  test('shows the last cycle, the last good one, and the last good one that wrote something', () => {
    const entry = { state: 'EntryLevelErrors', counts: { ...NO_COUNTS, failed: 1 } } as const;
    expect(statusOf(cycle(4, entry), cycle(3), cycle(2, writing), cycle(1, writing))).toMatchObject({
      code: 'Active',
      lastExecution: { activityIdentifier: 'cycle-4', state: 'EntryLevelErrors', countEscrowed: 1 },
      lastSuccessfulExecution: { activityIdentifier: 'cycle-3', countExported: 0 },
      lastSuccessfulExecutionWithExports: { activityIdentifier: 'cycle-2', countExported: 3 },
    });
  });

  test('shows the counts of a cycle in Graph’s words', () => {
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
      stagedDelete: 6,
      failed: 5,
      skipped: 9,
    };
    const execution = {
      countImported: 10,
      countImportedReferenceDeltas: 4,
      countEntitled: 8,
      countEntitledForProvisioning: 7,
      countExported: 10,
      countExports: 21,
      countEscrowed: 5,
      timeBegan: '2026-01-01T01:00:00.0000000Z',
      timeEnded: '2026-01-01T01:30:00.0000000Z',
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

  test('in quarantine says why, since when, how often, and when it is tried again', () => {
    expect(
      status([cycle(4, refused), cycle(3, refused), cycle(2)], { control: held() }).status,
    ).toMatchObject({
      code: 'Quarantine',
      countSuccessiveCompleteFailures: 2,
      quarantine: {
        reason: 'EncounteredQuarantineException',
        seriesBegan: at(3, 30),
        currentBegan: at(4, 30),
        nextAttempt: at(9, 30),
        seriesCount: 2,
        error: { code: 'Unauthorized', message: 'The token has expired', tenantActionable: true },
      },
      lastExecution: { state: 'Failed', error: { code: 'Unauthorized', tenantActionable: true } },
    });
  });

  test('whose initial cycle discarded its failures says so', () => {
    expect(status([], { control: control({ escrowsPruned: true }) }).status).toMatchObject({
      escrowsPruned: true,
    });
  });

  test('shows the progress of a running cycle in pages, and none of an ended one', () => {
    const progress = { pagesDone: 3, pagesTotal: 12, observedAt: at(2, 5) };
    expect(statusOf(cycle(2, { endedAt: null, progress }), cycle(1)).progress).toEqual([
      { completedUnits: 3, totalUnits: 12, units: 'pages', progressObservationDateTime: at(2, 5) },
    ]);
    expect(statusOf(cycle(2), cycle(1, { endedAt: null, progress })).progress).toEqual([]);
    expect(statusOf(cycle(2, { endedAt: null })).progress).toEqual([]);
  });

  test('names the threshold of deletions as Graph’s setting does', () => {
    const settings = { ...JOB.settings, safety: { ...DEFAULT_SAFETY, deletionThreshold: 500 } };
    expect(status([], { settings }).synchronizationJobSettings).toEqual([
      { name: 'QuarantineTooManyDeletesThreshold', value: '500' },
    ]);
  });
});
