import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refusedImport } from '../../src/io/sources/watch/refused-import.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { configure, type DaemonProcess, startDaemon, usersUpTo } from './daemon-process.ts';

let target: RunningTarget;
let job: SpawnedJob;
const daemons: DaemonProcess[] = [];

const setUp = async (
  users: number,
  over: { readonly job?: JsonObject; readonly target?: JsonObject } = {},
): Promise<void> => {
  job = await setUpJob({
    tenantUrl: target.baseUrl,
    token: target.token,
    directory: usersUpTo(users),
    ...over,
  });
};

const daemon = (...args: readonly string[]): DaemonProcess => {
  const started = startDaemon(job, ...args);
  daemons.push(started);
  return started;
};

const enabledNames = (): readonly string[] =>
  target
    .resources('User')
    .filter(({ active }) => active !== false)
    .map(({ userName }) => String(userName))
    .sort();

beforeEach(async () => {
  target = await startTarget();
});
afterEach(async () => {
  for (const { child, ended } of daemons.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await target.stop();
  job.remove();
});

describe('the daemon', () => {
  test('runs the initial cycle at once, others at the interval, and stops on a signal', async () => {
    await setUp(3, { job: { interval: '1s' } });
    const { logs, stop } = daemon();
    expect(await logs('the cycle ended', 1)).toMatchObject({
      level: 'info',
      job: 'it',
      kind: 'initial',
      state: 'Succeeded',
      create: 3,
    });
    expect(await logs('the cycle ended', 3)).toMatchObject({ kind: 'incremental' });
    const { code, stdout } = await stop();
    expect([code, stdout]).toEqual([0, '']);
    expect(enabledNames()).toHaveLength(3);
    const { json } = await job.document('status');
    expect(json.status).toMatchObject({ code: 'Active' });
  });

  test('never shows the secret token, however much it logs', async () => {
    await setUp(1);
    const { logs, stop } = daemon('--verbose');
    await logs('the cycle ended');
    expect((await stop()).stderr).not.toContain(target.token);
  });

  test('is alone on a state: a second one is refused, and names the first', async () => {
    await setUp(1);
    const first = daemon();
    await first.logs('the cycle ended');
    const second = await job.entrain('start');
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`"entrain start" (process ${first.child.pid} on `);
    expect((await first.stop()).code).toBe(0);
    const third = daemon();
    await third.logs('the daemon has started');
    expect((await third.stop()).code).toBe(0);
  });

  test('leaves nothing to be cleared when it is killed', async () => {
    await setUp(1);
    const first = daemon();
    await first.logs('the cycle ended');
    await first.stop('SIGKILL');
    const second = daemon();
    await second.logs('the daemon has started');
    expect((await second.stop()).code).toBe(0);
    expect((await job.entrain('run')).code).toBe(0);
  });

  test('is named by status while it runs, and not once it was killed or never was', async () => {
    await setUp(1);
    const statusText = async (): Promise<string> => (await job.entrain('status')).stdout;
    const statusDocument = async (): Promise<JsonObject> => (await job.document('status')).json;
    expect(await statusText()).toMatch(/\n {2}daemon +no daemon runs\n/);
    expect(await statusDocument()).toMatchObject({ daemon: null, holder: null });

    const first = daemon();
    await first.logs('the cycle ended');
    const { pid } = first.child;
    const running = await statusDocument();
    expect(running).toMatchObject({
      daemon: { pid, host: hostname(), since: expect.any(String) },
      holder: { command: 'start', pid, host: hostname() },
    });
    const { since } = running.daemon as JsonObject;
    expect(await statusText()).toContain(
      `\n  daemon       process ${pid} on ${hostname()}, since ${since}\n`,
    );

    await first.stop('SIGKILL');
    // Its words still stand in the file of the lock.
    expect(readFileSync(`${job.stateFile}-lock`, 'latin1')).toContain(`"pid":${pid}`);
    expect(await statusText()).toContain('no daemon runs');
    expect(await statusDocument()).toMatchObject({ daemon: null, holder: null });
  });

  test('runs a cycle when "run" asks for one, and none while the job is paused', async () => {
    await setUp(2);
    const { logs, child, stop } = daemon();
    await logs('the cycle ended', 1);
    const asked = await job.document('run', '--full');
    expect(asked).toMatchObject({
      code: 0,
      json: { job: 'it', state: 'Requested', holder: { command: 'start', pid: child.pid } },
    });
    expect(await logs('the cycle ended', 2)).toMatchObject({ kind: 'initial' });

    expect((await job.entrain('pause')).code).toBe(0);
    const refused = await job.entrain('run');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('paused')]);
    expect((await job.entrain('resume')).code).toBe(0);
    await job.entrain('run');
    expect(await logs('the cycle ended', 3)).toMatchObject({ kind: 'incremental' });
    await stop();
  });

  test('begins an initial cycle soon after a restart', async () => {
    await setUp(2);
    const { logs, stop } = daemon();
    await logs('the cycle ended', 1);
    expect((await job.entrain('restart')).code).toBe(0);
    expect(await logs('the cycle ended', 2)).toMatchObject({ kind: 'initial' });
    await stop();
  });

  test('continues when a job is quarantined, and says why', async () => {
    await setUp(1);
    target.fault('401');
    const { logs, log, stop } = daemon();
    const line = await logs('the job is in quarantine');
    expect(line).toMatchObject({ level: 'warn', reason: 'EncounteredQuarantineException' });
    expect(typeof line.nextAttempt).toBe('string');
    expect((await stop()).code).toBe(0);
    expect(log.at(-1)?.msg).toBe('the daemon has ended');
  });

  test('does not start without a directory, or with a mistake in the schema of a job', async () => {
    await setUp(1);
    renameSync(join(job.folder, 'directory.db'), join(job.folder, 'elsewhere.db'));
    expect((await job.entrain('start')).code).toBe(2);
    renameSync(join(job.folder, 'elsewhere.db'), join(job.folder, 'directory.db'));
    writeFileSync(join(job.folder, 'schema.json'), '{}');
    configure(job, (whole) => ({
      ...whole,
      jobs: (whole.jobs as JsonObject[]).map((one) => ({ ...one, schema: './schema.json' })),
    }));
    expect((await job.entrain('start')).code).toBe(2);
  });
});

