import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openJobStore } from '../../src/io/stores/sqlite/job/job-store.ts';
import type { JobControl } from '../../src/model/control.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type MailServer, startMailServer } from '../io/mail/mail-server.ts';
import { aCycle, aLink, anEscrow, aRecording } from '../io/stores/recordings.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const TOKEN = 'hush-4711';
const NAMES = Array.from({ length: 20 }, (_, index) => `user${String(index).padStart(2, '0')}`);
const ADDRESS = 'it@contoso.com';

const DIRECTORY: JsonObject = {
  users: NAMES.map((name) => ({
    userPrincipalName: `${name}@contoso.com`,
    displayName: name,
    mailNickname: name,
    accountEnabled: true,
  })),
  assignments: NAMES.map((name) => ({ principal: `${name}@contoso.com` })),
};

let target: RunningTarget;
let job: SpawnedJob;

const setUp = async (options: JsonObject = {}, mail: JsonObject | null = null): Promise<void> => {
  job = await setUpJob({
    tenantUrl: target.baseUrl,
    token: TOKEN,
    directory: DIRECTORY,
    job: options,
    ...(mail === null ? {} : { configuration: { mail } }),
  });
};

beforeEach(async () => {
  target = await startTarget({ token: TOKEN });
});

afterEach(async () => {
  await target.stop();
  job.remove();
});

const withState = async <Result>(
  use: (state: ReturnType<typeof openJobStore>) => Promise<Result>,
): Promise<Result> => {
  const state = openJobStore(job.stateFile);
  try {
    return await use(state);
  } finally {
    await state.close();
  }
};

const control = (): Promise<JobControl> => withState(async (state) => await state.control());
const setControl = (change: Partial<JobControl>): Promise<void> =>
  withState(async (state) => await state.updateControl((control) => ({ ...control, ...change })));

/** Takes users away from the application, or gives them back. */
const assignments = (change: 'assign' | 'unassign', ...names: readonly string[]): Promise<void> =>
  job.withDirectory(async (directory) => {
    const now = new Date().toISOString();
    for (const name of names) {
      const { id } = await directory.named(`${name}@contoso.com`);
      // As the directory was imported: for every application.
      if (change === 'assign') await directory.assign(id, null, null, now);
      else await directory.unassign(id, 'it', now);
    }
  });

/** Requests that turn an account off or take it away. */
const takings = (): readonly string[] =>
  target
    .requests()
    .filter(({ method }) => method === 'PATCH' || method === 'DELETE')
    .map(({ method, path }) => `${method} ${path}`);

const QUARANTINE = {
  reason: 'EncounteredQuarantineException',
  error: { code: 'Code', message: 'why it was' },
  seriesBegan: '2026-01-01T00:00:00.000Z',
  currentBegan: '2026-01-01T00:00:00.000Z',
  nextAttempt: '2026-01-01T06:00:00.000Z',
  seriesCount: 1,
} as const;

describe('a paused job', () => {
  test('runs no cycle until it is resumed, and continues where it stood', async () => {
    await setUp();
    await job.entrain('run');
    expect((await job.entrain('pause')).stdout).toBe(
      'Job it paused; "entrain resume" continues where it stands.\n',
    );
    expect((await job.entrain('pause')).stdout).toBe('Job it is paused already.\n');
    const sent = target.requests().length;
    const refused = await job.entrain('run');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('the job is paused; continue with "entrain resume --job it"');
    expect(target.requests()).toHaveLength(sent);
    expect((await job.entrain('plan')).code).toBe(0);

    expect((await job.document('resume')).json).toEqual({ job: 'it', state: 'Active' });
    expect((await job.document('run')).json).toMatchObject({ kind: 'incremental', state: 'Succeeded' });
  });

  test('whose initial cycle discarded its failures says so', async () => {
    await setUp();
    await setControl({ isPaused: true, escrowsPruned: true });
    expect((await job.entrain('run')).stderr).toContain(
      'paused after an initial cycle in which too many objects failed',
    );
  });
});

