import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { startDeadlyProxy } from '../support/deadly-proxy.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const DIRECTORY: JsonObject = {
  users: ['ada', 'bob'].map((name) => ({
    userPrincipalName: `${name}@contoso.com`,
    displayName: name,
    mailNickname: name,
    accountEnabled: true,
  })),
  assignments: ['ada@contoso.com', 'bob@contoso.com'].map((principal) => ({ principal })),
};

let target: RunningTarget;
let wiki: RunningTarget;
let jobs: SpawnedJob;

/** The job `it` and one `wiki`, each with a target of its own, and what else a test adds. */
const addJobs = (...more: readonly JsonObject[]): void => {
  const file = join(jobs.folder, 'entrain.yaml');
  const configuration = JSON.parse(readFileSync(file, 'utf8')) as { jobs: JsonObject[] };
  const [first] = configuration.jobs as [JsonObject];
  const copies = more.map((one) => ({
    ...first,
    ...one,
    target: { ...(first.target as JsonObject), ...((one.target ?? {}) as JsonObject) },
  }));
  writeFileSync(file, JSON.stringify({ ...configuration, jobs: [first, ...copies] }));
};

beforeEach(async () => {
  target = await startTarget();
  wiki = await startTarget({ token: target.token });
  jobs = await setUpJob({ tenantUrl: target.baseUrl, token: target.token, directory: DIRECTORY });
  addJobs({ id: 'wiki', target: { tenantUrl: wiki.baseUrl } });
});

afterEach(async () => {
  await target.stop();
  await wiki.stop();
  jobs.remove();
});

const values = ({ json }: { readonly json: JsonObject }): readonly JsonObject[] =>
  json.value as readonly JsonObject[];

