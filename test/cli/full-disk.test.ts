import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import type { Run } from '../support/run-entrain.ts';
import { makeSmallDisk, mayMount, NEEDS_MOUNT, type SmallDisk } from '../support/small-disk.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { type DaemonProcess, startDaemon, usersUpTo } from './daemon-process.ts';

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;
/** So many that the state of a cycle outgrows its disk. */
const USERS = 400;

/** Enough where the disk refuses whatever is written. */
const FEW = 5;

let target: RunningTarget;
let job: SpawnedJob;
let disk: SmallDisk | null = null;
let daemon: DaemonProcess | null = null;

const setUp = async (over: JsonObject = {}, users = USERS): Promise<void> => {
  job = await setUpJob({
    tenantUrl: target.baseUrl,
    token: target.token,
    directory: usersUpTo(users),
    job: over,
  });
};

beforeEach(async () => {
  target = await startTarget();
});
afterEach(async () => {
  daemon?.child.kill('SIGKILL');
  await daemon?.ended;
  daemon = null;
  await target.stop();
  job.remove();
  disk?.remove();
  disk = null;
});

const names = (): readonly string[] => target.resources('User').map(({ userName }) => String(userName));

/** Everybody has one account. */
const expectAllOnce = (users = USERS): void => {
  expect(names()).toHaveLength(users);
  expect(new Set(names()).size).toBe(users);
};

const expectNoBug = ({ stdout, stderr }: Run): void => {
  expect(`${stdout}${stderr}`).not.toMatch(/bug|\n\s+at /);
};

