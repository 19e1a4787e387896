import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { startDeadlyProxy } from '../support/deadly-proxy.ts';
import type { Run } from '../support/run-entrain.ts';
import { type SpawnedJob, schemaMatchingUsersBy, setUpJob } from '../support/spawned-job.ts';

const TOKEN = 'hush-4711-never-to-be-seen';
const NAMES = ['ada', 'bob', 'cleo', 'dan', 'eve', 'finn', 'gus', 'hana'];

const DIRECTORY: JsonObject = {
  users: NAMES.map((name, index) => ({
    userPrincipalName: `${name}@contoso.com`,
    displayName: name,
    mailNickname: name,
    accountEnabled: true,
    ...(index === 0 ? {} : { manager: `${NAMES[index - 1]}@contoso.com` }),
  })),
  groups: [
    { displayName: 'Crew', securityEnabled: true, members: NAMES.map((name) => `${name}@contoso.com`) },
  ],
  assignments: [{ principal: 'Crew' }],
};

const COUNT = z.int().min(0);
const REPORT = z.strictObject({
  job: z.literal('it'),
  cycleId: z.guid(),
  kind: z.enum(['initial', 'incremental']),
  state: z.enum(['Succeeded', 'EntryLevelErrors', 'Failed']),
  counts: z.strictObject({
    create: COUNT,
    update: COUNT,
    disable: COUNT,
    delete: COUNT,
    stagedDelete: COUNT,
    skipped: COUNT,
    failed: COUNT,
    imported: COUNT,
    requests: COUNT,
    estimatedSeconds: COUNT.nullable(),
    untaken: COUNT,
    unverified: COUNT,
  }),
  warnings: z.array(z.string()),
  waitingFailures: z.strictObject({
    count: COUNT,
    nextAttempt: z.string().nullable(),
    isInNextCycle: z.boolean(),
  }),
  untaken: z.array(
    z.strictObject({
      objectType: z.enum(['User', 'Group']),
      source: z.strictObject({ id: z.string(), displayName: z.string() }),
      target: z.strictObject({ id: z.string() }),
      attribute: z.string(),
      sent: z.string().nullable(),
      found: z.string().nullable(),
      message: z.string(),
    }),
  ),
  durationMs: COUNT,
  requests: COUNT,
  watermark: z.string().regex(/^\d+$/),
});

let target: RunningTarget;
let job: SpawnedJob;

beforeEach(async () => {
  target = await startTarget({ token: TOKEN });
  job = await setUpJob({ tenantUrl: target.baseUrl, token: TOKEN, directory: DIRECTORY });
});

afterEach(async () => {
  await target.stop();
  job.remove();
});

const posts = (): readonly string[] =>
  target
    .requests()
    .filter(({ method, path }) => method === 'POST' && path === '/Users')
    .map(({ requestBody }) => String((requestBody as JsonObject).userName));

const statusOf = async (): Promise<JsonObject> => (await job.document('status')).json.status as JsonObject;

const logsOf = async (...flags: readonly string[]): Promise<readonly JsonObject[]> =>
  (await job.document('logs', ...flags)).json.value as readonly JsonObject[];

