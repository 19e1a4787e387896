import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_DIALECT, type PatchDialect } from '../../../../src/model/dialect.ts';
import type { ReadRequest, WriteRequest } from '../../../../src/model/scim.ts';
import { failureOf } from '../../../../src/scim/answer.ts';
import { http, openClient, startRawTarget } from '../raw-target.ts';

const get = (path: string, query = ''): ReadRequest => ({ method: 'GET', path, query, body: null });
const post: WriteRequest = { method: 'POST', path: '/Users', query: '', body: { userName: 'noör' } };

/** Header lines without `Host`, whose port differs, sorted. */
const linesOf = (headers: readonly string[]): readonly string[] =>
  headers.filter((line) => !line.startsWith('Host: ')).sort();

test('a read carries the token and nothing that the service does not send', async () => {
  const target = await startRawTarget((socket) => socket.write(http(200)));
  await openClient(target.baseUrl).read(get('/Users'));
  const [request] = target.requests;
  expect(request?.requestLine).toBe('GET /Users HTTP/1.1');
  expect(linesOf(request?.headers ?? [])).toEqual([
    'Authorization: Bearer tok-5ecret',
    'Connection: keep-alive',
  ]);
  expect(request?.headers).toContain(`Host: ${target.baseUrl.slice('http://'.length)}`);
});

test('a write carries compact JSON and says that it is SCIM', async () => {
  const target = await startRawTarget((socket) => socket.write(http(201)));
  await openClient(target.baseUrl).write(post);
  const [request] = target.requests;
  expect(request?.body).toBe('{"userName":"noör"}');
  expect(linesOf(request?.headers ?? [])).toEqual([
    'Authorization: Bearer tok-5ecret',
    'Connection: keep-alive',
    'Content-Length: 20',
    'Content-Type: application/scim+json; charset=utf-8',
  ]);
});