describe('a daemon whose configuration changes', () => {
  test('refuses a bad one with its issues on SIGHUP, and continues with the one before', async () => {
    await setUp(1);
    const { logs, child, stop } = daemon();
    await logs('the cycle ended', 1);
    configure(job, (whole) => ({ ...whole, jobs: [] }));
    child.kill('SIGHUP');
    expect(await logs('the configuration was not taken up')).toMatchObject({
      level: 'error',
      msg: expect.stringContaining('jobs must have at least 1 entry'),
    });
    await job.withDirectory(
      async (directory) =>
        await directory.change(
          (await directory.named('user0@contoso.com')).id,
          { attributes: { displayName: 'New Name' } },
          new Date().toISOString(),
        ),
    );
    configure(job, (whole) => ({
      ...whole,
      jobs: [
        {
          id: 'it',
          interval: '1s',
          schema: new URL('../../config/scim.schema.json', import.meta.url).pathname,
          target: { tenantUrl: target.baseUrl, auth: { type: 'bearer', secretToken: target.token } },
        },
      ],
    }));
    // No signal: the file has changed, and that is enough.
    await logs('the configuration was read again');
    expect(await logs('the cycle ended', 2)).toMatchObject({ kind: 'incremental', update: 1 });
    await stop();
  });
});