describe('run', () => {
  test('prints the outcome of each object, and the totals', async () => {
    const { code, stdout, stderr } = await job.entrain('run');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ {2}\+ create {3}User {3}ada@contoso\.com +no match found by userName$/m);
    expect(stdout).toMatch(/^ {2}~ update {3}Group {2}Crew +memberships\n +members {2}\+ .*, … \(8\)$/m);
    expect(stdout).toMatch(
      /\ninitial cycle of job it: Succeeded\n9 created, 8 updated, 0 disabled, 0 deleted · 0 skipped · 0 failed · 1 not verified · 9 objects read · 28 requests in \d+\.\d s \(\d+\/s\)\n$/,
    );
  });

  test('is one document for programs, with what the target got', async () => {
    const initial = REPORT.parse((await job.document('run')).json);
    expect(initial).toMatchObject({ kind: 'initial', state: 'Succeeded', counts: { create: 9, update: 8 } });
    expect(initial.requests).toBe(target.requests().length);
    expect(initial.watermark).toBe(
      await job.withDirectory(async (directory) => String(await directory.watermark())),
    );
    const next = REPORT.parse((await job.document('run')).json);
    expect(next).toMatchObject({ kind: 'incremental', counts: { create: 0, update: 0, imported: 0 } });
  });

  test('says nothing of single objects under --quiet', async () => {
    const { stdout } = await job.entrain('run', '--quiet');
    expect(stdout).toMatch(
      /^\n {2}warning: 1 write could not be verified.*\n\ninitial cycle of job it: Succeeded\n9 created.*\n$/,
    );
  });

  test('ends with 3 when an object fails, keeps it for retry, and makes it good later', async () => {
    // Matched by externalId, which the account does not have: that its userName is taken shows on creation only.
    const schema = schemaMatchingUsersBy('externalId');
    const taken = target.seed('User', { userName: 'bob@contoso.com', displayName: 'Another Bob' });
    job.remove();
    job = await setUpJob({ tenantUrl: target.baseUrl, token: TOKEN, directory: DIRECTORY, schema });
    const first = await job.entrain('run');
    expect(first.code).toBe(3);
    expect(first.stdout).toMatch(
      /^ {2}! fail {5}User {3}bob@contoso\.com +SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering: The target answered 409 /m,
    );
    expect(first.stdout).toMatch(/\ninitial cycle of job it: EntryLevelErrors\n/);
    const status = await job.entrain('status');
    expect(status.code).toBe(3);
    expect(status.stdout).toMatch(/\n {2}failing +[1-9]/);
    expect((await job.entrain('status', '--job', 'it')).code).toBe(0);
    expect(await statusOf()).toMatchObject({ code: 'Active', lastExecution: { state: 'EntryLevelErrors' } });
    const [failure] = await logsOf('--object', 'bob', '--status', 'failure', '--action', 'create');
    expect(failure).toMatchObject({
      provisioningAction: 'create',
      provisioningStatusInfo: {
        status: 'failure',
        errorInformation: { errorCode: 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering' },
      },
    });

    target.remove('User', String(taken.id));
    const { code, json } = await job.document('run', '--retry-all');
    expect([code, REPORT.parse(json).state]).toEqual([0, 'Succeeded']);
    expect((await job.entrain('status')).stdout).toMatch(/\n {2}failing +0 objects/);
    expect(target.resources('Group')[0]?.members).toHaveLength(NAMES.length);
    expect(await job.document('plan')).toMatchObject({ json: { changes: [], failed: [] } });
  });

  test('interrupted, finishes running requests and ends with 130; the next run continues', async () => {
    const proxy = await startDeadlyProxy(target.baseUrl);
    job.remove();
    job = await setUpJob({
      tenantUrl: proxy.baseUrl,
      token: TOKEN,
      directory: DIRECTORY,
      target: { concurrency: 1 },
    });
    try {
      const command = job.start('run');
      // 2 probes and 8 matching queries come before: the interrupt hits the third creation.
      const strike = async (): Promise<void> => {
        command.child.kill('SIGINT');
        await command.says('Stopping: what is under way is finished and saved.');
      };
      proxy.lieInWait({ nth: 13, moment: 'underWay', strike });
      const { code, stdout } = await command.ended;
      expect(code).toBe(130);
      expect(stdout).toContain('initial cycle of job it: interrupted: the next run continues from here');
      expect(stdout).toMatch(/\n3 created/);
      expect(posts()).toHaveLength(3);
      expect((await job.entrain('status')).stdout).toMatch(
        /linked +3 users, 0 groups\n[\s\S]*last cycle +initial, interrupted/,
      );
      expect(await logsOf('--action', 'create', '--status', 'success')).toHaveLength(3);

      const { json } = await job.document('run');
      expect(json).toMatchObject({ kind: 'initial', state: 'Succeeded', counts: { create: 6 } });
      expect([...posts()].sort()).toEqual(NAMES.map((name) => `${name}@contoso.com`));
    } finally {
      await proxy.stop();
    }
  });
});

describe('status', () => {
  test('reports a job that never ran, and makes no state for it', async () => {
    const { code, stdout } = await job.entrain('status');
    expect(code).toBe(0);
    expect(stdout).toMatch(/watermark +none: the next cycle is an initial one\n +last cycle +never run\n$/);
    expect(await statusOf()).toMatchObject({
      code: 'NotRun',
      lastExecution: { activityIdentifier: null, error: { code: 'None' } },
      quarantine: null,
    });
    expect(readdirSync(job.folder).filter((file) => file.includes('state'))).toEqual([]);
  });

  test('shows the last cycle, links and the watermark', async () => {
    const { json } = await job.document('run');
    const { stdout } = await job.entrain('status');
    expect(stdout).toContain(`Job it → ${target.baseUrl}\n`);
    expect(stdout).toMatch(/linked +8 users, 1 group\n/);
    expect(stdout).toMatch(new RegExp(`watermark +${String(json.watermark)}\n`));
    expect(stdout).toMatch(/last cycle +initial, Succeeded, began \d{4}-.*Z\n/);
    expect((await job.document('status')).json).toMatchObject({
      id: 'it',
      schedule: { interval: 'PT40M', state: 'Active' },
      status: {
        code: 'Active',
        lastExecution: { activityIdentifier: json.cycleId, state: 'Succeeded', countImported: 9 },
      },
    });
  });
});

