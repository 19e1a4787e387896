import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StatusExtras } from '../../src/app/control/status.ts';
import { refresh } from '../../src/cli/refresh.ts';
import { statusLines } from '../../src/cli/report/shared/status-text.ts';
import { type StatusFacts, scheduleState, statusCode } from '../../src/job/control/status.ts';
import { INITIAL_CONTROL } from '../../src/model/control.ts';
import { type CycleRecord, NO_COUNTS } from '../../src/model/cycle.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { aJob } from '../support/builders.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const JOB = aJob();

const cycle = (rest: Partial<CycleRecord> = {}): CycleRecord => ({
  id: 'c1',
  kind: 'initial',
  state: 'Succeeded',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:01:00.000Z',
  counts: { ...NO_COUNTS, create: 2, requests: 60 },
  since: null,
  until: 7,
  sourceCount: 2,
  schemaFingerprint: 'schema-1',
  error: null,
  ...rest,
});

const linesOf = (over: Partial<StatusFacts> = {}, extras: Partial<StatusExtras> = {}): string => {
  const facts: StatusFacts = {
    settings: JOB.settings,
    schema: JOB.schema,
    control: INITIAL_CONTROL,
    cycles: [cycle()],
    entryCounts: { User: 2, Group: 0 },
    hasWatermark: true,
    ...over,
  };
  return statusLines({
    code: statusCode(facts),
    schedule: scheduleState(facts),
    facts,
    extras: {
      linkCounts: { User: 2, Group: 0 },
      failingCount: 0,
      failingReferenceCount: 0,
      waiting: { count: 0, nextAttempt: null, isInNextCycle: false },
      refusedImport: null,
      heldBackCount: 0,
      watermark: 7,
      holder: null,
      proxy: null,
      ...extras,
    },
  }).join('\n');
};

describe('the status as text', () => {
  test('distinguishes a daemon from another command that runs the job', () => {
    const holder = { command: 'run', pid: 4711, host: 'hal', since: '2026-01-01T00:00:00.000Z' };
    expect(linesOf({}, { holder })).toContain(
      'daemon       no daemon runs; the job is in use by "entrain run" (process 4711 on hal, since 2026-01-01T00:00:00.000Z)',
    );
    expect(linesOf({}, { holder: { ...holder, command: 'start' } })).toContain(
      'daemon       process 4711 on hal, since 2026-01-01T00:00:00.000Z\n',
    );
  });

  test('of a healthy job is short', () => {
    expect(linesOf()).toBe(`Job job-1 → https://target.example/scim
  status       Active
  daemon       no daemon runs
  linked       2 users, 0 groups
  failing      0 objects and 0 references kept for retry
  watermark    7
  last cycle   initial, Succeeded, began 2026-01-01T00:00:00.000Z
               2 created, 0 updated, 0 disabled, 0 deleted · 0 skipped · 0 failed · 0 objects read · 60 requests in 60.0 s (1/s)`);
  });

  test('shows that the watched source was refused, and why', () => {
    const refusedImport = {
      at: '2026-01-02T00:00:00.000Z',
      reason: '--mirror\n  it would remove 40 of 40 users',
    };
    expect(linesOf({}, { refusedImport })).toContain(
      'not imported at 2026-01-02T00:00:00.000Z; the directory stays as it was\n  --mirror\n    it would remove 40 of 40 users',
    );
  });

  test('shows failures of objects and of references separately, and what is staged', () => {
    const waiting = { count: 3, nextAttempt: '2026-01-01T06:00:00.000Z', isInNextCycle: false };
    expect(linesOf({}, { waiting })).toContain(
      '3 failures wait; the next is tried again after 2026-01-01T06:00:00.000Z; "entrain run --retry-all" tries them now',
    );
    const text = linesOf({}, { failingCount: 1, failingReferenceCount: 2, heldBackCount: 4 });
    expect(text).toContain('failing      1 object and 2 references kept for retry');
    expect(text).toContain('held back    4 deprovisionings: see "entrain logs --action stagedDelete"');
  });

  test('shows why a job is in quarantine, since when, and when it is tried again', () => {
    const quarantine = {
      reason: 'TooManyDeletes',
      error: { code: 'TooManyDeletes', message: '4 objects would be disabled or deleted' },
      seriesBegan: '2026-01-01T00:00:00.000Z',
      currentBegan: '2026-01-01T06:00:00.000Z',
      nextAttempt: '2026-01-01T12:00:00.000Z',
      seriesCount: 2,
    } as const;
    const text = linesOf({ control: { ...INITIAL_CONTROL, quarantine } });
    expect(text).toContain('  status       Quarantine\n');
    expect(
      text,
    ).toContain(`  quarantine   TooManyDeletes (TooManyDeletes) since 2026-01-01T00:00:00.000Z, imposed 2 times
               4 objects would be disabled or deleted
               next attempt not before 2026-01-01T12:00:00.000Z; "entrain resume" tries it at once
               no notification was sent yet
`);
    const disabled = {
      ...INITIAL_CONTROL,
      quarantine,
      isDisabled: true,
      notifiedReason: 'Disabled',
    } as const;
    const gone = linesOf({ control: disabled });
    expect(gone).toContain('Quarantine, disabled after too long a quarantine: "entrain restart" starts over');
    expect(gone).not.toContain('no notification was sent yet');
  });

  test.each([
    ['paused', { control: { ...INITIAL_CONTROL, isPaused: true } }, 'Paused, "entrain resume" continues'],
    [
      'switched off',
      { settings: { ...JOB.settings, enabled: false } },
      'Paused, switched off by the configuration',
    ],
    ['new', { cycles: [], hasWatermark: false }, 'NotRun'],
  ])('says that a job is %s', (_, facts, words) => {
    expect(linesOf(facts)).toContain(`  status       ${words}\n`);
  });

  test('says that failures were discarded', () => {
    expect(linesOf({ control: { ...INITIAL_CONTROL, escrowsPruned: true } })).toContain(
      'failures of an initial cycle were discarded',
    );
  });

  test('draws how far a cycle under way is, and names the last good one', () => {
    const progress = { pagesDone: 3, pagesTotal: 12, observedAt: '2026-01-01T01:00:30.000Z' };
    const under = cycle({ kind: 'incremental', endedAt: null, state: 'Failed', progress });
    const text = linesOf({ cycles: [under, cycle()] });
    expect(text).toContain(
      '  progress     ████████░░░░░░░░░░░░░░░░░░░░░░ 3 of 12 pages, seen 2026-01-01T01:00:30.000Z\n',
    );
    expect(text).toContain('last cycle   incremental, under way, began');
    expect(text).toContain('last good    initial, ended 2026-01-01T00:01:00.000Z');
    const unknown = { ...progress, pagesDone: 0, pagesTotal: 0 };
    expect(linesOf({ cycles: [{ ...under, progress: unknown }] })).toContain('░ 0 of 0 pages');
  });
});

