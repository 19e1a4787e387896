import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type DeadlyProxy, type Moment, startDeadlyProxy } from '../support/deadly-proxy.ts';
import { LOCKED, schemaLockingBy } from '../support/locking-schema.ts';
import { type SpawnedJob, type SpawnedJobOptions, setUpJob } from '../support/spawned-job.ts';

const NAMES = Array.from({ length: 20 }, (_, n) => `user${String(n + 1).padStart(2, '0')}@contoso.com`);
const LEAVING = [2, 7, 12, 19].map((n) => NAMES[n] as string);
const CHANGING = [0, 1, 3].map((n) => NAMES[n] as string);

const DIRECTORY: JsonObject = {
  users: NAMES.map((name) => ({
    userPrincipalName: name,
    displayName: name,
    mailNickname: name.slice(0, 6),
  })),
  assignments: NAMES.map((principal) => ({ principal })),
};

let target: RunningTarget;
let proxy: DeadlyProxy;
let job: SpawnedJob;

const setUp = async (
  settings: JsonObject,
  more: Partial<SpawnedJobOptions> = {},
  created = 20,
): Promise<void> => {
  target = await startTarget();
  proxy = await startDeadlyProxy(target.baseUrl);
  job = await setUpJob({
    tenantUrl: proxy.baseUrl,
    token: target.token,
    directory: DIRECTORY,
    job: settings,
    target: { concurrency: 1 },
    ...more,
  });
  expect(await job.document('run')).toMatchObject({ code: 0, json: { counts: { create: created } } });
};

afterEach(async () => {
  await proxy.stop();
  await target.stop();
  job.remove();
});

const disabled = (): readonly string[] =>
  target
    .resources('User')
    .filter(({ active }) => active === false)
    .map(({ userName }) => String(userName))
    .sort();

const change = (): Promise<void> =>
  job.withDirectory(async (directory) => {
    const now = new Date().toISOString();
    for (const name of LEAVING) await directory.unassign((await directory.named(name)).id, 'it', now);
    for (const name of CHANGING)
      await directory.change(
        (await directory.named(name)).id,
        { attributes: { displayName: `New ${name}` } },
        now,
      );
  });

const heldBack = { code: 4, json: { error: { reason: 'TooManyDeletes', exitCode: 4 } } };

describe('four of twenty users who leave, with a threshold of three', () => {
  beforeEach(async () => {
    await setUp({ accidentalDeletions: { threshold: 3 } });
    await change();
  });

  test('are planned as staged deletions, without a request', async () => {
    const { code, json } = await job.document('plan', '--requests');
    expect([code, json.summary]).toMatchObject([0, { stagedDelete: 4, disable: 0, update: 3, requests: 3 }]);
    const changes = json.changes as unknown as readonly JsonObject[];
    const staged = changes.filter(({ action }) => action === 'stagedDelete');
    expect(staged.map(({ source }) => (source as JsonObject).displayName).sort()).toEqual(LEAVING);
    expect(staged.flatMap(({ requests }) => requests)).toEqual([]);
  });

  test('are left alone by two runs in a row, with exit code 4, and disabled once that is allowed', async () => {
    for (let again = 0; again < 2; again++) {
      const run = await job.document('run');
      expect(run).toMatchObject(heldBack);
      expect(disabled()).toEqual([]);
    }
    const staged = (await job.document('logs', '--limit', '100')).json
      .value as unknown as readonly JsonObject[];
    expect(staged.filter(({ provisioningAction }) => provisioningAction === 'stagedDelete')).toHaveLength(8);
    expect((await job.entrain('restart', '--reset-scope', 'ForceDeletes')).code).toBe(0);
    expect(await job.document('run')).toMatchObject({ code: 0, json: { counts: { disable: 4 } } });
    expect(disabled()).toEqual(LEAVING);
  });

  test.each<{ nth: number; moment: Moment }>([
    { nth: 1, moment: 'afterTheAnswer' },
    { nth: 3, moment: 'beforeTheTarget' },
    { nth: 4, moment: 'beforeTheAnswer' },
    { nth: 5, moment: 'afterTheAnswer' },
  ])(
    'are left alone by the run after one that was killed at its request $nth, $moment',
    async ({ nth, moment }) => {
      const { child, ended } = job.start('run', '--quiet');
      proxy.lieInWait({ nth, moment, strike: () => void child.kill('SIGKILL') });
      expect((await ended).code).toBeNull();
      proxy.lieInWait(null);
      expect(disabled()).toEqual([]);
      expect(await job.document('run')).toMatchObject(heldBack);
      expect(disabled()).toEqual([]);
    },
  );

  test('are disabled except one that is assigned again', async () => {
    expect(await job.document('run')).toMatchObject(heldBack);
    await job.entrain('directory', 'assign', LEAVING[0] as string);
    expect(await job.document('run')).toMatchObject({ code: 0, json: { counts: { disable: 3 } } });
    expect(disabled()).toEqual(LEAVING.slice(1));
  });
});

