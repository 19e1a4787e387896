import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { writeState3 } from '../io/stores/sqlite/job/state-3.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { configure, type DaemonProcess, startDaemon, usersUpTo } from './daemon-process.ts';

const TOKEN = 'owner-4711';

let target: RunningTarget;
let other: RunningTarget;
let job: SpawnedJob;
const daemons: DaemonProcess[] = [];

beforeEach(async () => {
  [target, other] = await Promise.all([startTarget({ token: TOKEN }), startTarget({ token: TOKEN })]);
  job = await setUpJob({ tenantUrl: target.baseUrl, token: TOKEN, directory: usersUpTo(3) });
});
afterEach(async () => {
  for (const { child, ended } of daemons.splice(0)) {
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
  }
  await Promise.all([target.stop(), other.stop()]);
  job.remove();
});

interface Written {
  readonly jobs: readonly (JsonObject & { readonly target: JsonObject })[];
}

const changeJob = (change: (one: Written['jobs'][number]) => JsonObject): void =>
  configure(job, (configuration) => ({
    ...configuration,
    jobs: (configuration as unknown as Written).jobs.map(change),
  }));

const pointTo = (tenantUrl: string): void =>
  changeJob((one) => ({ ...one, target: { ...one.target, tenantUrl } }));

describe('a state of another target', () => {
  beforeEach(async () => {
    expect((await job.entrain('run')).code).toBe(0);
    pointTo(other.baseUrl);
  });

  test.for([
    ['run'],
    ['run', '--full'],
    ['plan'],
    ['plan', '--offline'],
    ['provision', 'user0@contoso.com'],
    ['provision', 'user0@contoso.com', '--dry-run'],
    ['start'],
    ['pause'],
    ['restart'],
  ])('is refused with three ways out, and nothing is read or written, by: %j', async (command) => {
    const before = [target, other].map((one) => one.requests().length);
    const { code, stderr } = await job.entrain(...command);
    expect(code).toBe(2);
    expect(stderr).toContain(`job it and target ${target.baseUrl}`);
    expect(stderr).toContain(`this is job it and target ${other.baseUrl}`);
    expect(stderr).toContain('entrain restart --job it --reset-scope ConnectorDataStore');
    expect(stderr).toContain('entrain state adopt --job it');
    expect(stderr).toContain('name another stateFile');
    expect([target, other].map((one) => one.requests().length)).toEqual(before);
  });

  test('can be read', async () => {
    const status = await job.entrain('status');
    expect(status.code).toBe(0);
    expect(status.stderr).toContain(`the state belongs to job it and target ${target.baseUrl}`);
    expect((await job.entrain('logs')).stdout).toContain('user0@contoso.com');
  });

  test.for(['ConnectorDataStore', 'Full'])(
    'matches all objects again in the new target after a restart with %s',
    async (scope) => {
      other.seed('User', { userName: 'user1@contoso.com', displayName: 'before' });
      expect((await job.entrain('restart', '--reset-scope', scope)).code).toBe(0);
      const { code, json } = await job.document('run');
      expect([code, json.kind]).toEqual([0, 'initial']);
      const names = other.resources('User').map(({ userName }) => String(userName));
      expect(names.sort()).toEqual([0, 1, 2].map((n) => `user${n}@contoso.com`));
      pointTo(target.baseUrl);
      expect((await job.entrain('run')).code).toBe(2);
    },
  );

  test('is taken with its links where the same application moved', async () => {
    const { code, json } = await job.document('state', 'adopt');
    expect(code).toBe(0);
    expect(json).toEqual({
      job: 'it',
      stateFile: job.stateFile,
      from: { job: 'it', target: target.baseUrl },
      to: { job: 'it', target: other.baseUrl },
    });
    const run = await job.document('run');
    expect([run.code, run.json.kind]).toEqual([0, 'incremental']);
    expect(target.requests().filter(({ method }) => method === 'POST')).toHaveLength(3);
    pointTo(target.baseUrl);
    const back = await job.entrain('state', 'adopt');
    expect(back.stdout).toMatch(new RegExp(`from +job it and target ${other.baseUrl}`));
    expect(back.stdout).toMatch(new RegExp(`to +job it and target ${target.baseUrl}`));
  });
});