describe('logs', () => {
  test('are listed newest first, and found by object, action, cycle, time and number', async () => {
    const { json } = await job.document('run');
    const lines = (await job.entrain('logs')).stdout.trim().split('\n');
    expect(lines).toHaveLength(17);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT\S+Z {2}update {3}success {2}Group {2}Crew /);
    expect(lines.filter((line) => / create {3}success {2}User /.test(line))).toHaveLength(8);

    const ada = await logsOf('--object', 'ada');
    expect(ada.map(({ provisioningAction }) => provisioningAction)).toEqual(['create']);
    const id = (ada[0]?.sourceIdentity as JsonObject | undefined)?.id;
    expect(await logsOf('--object', String(id))).toEqual(ada);
    expect(await logsOf('--cycle', String(json.cycleId))).toHaveLength(17);
    expect(await logsOf('--action', 'create')).toHaveLength(9);
    expect(await logsOf('--limit', '4')).toHaveLength(4);
    expect(await logsOf('--since', '2999-01-01')).toEqual([]);
    const ndjson = (await job.entrain('logs', '--ndjson', '--limit', '2')).stdout.trim().split('\n');
    expect(ndjson.map((line) => JSON.parse(line) as JsonObject)).toEqual(await logsOf('--limit', '2'));
  });

  test.each([
    [['--limit', '0'], 'a whole number above 0 was expected'],
    [['--since', 'yesterday'], '"yesterday" is not an instant; write e.g. 2026-01-31'],
    [['--action', 'creates'], 'Allowed choices are create, update'],
  ])('refuse %j', async (flags, message) => {
    const { code, stdout, stderr } = await job.entrain('logs', ...flags);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('restart', () => {
  test('forgets the watermark, so that the next cycle is an initial one that sends the members of groups only', async () => {
    await job.entrain('run');
    expect((await job.entrain('restart')).stdout).toBe(
      'Job it restarted (QuarantineState, Watermark, Escrows).\n',
    );
    const { json } = await job.document('run');
    expect(json).toMatchObject({ kind: 'initial', counts: { create: 0, update: 1, imported: 9 } });
    expect(posts()).toHaveLength(NAMES.length);
  });

  test('forgets the links too, on request; then accounts are found again, and none made twice', async () => {
    await job.entrain('run');
    expect((await job.document('restart', '--reset-scope', 'full')).json).toEqual({
      job: 'it',
      resetScope: ['Full'],
    });
    expect((await job.entrain('status')).stdout).toContain('linked       0 users, 0 groups');
    const { json } = await job.document('run');
    expect(json).toMatchObject({ kind: 'initial', counts: { create: 0 } });
    expect((await job.entrain('status')).stdout).toContain('linked       8 users, 1 group\n');
    expect(posts()).toHaveLength(NAMES.length);
  });

  test('refuses a scope that there is none of, and forgets nothing', async () => {
    await job.entrain('run');
    const { code, stderr } = await job.entrain('restart', '--reset-scope', 'Watermark,Everything');
    expect(code).toBe(2);
    expect(stderr).toContain('"Everything" is not a reset scope; the scopes are Watermark, Escrows');
    expect(await job.document('plan')).toMatchObject({ json: { cycle: { kind: 'incremental' } } });
  });
});

describe('secrets', () => {
  const files = (): readonly string[] => readdirSync(job.folder).map((name) => join(job.folder, name));

  test('are in no output, no state and no other file', async () => {
    const outputs: Run[] = [];
    const say = async (...args: readonly string[]) => outputs.push(await job.entrain(...args, '--verbose'));
    await say('plan', '--requests');
    await say('run', '--json');
    await say('test-connection');
    await target.stop();
    await say('test-connection', '--json');
    await say('run');
    for (const command of ['status', 'logs', 'plan', 'restart']) {
      await say(command);
      await say(command, '--json');
    }
    for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toContain(TOKEN);
    expect(outputs.filter(({ stdout, stderr }) => stdout + stderr !== '')).toHaveLength(outputs.length);
    for (const file of files()) expect(readFileSync(file).includes(TOKEN), file).toBe(false);
  });

  test('need not be kept in files; directory and state are readable by their owner only', async () => {
    await job.entrain('run');
    const stores = files().filter((file) => file.includes('.db'));
    expect(stores.length).toBeGreaterThanOrEqual(2);
    for (const file of stores) expect(statSync(file).mode & 0o777, file).toBe(0o600);
  });
});
