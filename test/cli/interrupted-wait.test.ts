import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type BusyProxy, startBusyProxy } from '../support/busy-proxy.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { type DaemonProcess, startDaemon, usersUpTo } from './daemon-process.ts';

/** The endpoint asks to wait for longer than any test may take. */
const RETRY_AFTER_SECONDS = 1_800;
const USERS = 6;

let target: RunningTarget;
let proxy: BusyProxy;
let job: SpawnedJob;
let daemon: DaemonProcess | null = null;

const setUp = async (settings: JsonObject = {}, directory: JsonObject = usersUpTo(USERS)): Promise<void> => {
  job = await setUpJob({ tenantUrl: proxy.baseUrl, token: target.token, directory, target: settings });
};

beforeEach(async () => {
  target = await startTarget();
  proxy = await startBusyProxy(target.baseUrl, RETRY_AFTER_SECONDS);
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

/** Nothing failed, and nothing is kept for retry: the objects waited for are simply not done yet. */
const requireNothingFailed = async (): Promise<void> => {
  expect((await job.document('logs', '--status', 'failure')).json.value).toEqual([]);
  expect((await job.entrain('status')).stdout).toMatch(/failing +0 objects and 0 references/);
};

const requireAllDone = async (): Promise<void> => {
  proxy.busyAfter(null);
  expect(await job.document('run')).toMatchObject({ code: 0, json: { state: 'Succeeded' } });
  expect(names()).toHaveLength(USERS);
  expect(new Set(names()).size).toBe(USERS);
};

describe('a run whose endpoint asks it to wait for half an hour', () => {
  test.each([1, 8])(
    'ends with 130 on SIGTERM, and leaves those put off to the next run (%i at once)',
    async (concurrency) => {
      await setUp({ concurrency });
      proxy.busyAfter(2);
      const { child, ended } = job.start('run');
      await proxy.hasPutOff(1);
      child.kill('SIGTERM');
      const { code, stdout } = await ended;
      expect(code).toBe(130);
      expect(stdout).toContain('interrupted: the next run continues from here');
      expect(names()).toHaveLength(2);
      await requireNothingFailed();
      await requireAllDone();
    },
  );

  test('ends while the rate is what it waits for', async () => {
    await setUp({ requestsPerSecond: 0.001, concurrency: 1 });
    const { child, ended, says } = job.start('run');
    const asked = new Promise<void>((resolve) => {
      const look = (): void => (target.requests().length > 0 ? resolve() : void setImmediate(look));
      look();
    });
    // The probe has been asked, and the next request has its turn a quarter of an hour later.
    await asked;
    child.kill('SIGTERM');
    await says('Stopping');
    const { code } = await ended;
    expect([code, target.requests().length]).toEqual([130, 1]);
    await requireNothingFailed();
  });

  test('keeps what it has written of a membership change', async () => {
    const members = usersUpTo(USERS);
    await setUp(
      { dialect: { membersPerPatch: 1 }, concurrency: 1 },
      {
        ...members,
        groups: [
          {
            displayName: 'Crew',
            securityEnabled: true,
            members: (members.users as JsonObject[]).map(({ userPrincipalName }) =>
              String(userPrincipalName),
            ),
          },
        ],
        assignments: [{ principal: 'Crew' }],
      },
    );
    // All users, the group, and two of its members.
    proxy.busyAfter(USERS + 1 + 2);
    const { child, ended } = job.start('run');
    await proxy.hasPutOff(1);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(130);
    const before = target.requests().length;
    await requireNothingFailed();
    await requireAllDone();
    expect(target.resources('Group')[0]?.members).toHaveLength(USERS);
    const patches = target
      .requests()
      .slice(before)
      .filter(({ method }) => method === 'PATCH');
    expect(patches).toHaveLength(USERS - 2);
  });

  test('stops at once at the second signal', async () => {
    await setUp({ concurrency: 1, requestsPerSecond: 0 });
    proxy.busyAfter(0);
    const { child, ended } = job.start('run');
    await proxy.hasPutOff(1);
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    expect([130, null]).toContain((await ended).code);
    await requireAllDone();
  });
});

describe('a daemon whose endpoint asks it to wait for half an hour', () => {
  test('ends on SIGTERM, and the next one continues', async () => {
    await setUp({ concurrency: 2 });
    proxy.busyAfter(2);
    daemon = startDaemon(job);
    await proxy.hasPutOff(1);
    expect((await daemon.stop()).code).toBe(0);
    expect(daemon.log.map(({ msg }) => msg)).toContain(
      'the cycle was interrupted: the next one continues from here',
    );
    await requireNothingFailed();

    proxy.busyAfter(null);
    daemon = startDaemon(job);
    expect(await daemon.logs('the cycle ended')).toMatchObject({ state: 'Succeeded', create: USERS - 2 });
    expect((await daemon.stop()).code).toBe(0);
    expect(names()).toHaveLength(USERS);
  });
});