test('a job that is disabled after too long a quarantine runs no cycle until it is restarted', async () => {
  await setUp();
  await setControl({ isDisabled: true, quarantine: QUARANTINE });
  const refused = await job.entrain('run');
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain('since 2026-01-01T00:00:00.000Z (why it was) and is disabled');
  expect(refused.stderr).toContain('"entrain restart --job it"');
  expect(target.requests()).toEqual([]);
  await job.entrain('restart');
  expect((await job.entrain('run')).code).toBe(0);
});

describe('what is forgotten by', () => {
  /** Which of watermark, failures, quarantine, pause and links are there. */
  const matrix = (): Promise<readonly boolean[]> =>
    withState(async (state) => [
      (await state.position()) !== null,
      (await state.escrowCount(false)) > 0,
      (await state.control()).quarantine !== null,
      (await state.control()).isPaused,
      (await state.linkCounts()).User > 0,
    ]);

  beforeEach(async () => {
    await setUp();
    await withState(async (state) => {
      await state.apply(aRecording({ link: aLink(1), escrow: anEscrow(1) }));
      await state.complete(
        aCycle(1),
        { watermark: 1, directoryId: 'directory-1', schemaFingerprint: 'schema-1' },
        (control) => ({ ...control, isPaused: true, quarantine: QUARANTINE }),
      );
    });
    expect(await matrix()).toEqual([true, true, true, true, true]);
  });

  test.each<[readonly string[], readonly boolean[]]>([
    // watermark, failures, quarantine, pause, links
    [['restart'], [false, false, false, false, true]],
    [
      ['restart', '--reset-scope', 'Full'],
      [false, false, false, false, false],
    ],
    [
      ['restart', '--reset-scope', 'Watermark'],
      [false, true, true, false, true],
    ],
    [
      ['restart', '--reset-scope', 'Escrows'],
      [true, false, true, false, true],
    ],
    [
      ['restart', '--reset-scope', 'QuarantineState'],
      [true, true, false, false, true],
    ],
    [
      ['restart', '--reset-scope', 'ConnectorDataStore'],
      [false, true, true, false, false],
    ],
    [
      ['restart', '--reset-scope', 'ForceDeletes'],
      [true, true, false, false, true],
    ],
    [
      ['restart', '--reset-scope', 'None'],
      [true, true, false, false, true],
    ],
    [['resume'], [true, true, false, false, true]],
    [['pause'], [true, true, true, true, true]],
  ])('%j', async (args, expected) => {
    expect((await job.entrain(...args)).code).toBe(0);
    expect(await matrix()).toEqual(expected);
  });
});

describe('more deletions than the threshold allows', () => {
  test('are staged, in this cycle and the next, until they are allowed', async () => {
    await setUp({ accidentalDeletions: { threshold: 3 } });
    await job.entrain('run');
    const before = takings().length;
    await assignments('unassign', ...NAMES.slice(0, 4));
    const held = await job.entrain('run');
    expect(held.code).toBe(4);
    expect(held.stderr).toContain('4 objects would be disabled or deleted, the threshold is 3');
    expect(held.stderr).toContain('entrain restart --reset-scope ForceDeletes');
    expect((await job.entrain('run')).code).toBe(4);
    expect(takings()).toHaveLength(before);
    const staged = (await job.document('logs', '--action', 'stagedDelete')).json.value;
    expect(staged).toHaveLength(8);

    await job.entrain('restart', '--reset-scope', 'ForceDeletes');
    const { code, json } = await job.document('run');
    expect(code).toBe(0);
    expect(json).toMatchObject({ counts: { disable: 4, stagedDelete: 0 } });
    expect(takings()).toHaveLength(before + 4);
    expect(await control()).toMatchObject({ quarantine: null, forceDeletes: false });
  });

  test('are dropped where the cause is corrected and the job restarted', async () => {
    await setUp({ accidentalDeletions: { threshold: 3 } });
    await job.entrain('run');
    const before = takings().length;
    await assignments('unassign', ...NAMES.slice(0, 4));
    await job.entrain('run');
    await assignments('assign', ...NAMES.slice(0, 4));
    await job.entrain('restart');
    expect((await job.document('run')).json).toMatchObject({ state: 'Succeeded', counts: { disable: 0 } });
    expect(takings()).toHaveLength(before);
    expect((await control()).quarantine).toBeNull();
  });
});