describe('a daemon that is stopped in mid-cycle', () => {
  test('begins nothing more, saves what was done, and is continued by the next', async () => {
    await setUp(120, { target: { requestsPerSecond: 20, concurrency: 2 } });
    const first = daemon();
    await first.logs('a cycle begins');
    // Some of the questions for matching accounts are on their way.
    while (target.requests().length < 5) await new Promise((resolve) => setImmediate(resolve));
    first.child.kill('SIGTERM');
    const before = target.requests().length;
    const { code } = await first.ended;
    expect(code).toBe(0);
    // Those under way, and as many as may have come in before the signal did.
    expect(target.requests().length - before).toBeLessThan(20);
    expect(first.log.map(({ msg }) => msg)).toContain(
      'the cycle was interrupted: the next one continues from here',
    );

    configure(job, (whole) => ({
      ...whole,
      jobs: (whole.jobs as JsonObject[]).map((one) => ({
        ...one,
        target: { ...(one.target as JsonObject), requestsPerSecond: 0 },
      })),
    }));
    const second = daemon();
    expect(await second.logs('the cycle ended')).toMatchObject({ state: 'Succeeded' });
    await second.stop();
    const names = enabledNames();
    expect([names.length, new Set(names).size]).toEqual([120, 120]);
  });
});

describe('a daemon that is signalled twice', () => {
  test('stops at once, whatever is under way', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    job = await setUpJob({ tenantUrl: `http://127.0.0.1:${port}`, token: 'hush', directory: usersUpTo(1) });
    const asked = new Promise((resolve) => silent.once('request', resolve));
    const { child, logs, ended } = daemon();
    // The request would be waited for until it times out.
    await asked;
    child.kill('SIGINT');
    await logs('stopping');
    child.kill('SIGINT');
    expect((await ended).code).toBeNull();
    silent.closeAllConnections();
    silent.close();
  });
});

const HAS_TERMINALS = spawnSync('script', ['--version']).status === 0;

describe('a daemon in a terminal that is closed', () => {
  test.skipIf(!HAS_TERMINALS)('ends as on SIGTERM, and gives the job back', async () => {
    await setUp(1);
    const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
    const terminal = spawn('script', ['-qec', `${process.execPath} ${main} start`, '/dev/null'], {
      cwd: job.folder,
      env: { ...process.env, IT_TOKEN: target.token },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const shown = await new Promise<string>((resolve) => {
      let text = '';
      terminal.stdout.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        if (text.includes('the cycle ended')) resolve(text);
      });
    });
    expect(shown).toMatch(/INFO {2}the daemon has started/);
    const pid = Number(/pid=(\d+)/.exec(shown)?.[1]);
    terminal.kill('SIGKILL');
    while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
    expect((await job.document('status')).json).toMatchObject({ daemon: null });
    // It was given back, not only left behind.
    const lock = new Database(`${job.stateFile}-lock`, { readonly: true });
    expect(lock.prepare('SELECT count(*) FROM holder').pluck().get()).toBe(0);
    lock.close();
  });
});

/** Whether a process is there, and has not ended without anybody having taken note of it. */
const isAlive = (pid: number): boolean =>
  spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
    .stdout.toString()
    .trim()
    .replace(/^Z.*/, '') !== '';