describe('something that is shown again and again', () => {
  test('is shown until it is interrupted, and the wait ends with that', async () => {
    const controller = new AbortController();
    let shown = 0;
    await refresh(
      () => {
        shown += 1;
        if (shown === 3) controller.abort();
      },
      1,
      controller.signal,
    );
    expect(shown).toBe(3);
    const late = new AbortController();
    const waiting = refresh(() => setImmediate(() => late.abort()), 3_600_000, late.signal);
    await waiting;
    await refresh(() => expect.unreachable(), 1, AbortSignal.abort());
  });
});

describe('the command', () => {
  let target: RunningTarget;
  let job: SpawnedJob;

  const DIRECTORY: JsonObject = {
    users: ['ada', 'bob'].map((name) => ({
      userPrincipalName: `${name}@contoso.com`,
      displayName: name,
      mailNickname: name,
      accountEnabled: true,
    })),
    assignments: [{ principal: 'ada@contoso.com' }, { principal: 'bob@contoso.com' }],
  };

  beforeEach(async () => {
    target = await startTarget();
    job = await setUpJob({ tenantUrl: target.baseUrl, token: target.token, directory: DIRECTORY });
  });

  afterEach(async () => {
    await target.stop();
    job.remove();
  });

  test('counts what was deleted among all objects ever provisioned, until the links are forgotten', async () => {
    const counts = async () =>
      (
        ((await job.document('status')).json.status as JsonObject)
          .synchronizedEntryCountByType as JsonObject[]
      )[0]?.value;
    await job.entrain('run');
    expect(await counts()).toBe(2);
    await job.entrain('directory', 'delete', 'ada@contoso.com', '--permanently');
    await job.entrain('run');
    expect((await job.entrain('status')).stdout).toContain('linked       1 user,');
    expect(await counts()).toBe(2);
    await job.entrain('restart', '--reset-scope', 'Full');
    expect(await counts()).toBe(0);
    await job.entrain('run');
    expect(await counts()).toBe(1);
  });

  test('refreshes the status until it is interrupted', async () => {
    const command = job.start('status', '--watch', '--interval', '1s');
    let text = '';
    await new Promise<void>((resolve) => {
      command.child.stdout?.on('data', (chunk: string) => {
        text += chunk;
        if (text.split('Job it →').length > 2) resolve();
      });
    });
    command.child.kill('SIGINT');
    const { code, stdout, stderr } = await command.ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('\n\nJob it →');
  });

  test.each([
    [['--watch', '--json'], '--json is one document, and --watch shows many'],
    [['--watch', '--interval', '0s'], 'a duration of at least 1s was expected'],
  ])('refuses %j', async (flags, words) => {
    const { code, stdout, stderr } = await job.entrain('status', ...flags);
    expect(code).toBe(2);
    expect(stdout + stderr).toContain(words);
  });
});
