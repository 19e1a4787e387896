import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { LEFT_ALONE_CAUSES } from '../../src/app/plan/left-alone.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type SpawnedJob, schemaMatchingUsersBy, setUpJob } from '../support/spawned-job.ts';

const person = (name: string, more: JsonObject = {}): JsonObject => ({
  userPrincipalName: `${name}@contoso.com`,
  displayName: name,
  mailNickname: name,
  jobTitle: 'Engineer',
  accountEnabled: true,
  ...more,
});

const DIRECTORY: JsonObject = {
  users: [person('ada'), person('bob', { manager: 'ada@contoso.com' }), person('eve'), person('nia')],
  groups: [
    { displayName: 'Crew', securityEnabled: true, members: ['ada@contoso.com', 'bob@contoso.com', 'Nested'] },
    { displayName: 'Nested', securityEnabled: true, members: ['nia@contoso.com'] },
  ],
  assignments: [{ principal: 'Crew' }],
};

const OBJECT = z.strictObject({ id: z.string(), displayName: z.string() });
const TYPE = z.enum(['User', 'Group']);
const COUNT = z.int().min(0);
const PLAN = z.strictObject({
  job: z.string(),
  cycle: z.strictObject({
    kind: z.enum(['initial', 'incremental']),
    watermark: z.string().regex(/^\d+$/).nullable(),
  }),
  plannedAt: z.iso.datetime(),
  basis: z.strictObject({
    target: z.url(),
    schema: z.strictObject({ file: z.string(), name: z.string(), fingerprint: z.hex() }),
    directory: z.string(),
    isOffline: z.boolean(),
    isPartial: z.boolean(),
  }),
  changes: z.array(
    z.strictObject({
      action: z.enum(['create', 'update', 'disable', 'delete', 'stagedDelete']),
      objectType: TYPE,
      source: OBJECT,
      target: z.strictObject({ id: z.string().nullable() }),
      reason: z.string().min(1),
      modifiedProperties: z.array(
        z.strictObject({
          displayName: z.string(),
          oldValue: z.string().nullable(),
          newValue: z.string().nullable(),
        }),
      ),
      requests: z.array(
        z.strictObject({
          method: z.enum(['POST', 'PATCH', 'DELETE']),
          path: z.string().startsWith('/'),
          query: z.string(),
          body: z.record(z.string(), z.unknown()).nullable(),
        }),
      ),
    }),
  ),
  skipped: z.array(
    z.strictObject({
      objectType: TYPE,
      source: OBJECT,
      reason: z.string(),
      cause: z.enum(LEFT_ALONE_CAUSES),
      detail: z.string(),
    }),
  ),
  failed: z.array(
    z.strictObject({
      objectType: TYPE,
      source: OBJECT,
      code: z.string(),
      waitsForNextCycle: z.boolean(),
      message: z.string(),
    }),
  ),
  warnings: z.array(z.string()),
  waitingFailures: z.strictObject({
    count: COUNT,
    nextAttempt: z.string().nullable(),
    isInNextCycle: z.boolean(),
  }),
  summary: z.strictObject({
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
  }),
  estimate: z.strictObject({
    writes: COUNT,
    reads: COUNT,
    seconds: COUNT.nullable(),
    published: z
      .strictObject({ minimumMinutes: z.number(), maximumMinutes: z.number(), basis: z.string() })
      .nullable(),
  }),
});

const planOf = async (job: SpawnedJob, ...flags: readonly string[]) => {
  const { code, json } = await job.document('plan', ...flags);
  expect(code).toBe(0);
  return PLAN.parse(json);
};