describe('sixty users of a group, locked by an attribute that is not called active, with a threshold of five', () => {
  const SIXTY = Array.from({ length: 60 }, (_, n) => `user${n}@contoso.com`);
  const locked = (): number =>
    target.resources('User').filter(({ userType }) => userType === 'locked').length;

  beforeEach(async () => {
    const users = SIXTY.map((name) => ({
      userPrincipalName: name,
      displayName: name,
      mailNickname: name.split('@')[0] as string,
    }));
    const directory = {
      users,
      groups: [{ displayName: 'Everybody', securityEnabled: true, members: SIXTY }],
      assignments: [{ principal: 'Everybody' }],
    };
    await setUp(
      { accidentalDeletions: { threshold: 5 } },
      { directory, schema: schemaLockingBy(LOCKED) },
      61,
    );
    expect((await job.entrain('directory', 'unassign', 'Everybody')).code).toBe(0);
  });

  test('are staged as disables would be, until that is allowed', async () => {
    const plan = await job.document('plan');
    expect(plan.json.summary).toMatchObject({ stagedDelete: 61, update: 0 });
    const { code, stderr } = await job.entrain('run');
    expect([code, locked(), target.resources('Group')]).toMatchObject([4, 0, [{ displayName: 'Everybody' }]]);
    expect(stderr).toMatch(
      /\(TooManyDeletes\): .*61 objects would be disabled or deleted, the threshold is 5/,
    );
    expect((await job.entrain('restart', '--reset-scope', 'ForceDeletes')).code).toBe(0);
    expect(await job.document('run')).toMatchObject({
      code: 0,
      json: { counts: { disable: 60, delete: 1 } },
    });
    expect([locked(), target.resources('Group')]).toEqual([60, []]);
  });
});

describe('ten groups of which six are deleted, with a guard of 30 %', () => {
  test('stay, although no user leaves', async () => {
    const groups = Array.from({ length: 10 }, (_, n) => ({
      displayName: `Group ${n}`,
      securityEnabled: true,
    }));
    const directory = {
      ...DIRECTORY,
      groups,
      assignments: [...NAMES, ...groups.map(({ displayName }) => displayName)].map((principal) => ({
        principal,
      })),
    };
    await setUp({ guard: { maxDisablesPercent: 30 } }, { directory }, 30);
    for (let n = 0; n < 6; n++) await job.entrain('directory', 'unassign', `Group ${n}`);
    const { code, stderr } = await job.entrain('run');
    expect([code, target.resources('Group').length]).toEqual([4, 10]);
    expect(stderr).toMatch(/6 of 10 groups would be disabled or deleted \(60\.0 %\), the limit is 30 %/);
  });
});

describe('a source whose users are all replaced by others', () => {
  test('is refused, although it holds as many as before', async () => {
    await setUp({});
    const others = NAMES.map((name) => ({
      userPrincipalName: `other.${name}`,
      displayName: name,
      mailNickname: `other.${name.slice(0, 6)}`,
    }));
    writeFileSync(join(job.folder, 'others.json'), JSON.stringify({ users: others }));
    expect((await job.entrain('directory', 'import', 'others.json')).code).toBe(0);
    for (const name of NAMES) await job.entrain('directory', 'delete', name);
    const before = proxy.count();
    const { code, stderr } = await job.entrain('run');
    expect([code, disabled(), proxy.count()]).toEqual([4, [], before]);
    expect(stderr).toMatch(
      /20 of 20 users and groups are gone from the directory .*\(100\.0 %\), the limit is 50 %/,
    );
  });
});

describe('a source that is nearly empty', () => {
  test('is refused with exit code 4 and its reason, before a request is sent', async () => {
    await setUp({});
    await job.withDirectory(async (directory) => {
      for (const name of NAMES.slice(1))
        await directory.deletePermanently((await directory.named(name)).id, new Date().toISOString());
    });
    proxy.lieInWait(null);
    const { code, stderr } = await job.entrain('run');
    expect([code, proxy.count()]).toEqual([4, 0]);
    expect(stderr).toMatch(/IngestionInterrupted.*19 of 20 users and groups are gone/);
    await job.entrain('restart', '--reset-scope', 'ForceDeletes');
    expect(await job.document('run')).toMatchObject({ code: 0, json: { counts: { delete: 19 } } });
    expect(target.resources('User')).toHaveLength(1);
  });
});

describe('a guard of 10 % of the users', () => {
  test('that may be disabled stages the four, and says which limit it was', async () => {
    await setUp({ guard: { maxDisablesPercent: 10 } });
    await change();
    const { code, stderr } = await job.entrain('run');
    expect([code, disabled()]).toEqual([4, []]);
    expect(stderr).toMatch(/4 of 20 users would be disabled or deleted \(20\.0 %\), the limit is 10 %/);
  });

  test('that may be updated refuses the three updates before anything is sent', async () => {
    await setUp({ guard: { maxUpdatesPercent: 10 } });
    await change();
    const before = target.requests().filter(({ method }) => method !== 'GET').length;
    const { code, stderr } = await job.entrain('run');
    expect(code).toBe(4);
    expect(stderr).toMatch(/3 of 20 users would be updated \(15\.0 %\), the limit is 10 %/);
    expect(target.requests().filter(({ method }) => method !== 'GET')).toHaveLength(before);
  });
});
