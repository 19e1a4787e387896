import { expect, test } from 'vitest';
import type { ElapsedTime } from '../../../../src/io/scim-client/flow/elapsed-time.ts';
import { DEFAULT_DIALECT } from '../../../../src/model/dialect.ts';
import type { ReadRequest } from '../../../../src/model/scim.ts';
import { fakeWorld } from '../../../support/fake-world.ts';
import { fakeTime, http, openClient, type Reply, startRawTarget } from '../raw-target.ts';

const users: ReadRequest = { method: 'GET', path: '/Users', query: '', body: null };
const busy = (seconds: number): string => http(429, '', [`Retry-After: ${seconds}`]);

/** Time that is advanced by hand and wakes sleepers. */
const stoppedTime = () => {
  let now = 0;
  let sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  let waiting: { readonly count: number; readonly resolve: () => void } | null = null;
  const time: ElapsedTime = {
    nowMs: () => now,
    sleep: (ms) =>
      new Promise<void>((wake) => {
        sleepers.push({ until: now + ms, wake });
        if (sleepers.length === waiting?.count) waiting.resolve();
      }),
  };
  return {
    time,
    /** Resolves when so many sleep at once. */
    asleep: (count: number): Promise<void> =>
      new Promise((resolve) => {
        waiting = { count, resolve };
        if (sleepers.length === count) resolve();
      }),
    goTo: (ms: number): void => {
      now = ms;
      const due = sleepers.filter(({ until }) => until <= now);
      sleepers = sleepers.filter(({ until }) => until > now);
      for (const { wake } of due) wake();
    },
  };
};

test('a Retry-After holds back every request, not only the one that was answered with it', async () => {
  const target = await startRawTarget((socket, { nth }) =>
    socket.write(nth === 0 ? busy(10) : http(200, '{}')),
  );
  const { time, asleep, goTo } = stoppedTime();
  const client = openClient(target.baseUrl, {}, { time, world: fakeWorld({ random: 0 }) });
  const first = client.read(users);
  await asleep(1);
  const others = [client.read(users), client.read(users)];
  await asleep(3);
  goTo(9_999);
  expect(target.requests).toHaveLength(1);
  goTo(10_000);
  await others[0];
  await asleep(2);
  goTo(11_000);
  expect(await Promise.all([first, ...others])).toEqual(
    Array(3).fill(expect.objectContaining({ status: 200 })),
  );
  expect(target.requests).toHaveLength(4);
});

test('a request that waited for the job’s own limit meets the pause that began meanwhile', async () => {
  const target = await startRawTarget((socket, { nth }) =>
    socket.write(nth === 1 ? busy(10) : http(200, '{}')),
  );
  const { time, asleep, goTo } = stoppedTime();
  const client = openClient(target.baseUrl, { requestsPerSecond: 2 }, { time });
  // The HTTP client is loaded with the first request.
  await client.read(users);
  const both = [client.read(users), client.read(users)];
  await asleep(2);
  expect(target.requests).toHaveLength(2);
  goTo(20_000);
  await both[1];
  goTo(30_000);
  await both[0];
  expect(target.requests).toHaveLength(4);
});

test('a delayed request is not sent after the client is closed', async () => {
  const target = await startRawTarget((socket) => socket.write(busy(10)));
  const { time, asleep, goTo } = stoppedTime();
  const client = openClient(target.baseUrl, {}, { time });
  void client.read(users);
  await asleep(1);
  const heldBack = client.read(users);
  await asleep(2);
  client.close();
  goTo(30_000);
  expect(await heldBack).toMatchObject({ kind: 'noAnswer', message: 'the client was closed' });
  expect(target.requests).toHaveLength(1);
});

/** When requests, one after another, reached a target, by the clock of the client. */
const arrivals = async (reply: Reply, count: number, honourRetryAfter = true): Promise<readonly number[]> => {
  const time = fakeTime();
  const at: number[] = [];
  const target = await startRawTarget((socket, seen) => {
    at.push(time.nowMs());
    reply(socket, seen);
  });
  const dialect = { ...DEFAULT_DIALECT, honourRetryAfter };
  const client = openClient(target.baseUrl, { dialect }, { time, world: fakeWorld({ random: 0 }) });
  for (let n = 0; n < count; n += 1) await client.read(users);
  return at;
};

const gaps = (at: readonly number[]): readonly number[] =>
  at.slice(1).map((instant, index) => instant - (at[index] as number));

test('after a 429 requests follow each other at half the pace, and faster with each that succeeds', async () => {
  const at = await arrivals((socket, { nth }) => socket.write(nth === 0 ? busy(2) : http(200)), 8);
  expect(at).toHaveLength(9);
  const [pause, ...rest] = gaps(at);
  expect(pause).toBe(2_000);
  expect(rest[0]).toBe(80);
  expect(rest).toEqual([...rest].sort((a, b) => b - a));
  expect(rest.at(-1)).toBeLessThan(78);
});

test('a 503 that names a wait holds requests back, and does not slow them down', async () => {
  const at = await arrivals(
    (socket, { nth }) => socket.write(nth === 0 ? http(503, '', ['Retry-After: 4']) : http(200)),
    4,
  );
  expect(gaps(at)).toEqual([4_000, 0, 0, 0]);
});

test('a job that ignores Retry-After waits as without it, and slows down', async () => {
  const at = await arrivals((socket, { nth }) => socket.write(nth === 0 ? busy(20) : http(200)), 3, false);
  expect(gaps(at)).toEqual([250, 80, expect.closeTo(80, 0)]);
});

test('a client adapts to a target of five requests a second until it accepts all', async () => {
  const window: number[] = [];
  const time = fakeTime();
  let refused = 0;
  const target = await startRawTarget((socket) => {
    const now = time.nowMs();
    while (window.length > 0 && now - (window[0] as number) >= 1_000) window.shift();
    const isTooMuch = window.length >= 5;
    if (isTooMuch) refused += 1;
    else window.push(now);
    socket.write(isTooMuch ? http(429) : http(200, '{}'));
  });
  const client = openClient(target.baseUrl, {}, { time, world: fakeWorld({ random: 0.5 }) });
  const answers: number[] = [];
  for (let n = 0; n < 200; n += 1) {
    const response = await client.read(users);
    answers.push(response.kind === 'answer' ? response.status : 0);
  }
  expect(answers.filter((status) => status !== 200)).toEqual([]);
  expect(client.requestCount()).toBe(200 + refused);
  expect(refused).toBeLessThan(40);
  expect(time.nowMs()).toBeGreaterThan(38_000);
});