test('a delete has no body and no content type', async () => {
  const target = await startRawTarget((socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'));
  const response = await openClient(target.baseUrl).write({
    method: 'DELETE',
    path: '/Users/1',
    query: '',
    body: null,
  });
  expect(response).toMatchObject({ kind: 'answer', status: 204, body: null, text: null });
  expect(linesOf(target.requests[0]?.headers ?? [])).toEqual([
    'Authorization: Bearer tok-5ecret',
    'Connection: keep-alive',
  ]);
});

test('basic credentials, an Accept header and a base path are sent where the job has them', async () => {
  const target = await startRawTarget((socket) => socket.write(http(200)));
  const client = openClient(`${target.baseUrl}/tenants/42/scim`, {
    auth: { type: 'basic', username: 'zoë', password: 'p:w' },
    dialect: { ...DEFAULT_DIALECT, sendAccept: true },
  });
  await client.read(get('/Users'));
  expect(target.requests[0]?.requestLine).toBe('GET /tenants/42/scim/Users HTTP/1.1');
  expect(target.requests[0]?.headers).toEqual(
    expect.arrayContaining([
      `Authorization: Basic ${Buffer.from('zoë:p:w').toString('base64')}`,
      'Accept: application/scim+json',
    ]),
  );
});

test('path and query reach the wire byte for byte, whatever an URL parser would make of them', async () => {
  const target = await startRawTarget((socket) => socket.write(http(200)));
  const client = openClient(`${target.baseUrl}/scim`);
  const printable = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(printable, printable, async (path, query) => {
      await client.read(get(`/${path}`, query));
      expect(target.requests.at(-1)?.requestLine).toBe(`GET /scim/${path}?${query} HTTP/1.1`);
    }),
    {
      numRuns: 60,
      examples: [
        ['Users', `filter=userName+eq+%22o%27neil%2bx%40contoso.com%22`],
        ['Users/../Groups/.', `a=%7e~'"|^\`{}<>#%zz`],
      ],
    },
  );
});

test('a request line that HTTP cannot carry is not sent', async () => {
  const target = await startRawTarget((socket) => socket.write(http(200)));
  const response = await openClient(target.baseUrl).read(get('/Users', 'filter=a b\r\nX: y'));
  expect(response).toMatchObject({ kind: 'noAnswer', cause: 'protocol' });
  expect(target.requests).toHaveLength(0);
});

test('connections are reused, and never exceed the limit of concurrent requests', async () => {
  let most = 0;
  const target = await startRawTarget((socket, { connection }) => {
    most = Math.max(most, connection + 1);
    setImmediate(() => socket.write(http(200)));
  });
  const client = openClient(target.baseUrl, { concurrency: 3 });
  await Promise.all(Array.from({ length: 30 }, () => client.read(get('/Users'))));
  expect(target.requests).toHaveLength(30);
  expect(most).toBeLessThanOrEqual(3);
});

test.for<[number, string, string]>([
  [302, 'https://evil.example:8443/steal?token=1', 'evil.example:8443'],
  [307, '//evil.example/x', 'evil.example'],
  [308, '/elsewhere', 'itself'],
])('a redirect %i to %s is an answer, and is not followed', async ([status, location, host]) => {
  const target = await startRawTarget((socket) => socket.write(http(status, '', [`Location: ${location}`])));
  const response = await openClient(target.baseUrl).read(get('/Users'));
  const redirectHost = host === 'itself' ? new URL(target.baseUrl).host : host;
  expect(response).toMatchObject({ kind: 'answer', status, redirectHost });
  expect(failureOf(response, 'find').message).toContain(
    `answered ${status} to the matching query, a redirect to ${redirectHost}, which is not followed`,
  );
  expect(target.requests).toHaveLength(1);
});

test('an invalid location, or one without a redirect, is ignored', async () => {
  for (const [status, location] of [
    [302, 'http://[/'],
    [201, 'https://other.example/Users/1'],
  ] as const) {
    const target = await startRawTarget((socket) =>
      socket.write(http(status, '', [`Location: ${location}`])),
    );
    expect(await openClient(target.baseUrl).read(get('/Users'))).not.toHaveProperty('redirectHost');
  }
});

test('the private header ADSCIMVersion is sent where the dialect has a value for it', async () => {
  const target = await startRawTarget((socket) => socket.write(http(200)));
  const dialect = { ...DEFAULT_DIALECT, adScimVersion: '5.0' };
  await openClient(target.baseUrl, { dialect }).read(get('/Users'));
  expect(target.requests[0]?.headers).toContain('ADSCIMVersion: 5.0');
});

test.for<[PatchDialect, string, string]>([
  ['aadOptscim062020', '', '/Users?aadOptscim062020'],
  ['aadOptscim062020', 'filter=a+eq+%22b%22', '/Users?aadOptscim062020&filter=a+eq+%22b%22'],
  ['legacy', 'filter=a', '/Users?filter=a'],
])('where the flag is to travel, %s with query "%s" asks for %s', async ([patch, query, target]) => {
  const { requests, baseUrl } = await startRawTarget((socket) => socket.write(http(200)));
  const dialect = { ...DEFAULT_DIALECT, patch, sendFlagInUrl: true };
  await openClient(baseUrl, { dialect }).read(get('/Users', query));
  expect(requests[0]?.requestLine).toBe(`GET ${target} HTTP/1.1`);
});

test('proxies of the environment are ignored', async () => {
  const proxy = await startRawTarget((socket) => socket.write(http(502)));
  const target = await startRawTarget((socket) => socket.write(http(200)));
  const before = process.env.http_proxy;
  process.env.http_proxy = proxy.baseUrl;
  try {
    await openClient(target.baseUrl).read(get('/Users'));
  } finally {
    if (before === undefined) delete process.env.http_proxy;
    else process.env.http_proxy = before;
  }
  expect([proxy.requests.length, target.requests.length]).toEqual([0, 1]);
});
