import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type DeadlyProxy, startDeadlyProxy } from '../support/deadly-proxy.ts';
import type { Run } from '../support/run-entrain.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { type DaemonProcess, startDaemon, usersUpTo } from './daemon-process.ts';

const USERS = 120;
const PAGE = 4_096;

let target: RunningTarget;
let proxy: DeadlyProxy;
let job: SpawnedJob;
let daemon: DaemonProcess | null = null;

beforeEach(async () => {
  target = await startTarget();
  proxy = await startDeadlyProxy(target.baseUrl);
  job = await setUpJob({
    tenantUrl: proxy.baseUrl,
    token: target.token,
    directory: usersUpTo(USERS),
    job: { interval: '1s' },
    target: { concurrency: 4 },
  });
});
afterEach(async () => {
  daemon?.child.kill('SIGKILL');
  await daemon?.ended;
  daemon = null;
  await proxy.stop();
  await target.stop();
  job.remove();
});

const names = (): readonly string[] => target.resources('User').map(({ userName }) => String(userName));

const expectAllOnce = (): void => {
  expect(names()).toHaveLength(USERS);
  expect(new Set(names()).size).toBe(USERS);
};

const expectNoBug = ({ stdout, stderr }: Run): void => {
  expect(`${stdout}${stderr}`).not.toMatch(/bug|\n\s+at /);
};

/** Overwrites a page of an SQLite file with noise. */
const damage = (file: string, page: number, noise: Buffer): void => {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, noise, 0, noise.length, page * PAGE);
  closeSync(descriptor);
};

/** All of a database into its file: without a write-ahead log that would mend the damage. */
const settle = (file: string): void => {
  const db = new Database(file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
};

/** What the message advises, by store. */
const WAYS_OUT: Readonly<Record<string, RegExp>> = {
  'it.state.db': /put a copy of it back, or move it away with its -wal file/,
  'directory.db': /put a copy of it back, or move it away and import the directory again/,
};

describe('damaged pages', () => {
  test.each(['it.state.db', 'directory.db'])(
    'of %s are reported as such, whichever they are',
    async (name) => {
      expect((await job.entrain('run', '--quiet')).code).toBe(0);
      const file = join(job.folder, name);
      settle(file);
      const sound = readFileSync(file);
      const pages = statSync(file).size / PAGE;
      const random = seededRandom(4711);
      let told = 0;
      for (const share of [0, 0.02, 0.2, 0.5, 0.9]) {
        writeFileSync(file, sound);
        const noise = Buffer.from(Array.from({ length: PAGE }, () => random.below(256)));
        // The header of the first page stays, so that it still looks like a database.
        const first = Math.floor(share * pages);
        if (first === 0) sound.copy(noise, 0, 0, 100);
        damage(file, first, noise);
        for (const args of [['run', '--full'], ['status'], ['logs']]) {
          const run = await job.entrain(...args);
          expect([0, 2, 3], `${args} with page ${first} of ${pages}: ${run.stderr}`).toContain(run.code);
          expectNoBug(run);
          if (run.code !== 0) {
            told += 1;
            expect(run.stderr).toMatch(/damaged/);
            expect(run.stderr).toMatch(WAYS_OUT[name] as RegExp);
            expect(run.stderr).toContain(name);
          }
        }
      }
      expect(told).toBeGreaterThan(0);
      expectAllOnce();
    },
  );
});

describe('a store that a foreign process keeps locked', () => {
  test('is reported, and nothing is sent', async () => {
    expect((await job.entrain('run', '--quiet')).code).toBe(0);
    const foreign = new Database(job.stateFile);
    foreign.exec('BEGIN IMMEDIATE');
    proxy.lieInWait(null);
    try {
      const run = await job.entrain('run', '--full');
      expect(run.code).toBe(2);
      expect(run.stderr).toMatch(/it\.state\.db.*another process keeps it locked.*wait until that is done/);
      expectNoBug(run);
    } finally {
      foreign.close();
    }
    expect((await job.entrain('run', '--quiet')).code).toBe(0);
  });
});

describe('a state that is moved or deleted under a process', () => {
  const moved = (): string => `${job.stateFile}.moved`;
  const move = (from: string, to: string): void => {
    for (const end of ['', '-wal', '-shm'])
      if (statSync(`${from}${end}`, { throwIfNoEntry: false })) renameSync(`${from}${end}`, `${to}${end}`);
  };

  test('ends a cycle early; moved back, the next run continues', async () => {
    proxy.lieInWait({ nth: 60, moment: 'underWay', strike: () => move(job.stateFile, moved()) });
    const run = await job.entrain('run', '--quiet');
    expect(run.code).toBe(3);
    expect(run.stderr).toMatch(/it\.state\.db.*moved, deleted or replaced while it was in use.*put it back/);
    expectNoBug(run);
    move(moved(), job.stateFile);
    expect((await job.entrain('run', '--quiet')).code).toBe(0);
    expectAllOnce();
  });

  test('ends a cycle early; deleted, the next run finds the accounts again', async () => {
    proxy.lieInWait({ nth: 200, moment: 'underWay', strike: () => rmSync(job.stateFile) });
    const run = await job.entrain('run', '--quiet');
    expect(run.code).toBe(3);
    for (const end of ['-wal', '-shm']) rmSync(`${job.stateFile}${end}`, { force: true });
    expect((await job.entrain('run', '--quiet')).code).toBe(0);
    expectAllOnce();
  });

  test('fails the cycles of a daemon until it is back; none takes it for a new one', async () => {
    daemon = startDaemon(job);
    await daemon.logs('the cycle ended');
    move(job.stateFile, moved());
    expect(await daemon.logs('the cycle ended early')).toMatchObject({
      level: 'error',
      msg: expect.stringMatching(/it\.state\.db.*moved, deleted or replaced/),
    });
    expect(statSync(job.stateFile, { throwIfNoEntry: false })).toBeUndefined();
    move(moved(), job.stateFile);
    const { length } = daemon.log.filter(({ msg }) => msg === 'the cycle ended');
    for (
      let ended = length;
      ended <= length;
      ended = daemon.log.filter(({ msg }) => msg === 'the cycle ended').length
    )
      await daemon.logs(
        'a cycle begins',
        daemon.log.filter(({ msg }) => msg === 'a cycle begins').length + 1,
      );
    expect((await daemon.stop()).code).toBe(0);
  });
});

describe('a directory store that is moved under a daemon', () => {
  test('fails its cycles until it is back', async () => {
    daemon = startDaemon(job);
    await daemon.logs('the cycle ended');
    const store = join(job.folder, 'directory.db');
    renameSync(store, `${store}.moved`);
    const line = await daemon.logs('the cycle cannot run');
    expect(String(line.msg)).toMatch(/there is no directory store here/);
    renameSync(`${store}.moved`, store);
    await daemon.logs('a cycle begins', daemon.log.filter(({ msg }) => msg === 'a cycle begins').length + 1);
    expect((await daemon.stop()).code).toBe(0);
  });
});