describe('status without --job', () => {
  test('lists all jobs, a line each, and is about one where --job names it', async () => {
    const { code, stdout } = await jobs.entrain('status');
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'JOB   STATUS  LAST CYCLE  NEXT CYCLE      FAILING  QUARANTINE',
      'it    NotRun  never run   no daemon runs  0',
      'wiki  NotRun  never run   no daemon runs  0',
    ]);
    expect((await jobs.entrain('status', '--job', 'wiki')).stdout).toMatch(/^Job wiki → http/);
  });

  test('answers a list of Graph’s jobs under --json', async () => {
    const { code, json } = await jobs.document('status');
    expect(code).toBe(0);
    expect(values({ json }).map(({ id, templateId }) => [id, templateId])).toEqual([
      ['it', 'scim'],
      ['wiki', 'scim'],
    ]);
  });

  test('ends with 3 where a job has failures, and with 4 where one is in quarantine', async () => {
    target.fault('422');
    await jobs.entrain('run', '--job', 'it');
    const failing = await jobs.entrain('status');
    expect(failing.code).toBe(3);
    expect(failing.stdout).toMatch(/^it +Active +.* 2$/m);
    await wiki.stop();
    await jobs.entrain('run', '--job', 'wiki');
    const quarantined = await jobs.entrain('status');
    expect(quarantined.code).toBe(4);
    expect(quarantined.stdout).toMatch(/^wiki +Quarantine .*EncounteredQuarantineException$/m);
  });

  test('shows the others where one job cannot be read, says why, and ends with 2', async () => {
    addJobs({ id: 'broken', schema: './none.json' }, { id: 'off', enabled: false });
    const { code, stdout } = await jobs.entrain('status');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^it +NotRun/m);
    expect(stdout).toMatch(/^broken +unreadable$/m);
    expect(stdout).toMatch(/^off +Disabled +never run +- /m);
    expect(stdout).toMatch(/none\.json\n {2}there is no such file/);
    const list = values(await jobs.document('status'));
    expect(list[1]).toMatchObject({ id: 'broken', error: { code: 'ConfigurationError' } });
  });

  test('is refreshed with --watch until it is interrupted', async () => {
    const command = jobs.start('status', '--watch');
    await new Promise<void>((resolve) => {
      command.child.stdout?.on('data', (text: string) => text.includes('wiki') && resolve());
    });
    command.child.kill('SIGINT');
    expect(await command.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('run --all-jobs', () => {
  test('runs a cycle of every enabled job, one after the other', async () => {
    addJobs({ id: 'wiki', target: { tenantUrl: wiki.baseUrl } }, { id: 'off', enabled: false });
    const { code, stdout } = await jobs.entrain('run', '--all-jobs');
    expect(code).toBe(0);
    expect(stdout.match(/initial cycle of job \w+: \w+/g)).toEqual([
      'initial cycle of job it: Succeeded',
      'initial cycle of job wiki: Succeeded',
    ]);
    const { json } = await jobs.document('run', '--all-jobs');
    expect(values({ json }).map(({ job, kind }) => [job, kind])).toEqual([
      ['it', 'incremental'],
      ['wiki', 'incremental'],
    ]);
  });

  test('runs the others where one fails, says why under --quiet too, and ends with the worst code', async () => {
    await target.stop();
    addJobs({ id: 'broken', schema: './none.json' }, { id: 'wiki', target: { tenantUrl: wiki.baseUrl } });
    const { code, stdout, stderr } = await jobs.entrain('run', '--all-jobs', '--quiet');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Job it: .*EncounteredQuarantineException/m);
    expect(stderr).toContain('Job broken: ');
    expect(stdout).toContain('initial cycle of job wiki: Succeeded');
    const again = await jobs.document('run', '--all-jobs');
    expect(again.code).toBe(2);
    expect(
      values(again).map(({ job, error, state }) => [
        job,
        (error as JsonObject | undefined)?.exitCode ?? state,
      ]),
    ).toEqual([
      ['it', 4],
      ['broken', 2],
      ['wiki', 'Succeeded'],
    ]);
  });

  test('begins no other job once it is interrupted', async () => {
    const proxy = await startDeadlyProxy(target.baseUrl);
    try {
      jobs.remove();
      jobs = await setUpJob({
        tenantUrl: proxy.baseUrl,
        token: target.token,
        directory: DIRECTORY,
        target: { concurrency: 1 },
      });
      addJobs({ id: 'wiki', target: { tenantUrl: wiki.baseUrl } });
      const command = jobs.start('run', '--all-jobs', '--json');
      // Two probes and two matching queries come before: the interrupt hits the first creation.
      const strike = async (): Promise<void> => {
        command.child.kill('SIGINT');
        await command.says('Stopping: what is under way is finished and saved.');
      };
      proxy.lieInWait({ nth: 5, moment: 'underWay', strike });
      const { code, stdout } = await command.ended;
      expect(code).toBe(130);
      expect(values({ json: JSON.parse(stdout) as JsonObject })).toMatchObject([
        { job: 'it', state: 'Interrupted' },
      ]);
      expect(wiki.requests()).toEqual([]);
    } finally {
      await proxy.stop();
    }
  });

  test.each([
    [['--job', 'it'], '--all-jobs is about every job, and --job it about one'],
    [['--plan', 'plan.json'], "option '--all-jobs' cannot be used with option '--plan <file>'"],
  ])('refuses %j', async (flags, words) => {
    const { code, stderr } = await jobs.entrain('run', '--all-jobs', ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});

describe('plan --all-jobs', () => {
  test('plans every enabled job, and ends with the worst code under --detailed-exitcode', async () => {
    const { code, stdout } = await jobs.entrain('plan', '--all-jobs', '--detailed-exitcode');
    expect(code).toBe(10);
    expect(stdout.match(/Plan for job \w+/g)).toEqual(['Plan for job it', 'Plan for job wiki']);
    await wiki.stop();
    const failing = await jobs.document('plan', '--all-jobs', '--detailed-exitcode');
    expect(failing.code).toBe(4);
    const [it, other] = values(failing);
    expect(it).toMatchObject({ job: 'it', summary: { create: 2 } });
    expect(other).toMatchObject({ job: 'wiki', error: { exitCode: 4 } });
  });
});

test('a command about one job names those there are, and the way to all of them', async () => {
  const { code, stderr } = await jobs.entrain('run');
  expect(code).toBe(2);
  expect(stderr).toContain('say which with --job (it, wiki); run and plan take --all-jobs');
});

describe('state restore', () => {
  test('says how to plan the restored jobs, and that command works', async () => {
    expect((await jobs.entrain('run', '--all-jobs')).code).toBe(0);
    expect((await jobs.entrain('state', 'backup', 'all.entrain')).code).toBe(0);
    const { code, stdout } = await jobs.entrain('state', 'restore', 'all.entrain');
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('look at it with "entrain plan --all-jobs" first.'),
    ]);
    expect((await jobs.entrain('plan', '--all-jobs')).code).toBe(0);
  });

  test('names the one job that is restored', async () => {
    expect((await jobs.entrain('run', '--all-jobs')).code).toBe(0);
    expect((await jobs.entrain('state', 'backup', 'wiki.entrain', '--job', 'wiki')).code).toBe(0);
    for (const named of [[], ['--job', 'wiki']]) {
      const { stdout } = await jobs.entrain('state', 'restore', 'wiki.entrain', ...named);
      expect(stdout).toContain('look at it with "entrain plan --job wiki" first.');
    }
  });
});
