import { expect, test } from 'vitest';
import type { ReadRequest } from '../../../../src/model/scim.ts';
import { http, openClient, startRawTarget } from '../raw-target.ts';

const users: ReadRequest = { method: 'GET', path: '/Users', query: '', body: null };

test('an interim answer is ignored: the final one counts', async () => {
  const target = await startRawTarget((socket) =>
    socket.write(`HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${http(200, '{"id":"1"}')}`),
  );
  expect(await openClient(target.baseUrl).read(users)).toMatchObject({ status: 200, body: { id: '1' } });
});

test('an unsolicited answer is not taken for that to the next request', async () => {
  const target = await startRawTarget((socket, { nth }) => {
    socket.write(http(200, `{"n":${nth}}`));
    if (nth === 0) socket.write(http(200, '{"n":"forged"}'));
  });
  const client = openClient(target.baseUrl, { concurrency: 1 });
  const answers = await Promise.all([client.read(users), client.read(users)]);
  expect(answers.map((answer) => answer.kind === 'answer' && answer.body)).toEqual([{ n: 0 }, { n: 1 }]);
});

test('a connection that the target closes after its answer is reopened', async () => {
  const connections = new Set<number>();
  const target = await startRawTarget((socket, { connection }) => {
    connections.add(connection);
    socket.end(http(200, '{}', ['Connection: close']));
  });
  const client = openClient(target.baseUrl, { concurrency: 1 });
  for (let n = 0; n < 3; n += 1) expect(await client.read(users)).toMatchObject({ status: 200 });
  expect(connections.size).toBe(3);
});

test('after a timeout the next request gets a connection of its own', async () => {
  const target = await startRawTarget((socket, { nth }) => {
    if (nth > 0) socket.write(http(200));
  });
  const client = openClient(target.baseUrl, { concurrency: 1, timeoutMs: 60 });
  expect(await client.read(users)).toMatchObject({ cause: 'timeout' });
  expect(await client.read(users)).toMatchObject({ status: 200 });
});

test('requests that wait for a connection break off when the client is closed', async () => {
  let close = (): void => {};
  const target = await startRawTarget(() => close());
  const client = openClient(target.baseUrl, { concurrency: 1 });
  close = client.close;
  const answers = await Promise.all([client.read(users), client.read(users), client.read(users)]);
  expect(answers.map((answer) => answer.kind === 'noAnswer' && answer.cause)).toEqual(Array(3).fill('reset'));
  expect(target.requests).toHaveLength(1);
});