describe('a state', () => {
  test('of another job is refused', async () => {
    await job.entrain('run');
    changeJob((one) => ({ ...one, id: 'renamed', stateFile: './it.state.db' }));
    const refused = await job.entrain('run');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`the state belongs to job it and target ${target.baseUrl}`);
    expect((await job.entrain('state', 'adopt')).code).toBe(0);
    expect((await job.entrain('run')).code).toBe(0);
  });

  test('does not mind how the URL of its target is written', async () => {
    await job.entrain('run');
    pointTo(`${target.baseUrl.replace('http:', 'HTTP:')}/?aadOptscim062020`);
    expect((await job.entrain('run')).code).toBe(0);
  });

  test('that remembers nothing may follow a corrected URL', async () => {
    pointTo('http://127.0.0.1:9/scim');
    expect((await job.entrain('run')).code).toBe(4);
    pointTo(target.baseUrl);
    expect((await job.entrain('resume')).code).toBe(0);
    expect((await job.entrain('run')).code).toBe(0);
    expect(target.resources('User')).toHaveLength(3);
  });

  test('that is not there cannot be adopted, and adopting makes none', async () => {
    const { code, stderr } = await job.entrain('state', 'adopt');
    expect(code).toBe(2);
    expect(stderr).toContain('there is no state to adopt');
    expect((await job.entrain('status')).stdout).toContain('never');
  });

  test('of an older schema version is taken for the job and target that it is first run with, and says so', async () => {
    writeState3(job.stateFile, []);
    const first = await job.entrain('run', '--full');
    expect(first.stderr).toContain('upgraded from schema version 3 to 5');
    expect(first.stderr).toContain(`from now on it belongs to job it and target ${target.baseUrl}`);
    expect(first.code).toBe(0);
    expect((await job.entrain('run')).stderr).not.toContain('from now on');
    pointTo(other.baseUrl);
    expect((await job.entrain('run')).code).toBe(2);
  });

  test('of another target under a running daemon is reported at the reload, and all jobs continue as before', async () => {
    const started = startDaemon(job);
    daemons.push(started);
    await started.logs('the cycle ended');
    pointTo(other.baseUrl);
    started.child.kill('SIGHUP');
    const refusal = await started.logs('was not taken up, and the one before stays');
    expect(refusal.msg).toContain(`the state belongs to job it and target ${target.baseUrl}`);
    expect((await job.entrain('run')).code).toBe(2);
    const adopting = await job.entrain('state', 'adopt');
    expect([adopting.code, adopting.stderr]).toEqual([
      2,
      expect.stringContaining('in use by "entrain start"'),
    ]);
    const restarting = await job.entrain('restart', '--reset-scope', 'Full');
    expect([restarting.code, restarting.stderr]).toEqual([
      2,
      expect.stringContaining('in use by "entrain start"'),
    ]);
    expect((await started.stop()).code).toBe(0);
    expect(other.requests()).toEqual([]);
    expect((await job.entrain('state', 'adopt')).code).toBe(0);
  });
});

describe('a state that was lost', () => {
  test.for([['run'], ['plan'], ['status'], ['restart'], ['state', 'adopt']])(
    'and left an empty file is told, and not taken for a new one, by: %j',
    async (command) => {
      writeFileSync(job.stateFile, '');
      const { code, stderr } = await job.entrain(...command);
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /is empty \(0 bytes\), and the state of a job never is.*put a copy of it back, or move it away/s,
      );
      expect(readFileSync(job.stateFile)).toHaveLength(0);
      expect(target.requests()).toEqual([]);
    },
  );

  test('and was cut short is reported, with the way out', async () => {
    await job.entrain('run');
    const whole = readFileSync(job.stateFile);
    writeFileSync(job.stateFile, whole.subarray(0, 3 * 4096));
    for (const command of ['run', 'plan']) {
      const { code, stderr } = await job.entrain(command);
      expect(code).toBe(2);
      expect(stderr).toMatch(/is damaged or cut short .*put a copy of it back/s);
    }
  });

  test('is reported by the first cycle that takes over accounts, and by its plan; never again, and of no creation', async () => {
    const told = /3 accounts were in the target before this state began and are taken over\. .*put a copy/;
    const first = await job.document('run');
    expect(JSON.stringify(first.json.warnings)).not.toContain('taken over');
    rmSync(job.stateFile);
    expect(JSON.stringify((await job.document('plan')).json.warnings)).toMatch(told);
    expect((await job.entrain('plan')).stdout.replaceAll(/\s+/g, ' ')).toMatch(told);
    const again = await job.document('run');
    expect(JSON.stringify(again.json.warnings)).toMatch(told);
    const later = await job.document('run', '--full');
    expect(JSON.stringify(later.json.warnings)).not.toContain('taken over');
  });

  test('is reported by a daemon in its log', async () => {
    for (const n of [0, 1]) target.seed('User', { userName: `user${n}@contoso.com`, displayName: 'before' });
    const started = startDaemon(job);
    daemons.push(started);
    const line = await started.logs('taken over');
    expect(line).toMatchObject({ level: 'warn', job: 'it', msg: expect.stringContaining('2 accounts were') });
  });
});
