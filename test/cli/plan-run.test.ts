import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { startDeadlyProxy } from '../support/deadly-proxy.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const NAMES = Array.from({ length: 30 }, (_, index) => `user${index}`);

let target: RunningTarget;
let job: SpawnedJob;

beforeEach(async () => {
  target = await startTarget();
  job = await setUpJob({
    tenantUrl: target.baseUrl,
    token: target.token,
    target: { concurrency: 1 },
    directory: {
      users: NAMES.map((name) => ({ userPrincipalName: `${name}@contoso.com`, displayName: name })),
      assignments: NAMES.map((name) => ({ principal: `${name}@contoso.com` })),
    },
  });
});

afterEach(async () => {
  await target.stop();
  job.remove();
});

const userNames = () => target.resources('User').map(({ userName }) => String(userName).split('@')[0]);
const writes = () => target.requests().filter(({ method }) => method !== 'GET');

describe('run --plan', () => {
  test('applies exactly the plan, and a plan only once', async () => {
    expect((await job.entrain('plan', '--out', 'plan.json')).code).toBe(0);
    const { code, json } = await job.document('run', '--plan', 'plan.json');
    expect([code, json.state]).toEqual([0, 'Succeeded']);
    expect(userNames()).toEqual(NAMES);
    const again = await job.entrain('run', '--plan', 'plan.json');
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('a cycle of the job has run');
    expect(writes()).toHaveLength(NAMES.length);
    expect((await job.document('plan')).json).toMatchObject({
      cycle: { kind: 'incremental' },
      changes: [],
    });
  });

  test('refuses a plan that no longer fits, and with --skip-changed applies the rest', async () => {
    await job.entrain('plan', '--out', 'plan.json');
    await job.withDirectory(async (directory) => {
      const { id } = await directory.named('user7@contoso.com');
      await directory.change(id, { attributes: { jobTitle: 'Lead' } }, new Date().toISOString());
    });
    const refused = await job.entrain('run', '--plan', 'plan.json');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('1 object of the directory changed: user7@contoso.com');
    expect(writes()).toEqual([]);
    const { code, stderr } = await job.entrain('run', '--plan', 'plan.json', '--skip-changed');
    expect(code).toBe(0);
    expect(stderr).toContain('1 object changed since the plan was made and is left out: user7@contoso.com');
    expect(userNames()).toEqual(NAMES.filter((name) => name !== 'user7'));
  });

  test('applied again after it was killed sends nothing twice', async () => {
    const proxy = await startDeadlyProxy(target.baseUrl);
    const group = { displayName: 'Crew', securityEnabled: true };
    const killed = await setUpJob({
      tenantUrl: proxy.baseUrl,
      token: target.token,
      directory: { groups: [group], assignments: [{ principal: 'Crew' }] },
    });
    try {
      await killed.entrain('plan', '--out', 'plan.json');
      const { child, ended } = killed.start('run', '--plan', 'plan.json');
      // After the probes of users and groups.
      proxy.lieInWait({ nth: 3, moment: 'beforeTheAnswer', strike: () => void child.kill('SIGKILL') });
      await ended;
      proxy.lieInWait(null);
      expect(target.resources('Group')).toHaveLength(1);
      const { code, stderr } = await killed.entrain('run', '--plan', 'plan.json', '--skip-changed');
      expect(code).toBe(0);
      expect(stderr).toContain('1 object changed since the plan was made and is left out: Crew');
      expect(writes()).toHaveLength(1);
      expect((await killed.entrain('run')).code).toBe(0);
      expect([writes().length, target.resources('Group').length]).toEqual([1, 1]);
    } finally {
      await proxy.stop();
      killed.remove();
    }
  });

  test.each([
    [['--plan', 'plan.json', '--full'], /cannot be used with option '--full'/],
    [['--plan', 'plan.json', 'user1@contoso.com'], /takes no objects/],
    [['--skip-changed'], /name it with --plan/],
    [['--plan', 'nowhere.json'], /there is no such file; name a plan that was written with/],
  ])('refuses %j', async (flags, message) => {
    const { code, stderr } = await job.entrain('run', ...flags);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('run of some objects', () => {
  test('evaluates no other object, and leaves the watermark for the next cycle', async () => {
    const { code } = await job.entrain('run', 'user3@contoso.com', 'user5@contoso.com');
    expect([code, userNames()]).toEqual([0, ['user3', 'user5']]);
    const { json } = await job.document('plan');
    expect(json).toMatchObject({ cycle: { kind: 'initial' }, summary: { create: NAMES.length - 2 } });
  });
});

describe('the report of a run', () => {
  test('is folded like that of a plan, unless all of it is asked for', async () => {
    const plan = (await job.entrain('plan')).stdout;
    const run = (await job.entrain('run')).stdout;
    const folded = '  … and 10 more to create: no match found by userName (10)\n';
    expect(plan).toContain(folded);
    expect(run.startsWith(plan.slice(plan.indexOf('Users\n'), plan.indexOf(folded)) + folded)).toBe(true);
    await job.entrain('restart', '--reset-scope', 'Full');
    for (const { id } of target.resources('User') as readonly JsonObject[]) target.remove('User', String(id));
    expect((await job.entrain('run', '--all')).stdout.match(/^ {2}\+ create/gm)).toHaveLength(NAMES.length);
  });
});
