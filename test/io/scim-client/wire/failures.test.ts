import https from 'node:https';
import net from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import type { ReadRequest, ScimResponse, WriteRequest } from '../../../../src/model/scim.ts';
import { http, openClient, type Reply, startRawTarget } from '../raw-target.ts';
import { cert, key } from '../self-signed.ts';

const users: ReadRequest = { method: 'GET', path: '/Users', query: '', body: null };
const post: WriteRequest = { method: 'POST', path: '/Users', query: '', body: { userName: 'a' } };
const MIB = 1024 * 1024;

const read = async (reply: Reply, timeoutMs = 20_000): Promise<ScimResponse> => {
  const target = await startRawTarget(reply);
  return openClient(target.baseUrl, { timeoutMs }).read(users);
};

const listen = async (
  server: net.Server,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

test('no listener: refused', async () => {
  const { port, close } = await listen(net.createServer());
  await close();
  expect(await openClient(`http://127.0.0.1:${port}`).read(users)).toMatchObject({
    kind: 'noAnswer',
    cause: 'refused',
    message: `connect ECONNREFUSED 127.0.0.1:${port}`,
  });
});

test('a connection that is closed instead of an answer, in its head, or in mid-body: reset', async () => {
  expect(await read((socket) => socket.destroy())).toMatchObject({ kind: 'noAnswer', cause: 'reset' });
  expect(await read((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'))).toMatchObject({ cause: 'reset' });
  const cut = 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"id":';
  expect(await read((socket) => socket.end(cut))).toMatchObject({ cause: 'reset' });
  const zipped = gzipSync('{"id":"1"}').subarray(0, 12);
  const head = 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 50\r\n\r\n';
  expect(await read((socket) => socket.end(Buffer.concat([Buffer.from(head), zipped])))).toMatchObject({
    cause: 'reset',
  });
});

test.for<[string, Reply]>([
  ['says nothing', () => {}],
  ['stalls in the head', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-')],
  ['stalls in mid-body', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"id":')],
  [
    'stalls in a compressed body',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 50\r\n\r\n');
      socket.write(gzipSync('{"id":"1"}').subarray(0, 12));
    },
  ],
  [
    'keeps sending a byte now and then',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const drip = setInterval(() => socket.write('1\r\n \r\n'), 10);
      socket.once('close', () => clearInterval(drip));
    },
  ],
])('a target that %s: timeout, and the connection is given up', async ([, reply]) => {
  const sockets: net.Socket[] = [];
  const closed: Promise<void>[] = [];
  const response = await read((socket, seen) => {
    sockets.push(socket);
    closed.push(new Promise((resolve) => socket.once('close', () => resolve())));
    reply(socket, seen);
  }, 80);
  expect(response).toMatchObject({
    kind: 'noAnswer',
    cause: 'timeout',
    message: 'no complete answer within 80 ms',
  });
  await Promise.all(closed);
  expect(sockets.every((socket) => socket.destroyed)).toBe(true);
});

test('time that a request waits for a free connection is not held against the target', async () => {
  let answer = (): unknown => undefined;
  let onAsked = (): void => {};
  let asked = new Promise<void>((resolve) => (onAsked = resolve));
  const target = await startRawTarget((socket) => {
    answer = () => socket.write(http(200));
    onAsked();
  });
  const client = openClient(target.baseUrl, { concurrency: 1, timeoutMs: 60_000 });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    const responses = Promise.all([client.read(users), client.read(users)]);
    // Each takes two thirds of its time, so the second ends after its limit where the wait counts.
    for (let request = 0; request < 2; request += 1) {
      await asked;
      asked = new Promise((resolve) => (onAsked = resolve));
      vi.advanceTimersByTime(40_000);
      answer();
    }
    expect((await responses).map(({ kind }) => kind)).toEqual(['answer', 'answer']);
  } finally {
    vi.useRealTimers();
  }
});

test('an endless body: too large, plain or compressed', async () => {
  const chunk = `${MIB.toString(16)}\r\n${' '.repeat(MIB)}\r\n`;
  const endless: Reply = (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk));
      if (!socket.destroyed) socket.once('drain', more);
    };
    more();
  };
  expect(await read(endless)).toMatchObject({
    kind: 'noAnswer',
    cause: 'tooLarge',
    message: 'the body of the answer is larger than 16 MiB',
  });
  const blown = Buffer.alloc(17 * MIB);
  for (const [encoding, bomb] of [
    ['gzip', gzipSync(blown)],
    ['deflate', deflateSync(blown)],
    ['br', brotliCompressSync(blown, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ] as const) {
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${bomb.length}\r\n\r\n`;
    expect(await read((socket) => socket.write(Buffer.concat([Buffer.from(head), bomb])))).toMatchObject({
      cause: 'tooLarge',
    });
  }
});

test('a request that is too large is not sent', async () => {
  const target = await startRawTarget((socket) => socket.write(http(201)));
  const response = await openClient(target.baseUrl).write({ ...post, body: { x: 'y'.repeat(16 * MIB) } });
  expect(response).toMatchObject({ kind: 'noAnswer', cause: 'tooLarge' });
  expect(target.requests).toHaveLength(0);
});

test('an answer that is not HTTP, or compressed wrongly: protocol', async () => {
  expect(await read((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n'))).toMatchObject({
    cause: 'protocol',
  });
  const head = ['Content-Encoding: gzip'];
  expect(await read((socket) => socket.write(http(200, 'not gzip at all', head)))).toMatchObject({
    cause: 'protocol',
  });
});

test('a head without end: too large', async () => {
  const response = await read((socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(100_000)}\r\n`));
  expect(response).toMatchObject({ kind: 'noAnswer', cause: 'tooLarge' });
});

test('an untrusted certificate is refused, and no token is sent', async () => {
  let requests = 0;
  const server = https.createServer({ key, cert }, (_request, response) => {
    requests += 1;
    response.end();
  });
  const { port, close } = await listen(server);
  const client = openClient(`https://localhost:${port}`);
  expect(await client.read(users)).toMatchObject({ kind: 'noAnswer', cause: 'tls' });
  expect(requests).toBe(0);
  await close();
});

test('https to a port that speaks plain HTTP: tls', async () => {
  const { port, close } = await listen(net.createServer((socket) => socket.resume().end(http(400))));
  expect(await openClient(`https://127.0.0.1:${port}`).read(users)).toMatchObject({
    kind: 'noAnswer',
    cause: 'tls',
  });
  await close();
});

test('a token that no header can carry fails without being told', async () => {
  const target = await startRawTarget((socket) => socket.write(http(200)));
  const auth = { type: 'bearer', secretToken: 'line\nbreak' } as const;
  const response = await openClient(target.baseUrl, { auth }).read(users);
  expect(response).toMatchObject({ kind: 'noAnswer', cause: 'protocol' });
  expect(JSON.stringify(response)).not.toContain('break');
});
