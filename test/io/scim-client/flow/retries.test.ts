import { expect, test } from 'vitest';
import type { HttpExchange } from '../../../../src/io/scim-client/record/http-exchange.ts';
import { sourceId } from '../../../../src/model/identifiers.ts';
import type { ReadRequest, WriteRequest } from '../../../../src/model/scim.ts';
import { fakeWorld } from '../../../support/fake-world.ts';
import { fakeTime, http, openClient, startRawTarget } from '../raw-target.ts';

const users: ReadRequest = { method: 'GET', path: '/Users', query: '', body: null };
const post: WriteRequest = { method: 'POST', path: '/Users', query: '', body: { userName: 'a' } };

test('a request that is put off waits as long as the target asks, and is sent again', async () => {
  const target = await startRawTarget((socket, { nth }) =>
    socket.write(nth === 0 ? http(429, '', ['Retry-After: 7']) : http(201, '{"id":"1"}')),
  );
  const time = fakeTime();
  const client = openClient(target.baseUrl, {}, { time, world: fakeWorld({ random: 0 }) });
  expect(await client.write(post)).toMatchObject({ kind: 'answer', status: 201, body: { id: '1' } });
  expect(time.naps).toEqual([7_000]);
  expect(client.requestCount()).toBe(2);
});

test('a target that puts off for ever is asked three times more, and its last word counts', async () => {
  const target = await startRawTarget((socket, { nth }) => socket.write(http(503, `{"detail":"${nth}"}`)));
  const time = fakeTime();
  const client = openClient(target.baseUrl, {}, { time, world: fakeWorld({ random: 0.5 }) });
  expect(await client.read(users)).toMatchObject({ status: 503, body: { detail: '3' } });
  expect(time.naps).toEqual([500, 1_000, 2_000]);
});

test('other failures are not sent again', async () => {
  const target = await startRawTarget((socket) => socket.write(http(500)));
  const time = fakeTime();
  await openClient(target.baseUrl, {}, { time }).write(post);
  expect([target.requests.length, time.naps.length]).toEqual([1, 0]);
});

test('a read on a connection just closed by the target is repeated on a new one', async () => {
  const target = await startRawTarget((socket, { nth }) => {
    if (nth === 1) socket.destroy();
    else socket.write(http(200, `{"n":${nth}}`));
  });
  const client = openClient(target.baseUrl, { concurrency: 1 });
  await client.read(users);
  expect(await client.read(users)).toMatchObject({ kind: 'answer', body: { n: 2 } });
  expect(client.requestCount()).toBe(3);
});

test('a write that meets a closed connection is not repeated: the target may have done it', async () => {
  const target = await startRawTarget((socket, { nth }) => {
    if (nth === 1) socket.destroy();
    else socket.write(http(200));
  });
  const client = openClient(target.baseUrl, { concurrency: 1 });
  await client.read(users);
  expect(await client.write(post)).toMatchObject({ kind: 'noAnswer', cause: 'reset' });
  expect(target.requests).toHaveLength(2);
});

test('a read whose new connection is reset, or whose answer breaks off, is not repeated', async () => {
  const target = await startRawTarget((socket, { nth }) => {
    if (nth === 0) socket.destroy();
    if (nth === 1) socket.write(http(200));
    if (nth === 2) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{');
  });
  const client = openClient(target.baseUrl, { concurrency: 1 });
  expect(await client.read(users)).toMatchObject({ cause: 'reset' });
  expect(await client.read(users)).toMatchObject({ status: 200 });
  expect(await client.read(users)).toMatchObject({ cause: 'reset' });
  expect(target.requests).toHaveLength(3);
});

test('a listener hears each exchange, retries included, until it stops listening', async () => {
  const target = await startRawTarget((socket, { nth }) => socket.write(http(nth === 0 ? 429 : 200)));
  const world = fakeWorld();
  const client = openClient(target.baseUrl, {}, { world, time: fakeTime(world.advance) });
  const heard: HttpExchange[] = [];
  const stop = client.onExchange((exchange) => heard.push(exchange));
  await client.read(users);
  stop();
  await client.read(users);
  expect(heard.map(({ answer }) => answer?.status)).toEqual([429, 200]);
  expect(heard.map(({ method, url }) => `${method} ${url}`)).toEqual(
    Array(2).fill(`GET ${target.baseUrl}/Users`),
  );
  expect(heard.map(({ startedAt }) => startedAt)).toEqual([
    '2026-01-01T00:00:00.000Z',
    '2026-01-01T00:00:00.500Z',
  ]);
});

test('a listener that asks for failures hears what was refused, got no answer, or is no SCIM, and whom it is about', async () => {
  const about = sourceId('u1');
  const target = await startRawTarget((socket, { nth }) => {
    if (nth === 0) socket.write(http(200, '{"totalResults":0}'));
    if (nth === 1) socket.write(http(200, '{"id":"1"}'));
    if (nth === 2) socket.write(http(201, '{"id":"1"}'));
    if (nth === 3) socket.write(http(201, '{}'));
    if (nth === 4) socket.write(http(404));
    if (nth === 5) socket.end();
  });
  const client = openClient(target.baseUrl, { concurrency: 1 });
  const heard: HttpExchange[] = [];
  client.onExchange((exchange) => heard.push(exchange), 'failed');
  await client.read(users, about);
  await client.read(users, about);
  await client.write(post, about);
  await client.write(post, about);
  await client.read({ ...users, path: '/Users/1' }, about);
  await client.write(post, about);
  expect(
    heard.map(({ method, answer, about: whom }) => [
      method,
      answer?.status ?? null,
      answer?.body ?? null,
      whom,
    ]),
  ).toEqual([
    ['GET', 200, '{"id":"1"}', about],
    ['POST', 201, '{}', about],
    ['GET', 404, '', about],
    ['POST', null, null, about],
  ]);
});

test('closing the client aborts pending requests, without retries', async () => {
  let close = (): void => {};
  const target = await startRawTarget((socket, { nth }) => {
    if (nth === 0) socket.write(http(200));
    else close();
  });
  const client = openClient(target.baseUrl, { concurrency: 1 });
  close = client.close;
  await client.read(users);
  expect(await client.read(users)).toMatchObject({ kind: 'noAnswer', cause: 'reset' });
  expect(target.requests).toHaveLength(2);
});

test('a request that waits to be sent again is given up when the client is closed meanwhile', async () => {
  const target = await startRawTarget((socket) => socket.write(http(503)));
  let close = (): void => {};
  const client = openClient(target.baseUrl, {}, { time: fakeTime(() => close()) });
  close = client.close;
  expect(await client.read(users)).toMatchObject({ kind: 'answer', status: 503 });
  expect(target.requests).toHaveLength(1);
});