/** Runs a command under a limit that the shell sets. */
const limited = (limit: string, ...args: readonly string[]): Promise<Run> =>
  new Promise((resolve) => {
    const child = spawn('sh', ['-c', `${limit}; exec "$0" "$@"`, process.execPath, MAIN, ...args], {
      cwd: job.folder,
      env: { ...process.env, NO_COLOR: '1', IT_TOKEN: target.token },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });

describe('a state on a disk without space', () => {
  test.skipIf(!mayMount)(
    `ends the cycle early with exit code 3, and the next run continues${NEEDS_MOUNT}`,
    async () => {
      disk = makeSmallDisk('512k');
      await setUp({ stateFile: join(disk.folder, 'it.state.db') });
      const first = await job.entrain('run', '--quiet');
      expect(first.code).toBe(3);
      expect(first.stderr).toMatch(/it\.state\.db \(the state of the job\): there is no space left/);
      expect(first.stderr).toContain('free some space');
      expect(first.stderr).toContain('"entrain run" continues from here');
      expectNoBug(first);
      expect(names().length).toBeGreaterThan(0);
      expect(names().length).toBeLessThan(USERS);
      disk.remount('size=64m');
      const second = await job.entrain('run', '--quiet');
      expect(second.stderr).toBe('');
      expect(second.code).toBe(0);
      expectAllOnce();
    },
  );

  test('is reported in one JSON document under --json, also where a size limit is what ends it', async () => {
    await setUp();
    // 512 blocks of 512 bytes, or of 1,024 where the shell counts so.
    const first = await limited('ulimit -f 640', 'run', '--json');
    expect(first.code).toBe(3);
    expect(JSON.parse(first.stdout)).toMatchObject({
      error: {
        code: 'EnvironmentError',
        exitCode: 3,
        hasBegun: true,
        cause: expect.stringMatching(/^SQLITE_/),
      },
    });
    expectNoBug(first);
    expect((await job.entrain('run', '--quiet')).code).toBe(0);
    expectAllOnce();
  });

  test.skipIf(!mayMount)(
    `fails the cycle of a daemon, which continues and does it at the next interval${NEEDS_MOUNT}`,
    async () => {
      disk = makeSmallDisk('512k');
      await setUp({ stateFile: join(disk.folder, 'it.state.db'), interval: '1s' });
      daemon = startDaemon(job);
      expect(await daemon.logs('the cycle ended early')).toMatchObject({
        level: 'error',
        job: 'it',
        msg: expect.stringMatching(/there is no space left.*free some space.*next interval/),
      });
      disk.remount('size=64m');
      await cycleEnds(daemon);
      expectAllOnce();
      expect((await daemon.stop()).code).toBe(0);
    },
  );
});

/** Waits until a cycle came to its end. */
const cycleEnds = async ({ logs }: DaemonProcess): Promise<void> => {
  for (let times = 1; ; times += 1)
    if ((await logs('the cycle ended', times)).msg === 'the cycle ended') return;
};

describe('a disk that is read-only', () => {
  test.skipIf(!mayMount)(
    `lets nothing be sent, with exit code 2, and can still be read${NEEDS_MOUNT}`,
    async () => {
      disk = makeSmallDisk('64m');
      await setUp({ stateFile: join(disk.folder, 'it.state.db') }, FEW);
      expect((await job.entrain('run', '--quiet')).code).toBe(0);
      const before = target.requests().length;
      disk.remount('ro');
      const run = await job.entrain('run');
      expect(run.code).toBe(2);
      expect(run.stderr).toMatch(/it\.state\.db.*read-only/);
      expectNoBug(run);
      expect(target.requests()).toHaveLength(before);
      for (const command of ['status', 'logs', 'plan']) {
        const read = await job.entrain(command);
        expect(read.code, `${command}: ${read.stderr}`).toBe(0);
      }
    },
  );

  test.skipIf(!mayMount)(`refuses files of reports with exit code 2${NEEDS_MOUNT}`, async () => {
    disk = makeSmallDisk('64m');
    await setUp({}, FEW);
    disk.remount('ro');
    const { folder } = disk;
    for (const args of [
      ['plan', '--html', join(folder, 'plan.html')],
      ['plan', '--out', join(folder, 'plan.json')],
      ['plan', '--markdown', join(folder, 'plan.md')],
      ['run', '--har', join(folder, 'run.har')],
      ['init', join(folder, 'new')],
    ]) {
      const refused = await job.entrain(...args);
      expect(refused.code, args.join(' ')).toBe(2);
      expectNoBug(refused);
    }
    expect(names()).toEqual([]);
  });
});

describe('a report on a disk without space', () => {
  test.skipIf(!mayMount)(
    `is told with the name of the file, and not left half-written${NEEDS_MOUNT}`,
    async () => {
      disk = makeSmallDisk('16k');
      await setUp();
      const { folder } = disk;
      for (const [option, file] of [
        ['--html', 'plan.html'],
        ['--out', 'plan.json'],
        ['--markdown', 'plan.md'],
      ] as const) {
        const plan = await job.entrain('plan', '--all', option, join(folder, file));
        expect(plan.code, option).toBe(2);
        expect(plan.stderr).toContain(`${file} (the file of ${option}): there is no space left`);
        expectNoBug(plan);
        expect(readdirSync(folder)).toEqual([]);
      }
    },
  );

  test.skipIf(!mayMount)(`does not stop a cycle from completing, and is reported${NEEDS_MOUNT}`, async () => {
    disk = makeSmallDisk('64k');
    await setUp();
    const { folder } = disk;
    const run = await job.entrain('run', '--har', join(folder, 'run.har'));
    expect(run.code).toBe(3);
    expect(run.stderr).toMatch(/run\.har does not hold all exchanges \(ENOSPC.*free some space/);
    expectAllOnce();
    const logs = await job.entrain('logs', '--csv', join(folder, 'log'));
    expect(logs.code).toBe(2);
    expect(logs.stderr).toContain('(the file of --csv): there is no space left');
    expectNoBug(logs);
  });

  test.skipIf(!existsSync('/dev/full'))('is reported where it is stdout', async () => {
    await setUp({}, FEW);
    const plan = await limited('exec 3>&1 >/dev/full', 'plan', '--json');
    expect(plan.code).toBe(2);
    expect(plan.stderr).toContain('there is no space left');
    expectNoBug(plan);
    const run = await limited('exec 3>&1 >/dev/full', 'run', '--json');
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('the output of the command');
    expectNoBug(run);
    expectAllOnce(FEW);
  });
});

describe('output whose reader has closed the pipe', () => {
  test('does not end a cycle', async () => {
    await setUp();
    const { child, ended } = job.start('run', '--all');
    child.stdout?.destroy();
    expect((await ended).code).toBe(0);
    expectAllOnce();
  });
});

describe('the scratch of a cycle', () => {
  test.skipIf(!mayMount)(`names the way to another folder when its disk is full${NEEDS_MOUNT}`, async () => {
    disk = makeSmallDisk('1m');
    await setUp({}, FEW);
    const script = `
      import { openScratch } from ${JSON.stringify(new URL('../../dist/io/stores/sqlite/scratch.js', import.meta.url).href)};
      const scratch = openScratch();
      for (let n = 0; n < 64; n += 1) scratch.append('queue', ['x'.repeat(1024 * 1024)]);
    `;
    const { stderr } = await new Promise<Run>((resolve) => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
        env: { ...process.env, SQLITE_TMPDIR: disk?.folder, TMPDIR: disk?.folder },
      });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      child.on('close', (code) => resolve({ code, stdout: '', stderr: said }));
    });
    expect(stderr).toMatch(/EnvironmentError.*there is no space left/s);
    expect(stderr).toContain('SQLITE_TMPDIR');
  });
});