describe('a job that enters quarantine', () => {
  let mails: MailServer;

  beforeEach(async () => {
    mails = await startMailServer({ authOptional: false, allowInsecureAuth: true });
  });

  afterEach(() => mails.stop());

  const mail = (): JsonObject => ({
    smtpUrl: `smtp://entrain:hush@127.0.0.1:${mails.port}`,
    from: 'entrain@localhost',
  });

  test('sends one mail, one more for another reason, and none with a secret', async () => {
    await setUp({ notificationEmail: ADDRESS, accidentalDeletions: { threshold: 3 } }, mail());
    await job.entrain('run');
    expect(mails.arrived).toEqual([]);
    await assignments('unassign', ...NAMES.slice(0, 4));
    const told = await job.entrain('run');
    expect(told.stderr).toContain(`Mail sent to ${ADDRESS}: entrain: job it holds deletions back`);
    expect((await job.entrain('run')).stderr).not.toContain(ADDRESS);
    expect(mails.arrived).toHaveLength(1);
    expect(mails.arrived[0]).toMatchObject({ to: [ADDRESS], user: 'entrain' });

    await target.stop();
    expect((await job.entrain('run')).code).toBe(4);
    expect(mails.arrived).toHaveLength(2);
    expect(mails.arrived[1]?.source).toContain('is in quarantine for another reason');
    for (const { source } of mails.arrived) {
      expect(source).not.toContain(TOKEN);
      expect(source).not.toContain('hush');
    }
  });

  test('sends the mail later, where the mail server was away, and fails no cycle for it', async () => {
    await setUp({ notificationEmail: ADDRESS }, mail());
    const { port } = mails;
    await mails.stop();
    await target.stop();
    const untold = await job.entrain('run');
    expect(untold.code).toBe(4);
    expect(untold.stderr).toContain(`the mail server 127.0.0.1:${port} did not take the mail`);
    expect(untold.stderr).not.toContain('hush');
    expect((await control()).notifiedReason).toBeNull();
    mails = await startMailServer({ authOptional: false, allowInsecureAuth: true }, port);
    await job.entrain('run');
    expect(mails.arrived).toHaveLength(1);
  });

  test('says so where it runs when there is no mail server, and in its status', async () => {
    await setUp({ notificationEmail: ADDRESS });
    await target.stop();
    expect((await job.entrain('run')).stderr).toContain(
      'No mail was sent, because the configuration has no mail: entrain: job it is in quarantine',
    );
    expect((await job.entrain('run')).stderr).not.toContain('No mail was sent');
    const status = await job.entrain('status');
    expect(status.code).toBe(4);
    expect(status.stdout).toContain('EncounteredQuarantineException');
  });
});

describe('a job that never ran', () => {
  test('has nothing to restart, and gets no state', async () => {
    await setUp();
    for (const args of [['restart'], ['restart', '--reset-scope', 'Full']]) {
      const { code, stdout, stderr } = await job.entrain(...args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('there is no state of job it, so that there is nothing to restart');
      expect(stderr).toContain('"entrain run --job it"');
    }
    expect(existsSync(job.stateFile)).toBe(false);
  });

  test('is not paused when it is resumed, and has a status that says so; neither makes a state', async () => {
    await setUp();
    expect(await job.entrain('resume')).toMatchObject({ code: 0, stdout: 'Job it was not paused.\n' });
    expect((await job.entrain('status')).stdout).toContain('last cycle   never run');
    expect(existsSync(job.stateFile)).toBe(false);
  });
});

describe('a restart during a cycle', () => {
  test('is done by the next cycle where the process was killed before it was repeated', async () => {
    await setUp();
    expect((await job.entrain('run')).code).toBe(0);
    // As a kill leaves it: the cycle has written its watermark after the restart had forgotten that of before.
    await setControl({ forgotten: ['Watermark'] });
    expect((await job.document('run')).json).toMatchObject({ kind: 'initial', state: 'Succeeded' });
    expect((await control()).forgotten).toBeUndefined();
    expect((await job.document('run')).json).toMatchObject({ kind: 'incremental' });
  });
});