describe('plan', () => {
  let target: RunningTarget;
  let job: SpawnedJob;

  beforeEach(async () => {
    target = await startTarget();
    job = await setUpJob({
      tenantUrl: target.baseUrl,
      token: target.token,
      directory: DIRECTORY,
      target: { requestsPerSecond: 25, concurrency: 1 },
    });
  });

  afterEach(async () => {
    await target.stop();
    job.remove();
  });

  /** What changes after the first cycle: a title, a manager, someone no longer a member. */
  const moveOn = () =>
    job.withDirectory(async (directory) => {
      const now = new Date().toISOString();
      const idOf = async (name: string) => (await directory.named(name)).id;
      await directory.change(await idOf('ada@contoso.com'), { attributes: { jobTitle: 'Lead' } }, now);
      await directory.removeMembers(await idOf('Crew'), [await idOf('bob@contoso.com')], now);
      await directory.put(
        { type: 'User', attributes: { userPrincipalName: 'joy@contoso.com', displayName: 'joy' } },
        now,
      );
      await directory.addMembers(await idOf('Crew'), [await idOf('joy@contoso.com')], now);
      await directory.change(await idOf('ada@contoso.com'), { manager: await idOf('joy@contoso.com') }, now);
    });

  test('prints for each object what would be done and why, and the totals', async () => {
    const { code, stdout, stderr } = await job.entrain('plan');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^Plan for job it · initial cycle \(there is no watermark\)\ntarget http:\S+\nschema \S+\.json \(.*, [0-9a-f]{8}\) · directory \S+ \(up to change \d+\) · planned \S+Z\n\n/,
    );
    expect(stdout).toMatch(/^ {2}\+ create {3}User {3}ada@contoso\.com +no match found by userName$/m);
    expect(stdout).toMatch(/^ {2}\+ create {3}Group {2}Crew +no match found by displayName$/m);
    expect(stdout).toMatch(/^ +manager +\(none\) → \(id of ada@contoso\.com, known after export\)$/m);
    expect(stdout).toMatch(/^ +members {2}\+ (ada|bob)@contoso\.com, (ada|bob)@contoso\.com$/m);
    expect(stdout).toMatch(
      /\n3 to create, 2 to update, 0 to disable, 0 to delete · .* 5 requests, about 1 s at 25\/s\n/,
    );
    expect(stdout).toMatch(
      /\n5 writes and 5 reads: about 1 s at 25\/s; Entra publishes 0\.03 min to 0\.24 min \(an initial cycle of 3 assigned users, groups and members, 0\.01 to 0\.08 minutes each\)\n$/,
    );
    expect(stdout).toContain('\n\nUsers\n  + create');
    expect(stdout).toContain('\n\nMemberships\n  ~ update   Group');
    expect(stdout).not.toContain('eve');
  });

  test('shows old and new values, and why a user is disabled', async () => {
    await job.entrain('run');
    await moveOn();
    const { stdout } = await job.entrain('plan');
    expect(stdout).toMatch(/^Plan for job it · incremental cycle from watermark \d+\n/);
    expect(stdout).toMatch(/~ update {3}User {3}ada@contoso\.com +linked\n +title +"Engineer" → "Lead"\n/);
    expect(stdout).toMatch(
      /○ disable {2}User {3}bob@contoso\.com +left scope: not assigned to the application\n +active +"True" → "False"\n/,
    );
  });

  test('shows what would fail', async () => {
    // Matched by display name, two accounts are one too many.
    for (const userName of ['one', 'two']) target.seed('User', { userName, displayName: 'ada' });
    const schema = schemaMatchingUsersBy('displayName');
    const other = await setUpJob({
      tenantUrl: target.baseUrl,
      token: target.token,
      directory: DIRECTORY,
      schema,
    });
    try {
      const { code, stdout } = await other.entrain('plan');
      expect(code).toBe(0);
      expect(stdout).toMatch(/! fail {5}User {3}ada@contoso\.com +DuplicateTargetEntries: 2 /);
      // Others would be created: a failure comes first.
      expect(stdout).toMatch(/[1-9]\d* to create/);
      expect((await other.entrain('plan', '--detailed-exitcode')).code).toBe(3);
    } finally {
      other.remove();
    }
  });

  test('says so when there is nothing to do', async () => {
    await job.entrain('run');
    const { stdout } = await job.entrain('plan');
    expect(stdout).toMatch(
      /^Plan for job it · incremental cycle from watermark \d+\n.*\n.*\n\n {2}nothing to do\n/,
    );
  });

  test('shows each request that would be sent, when asked to', async () => {
    const { stdout } = await job.entrain('plan', '--requests');
    expect(stdout).toMatch(/^ +POST \/Users\n +\{"schemas":\[.*"userName":"ada@contoso\.com"/m);
    expect(stdout).toMatch(
      /^ +PATCH \/Users\/\{id of [0-9a-f-]{36}\}\n +\{.*"value":"\{id of [0-9a-f-]{36}\}"/m,
    );
    expect(stdout.match(/^ +(POST|PATCH|DELETE) \//gm)).toHaveLength(5);
  });

  test('is one document for programs, with the requests that a run then sends', async () => {
    const initial = await planOf(job);
    expect(initial.cycle).toEqual({ kind: 'initial', watermark: null });
    expect(
      initial.changes.map(({ action, source, target }) => [action, source.displayName, target.id]),
    ).toEqual([
      ['create', 'ada@contoso.com', null],
      ['create', 'bob@contoso.com', null],
      ['create', 'Crew', null],
      ['update', 'bob@contoso.com', null],
      ['update', 'Crew', null],
    ]);
    expect(initial.summary).toMatchObject({ create: 3, update: 2, requests: 5, estimatedSeconds: 1 });
    expect(initial.summary.skipped).toBe(initial.skipped.length);

    await job.entrain('run');
    await moveOn();
    const next = await planOf(job);
    const before = target.requests().length;
    await job.entrain('run');
    const sent = target
      .requests()
      .slice(before)
      .filter(({ method }) => method !== 'GET');
    const idOf = (text: string): string =>
      text.replace(/\{id of ([^}]+)\}/g, () => String(target.resources('User').at(-1)?.id));
    expect(
      next.changes
        .flatMap(({ requests }) => requests)
        .map(({ method, path, body }) => [method, path, idOf(JSON.stringify(body))]),
    ).toEqual(sent.map(({ method, path, requestBody }) => [method, path, JSON.stringify(requestBody)]));
  });

  test('can be full, whatever the watermark', async () => {
    await job.entrain('run');
    const { cycle, changes, skipped } = await planOf(job, '--full');
    expect([cycle.kind, changes]).toEqual(['initial', []]);
    expect(skipped.filter(({ reason }) => reason === 'RedundantExport')).toHaveLength(3);
    const eve = skipped.find(({ source }) => source.displayName === 'eve@contoso.com');
    expect(eve).toMatchObject({
      reason: 'NotEffectivelyEntitled',
      detail: 'not assigned to the application',
    });
  });

  test('ends with 10 when there are changes, on request', async () => {
    expect((await job.entrain('plan', '--detailed-exitcode')).code).toBe(10);
    expect((await job.entrain('plan')).code).toBe(0);
    await job.entrain('run');
    expect((await job.entrain('plan', '--detailed-exitcode')).code).toBe(0);
  });

  test('is what run --dry-run does', async () => {
    const timeless = async (...args: readonly string[]) => {
      const run = await job.entrain(...args);
      return { ...run, stdout: run.stdout.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then') };
    };
    const plan = await timeless('plan', '--json');
    expect(await timeless('run', '--dry-run', '--json')).toEqual(plan);
    const text = await timeless('plan', '--full');
    expect(await timeless('run', '--dry-run', '--full')).toEqual(text);
    expect(target.requests().every(({ method }) => method === 'GET')).toBe(true);
  });

  test('writes nothing: not to the target, nor to the state of the job, nor to the directory', async () => {
    await job.entrain('plan', '--full', '--json');
    expect(existsSync(job.stateFile)).toBe(false);
    await job.entrain('run');
    await moveOn();
    const before = target.requests().length;
    const hashes = () =>
      [job.stateFile, join(job.folder, 'directory.db')].map((file) =>
        createHash('sha256').update(readFileSync(file)).digest('hex'),
      );
    const held = hashes();
    await job.entrain('plan');
    await job.entrain('plan', '--full', '--json');
    expect(hashes()).toEqual(held);
    const asked = target.requests().slice(before);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});