describe('a daemon with a watched source', () => {
  const file = (): string => join(job.folder, 'export.json');
  /** As an export should be: complete at once. */
  const replace = (content: string): void => {
    writeFileSync(`${file()}.tmp`, content);
    renameSync(`${file()}.tmp`, file());
  };

  test('fills the directory, follows the files, and deprovisions no user for a broken file', async () => {
    await setUp(1, { job: { interval: '1s' } });
    configure(job, (whole) => ({
      ...whole,
      directory: { file: './watched.db', watch: ['./export.json'], mirror: true },
    }));
    const whole = JSON.stringify(usersUpTo(4));
    replace(whole);
    const anHourAgo = Date.now() / 1_000 - 3_600;
    utimesSync(file(), anHourAgo, anHourAgo);
    const { logs, log, stop } = daemon();
    expect(await logs('the watched source was imported', 1)).toMatchObject({ users: { added: 4 } });
    expect(await logs('the cycle ended', 1)).toMatchObject({ create: 4 });
    expect(existsSync(join(job.folder, 'watched.db'))).toBe(true);

    writeFileSync(file(), whole.slice(0, whole.length - 10));
    expect(await logs('the watched source was not imported', 1)).toMatchObject({ level: 'error' });
    expect(refusedImport(join(job.folder, 'watched.db'))?.reason).toContain('this is not JSON');

    replace(JSON.stringify(usersUpTo(5)));
    expect(await logs('the watched source was imported', 2)).toMatchObject({
      users: { added: 1, removed: 0 },
    });
    const cycles = log.filter(({ msg }) => msg === 'the cycle ended').length;
    await logs('the cycle ended', cycles + 2);
    await stop();
    expect(refusedImport(join(job.folder, 'watched.db'))).toBeNull();
    expect(enabledNames()).toHaveLength(5);
    expect(
      log.filter(({ disable, delete: deleted }) => disable !== undefined || deleted !== undefined),
    ).toEqual([]);
  });

  test('reads the CSV files of an HR system by their mapping, and follows them', async () => {
    await setUp(1, { job: { interval: '1s' } });
    configure(job, (whole) => ({
      ...whole,
      directory: {
        file: './watched.db',
        source: {
          type: 'csv',
          complete: true,
          files: [
            {
              path: './people.csv',
              encoding: 'windows-1252',
              key: 'Employee ID',
              columns: {
                'Employee ID': 'employeeId',
                Name: 'displayName',
                'Work E-mail': ['userPrincipalName', 'mailNickname'],
                Status: { attribute: 'accountEnabled', values: { Active: true, Terminated: false } },
              },
            },
          ],
        },
      },
    }));
    const people = join(job.folder, 'people.csv');
    const exportPeople = (...rows: string[]): void => {
      const text = ['Employee ID;Name;Work E-mail;Status', ...rows, ''].join('\r\n');
      writeFileSync(`${people}.tmp`, Buffer.from(text, 'latin1'));
      renameSync(`${people}.tmp`, people);
    };
    exportPeople('1;M\u00fcller, Ada;ada@contoso.com;Active', '2;B\u00f6hm, Bob;bob@contoso.com;Active');
    const anHourAgo = Date.now() / 1_000 - 3_600;
    utimesSync(people, anHourAgo, anHourAgo);
    const { logs, stop } = daemon();
    expect(await logs('the watched source was imported', 1)).toMatchObject({ users: { added: 2 } });
    exportPeople(
      '1;M\u00fcller, Ada;ada.m@contoso.com;Active',
      '2;B\u00f6hm, Bob;bob@contoso.com;Terminated',
    );
    expect(await logs('the watched source was imported', 2)).toMatchObject({ users: { changed: 2 } });
    await stop();
  });
});

describe('a daemon with an endpoint', () => {
  test('reports its state, and counts what it does', async () => {
    await setUp(2);
    configure(job, (whole) => ({ ...whole, endpoint: { port: 0 } }));
    const { logs, stop } = daemon();
    const { url } = await logs('the endpoint listens');
    await logs('the cycle ended');
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('entrain_cycles_total{job="it",kind="initial",state="Succeeded"} 1');
    expect(text).toContain('entrain_requests_total{job="it",method="POST",status="201"} 2');
    expect(text).toContain('entrain_quarantined{job="it"} 0');
    expect(text).not.toContain(target.token);
    expect(text).not.toContain('contoso');
    expect((await stop()).code).toBe(0);
  });

  test('is refused beyond loopback without a token', async () => {
    await setUp(1);
    configure(job, (whole) => ({ ...whole, endpoint: { host: '0.0.0.0', port: 0 } }));
    const { code, stderr } = await job.entrain('start');
    expect([code, stderr]).toEqual([2, expect.stringContaining('token is missing')]);
    expect(readFileSync(join(job.folder, 'entrain.yaml'), 'utf8')).toContain('0.0.0.0');
  });
});
