import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HarEntry } from '../../../src/io/har/har-format.ts';
import { openHar } from '../../../src/io/har/har-writer.ts';
import type { HttpExchange } from '../../../src/io/scim-client/record/http-exchange.ts';
import { ConfigurationError } from '../../../src/model/errors.ts';
import type { ReadRequest, WriteRequest } from '../../../src/model/scim.ts';
import { hiddenNames } from '../../../src/scim/hide.ts';
import { credentials, startTokenEndpoint } from '../scim-client/auth/token-endpoint.ts';
import { http, openClient, type Reply, startRawTarget } from '../scim-client/raw-target.ts';
import { HAR } from './har-shape.ts';

const users: ReadRequest = { method: 'GET', path: '/Users', query: 'filter=a+eq+%22b%22', body: null };
const post: WriteRequest = {
  method: 'POST',
  path: '/Users',
  query: '',
  body: { userName: 'zoë', password: 'pass-5ecret' },
};

const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'entrain-har-')), 'it.har');
const open = (file: string) => openHar(file, { version: '1.2.3', isHidden: hiddenNames([]) });
const read = (file: string) => HAR.parse(JSON.parse(readFileSync(file, 'utf8'))).log;

/** The archive of what a client says to a target, as text and as it is read. */
const archiveOf = async (
  reply: Reply,
  talk: (client: ReturnType<typeof openClient>) => Promise<unknown>,
  given: Parameters<typeof openClient>[1] = {},
) => {
  const target = await startRawTarget(reply);
  const client = openClient(target.baseUrl, given);
  const file = newFile();
  const har = open(file);
  client.onExchange(har.add);
  await talk(client);
  expect(har.close()).toBeNull();
  const { entries } = read(file);
  return { target, entries: entries as unknown as readonly HarEntry[], text: readFileSync(file, 'utf8') };
};

test('an exchange is written down as it went over the wire, but for the credentials', async () => {
  const { target, entries } = await archiveOf(
    (socket) => socket.write(http(201, '{"id":"ü"}', ['Content-Type: application/scim+json'])),
    (client) => client.write(post),
  );
  const [sent] = target.requests;
  const [entry] = entries;
  expect(entry?.request).toMatchObject({
    method: 'POST',
    url: `${target.baseUrl}/Users`,
    postData: {
      mimeType: 'application/scim+json; charset=utf-8',
      text: '{"userName":"zoë","password":"***"}',
    },
    bodySize: Buffer.byteLength(sent?.body ?? ''),
  });
  expect(entry?.request.headers.map(({ name, value }) => `${name}: ${value}`).sort()).toEqual(
    sent?.headers.map((line) => line.replace(/^Authorization: .*/, 'Authorization: ***')).sort(),
  );
  expect(entry?.response).toMatchObject({
    status: 201,
    statusText: 'X',
    httpVersion: 'HTTP/1.1',
    headers: [
      { name: 'Content-Type', value: 'application/scim+json' },
      { name: 'Content-Length', value: '11' },
    ],
    content: { size: 11, mimeType: 'application/scim+json', text: '{"id":"ü"}' },
    bodySize: 11,
  });
  expect(entry?.startedDateTime).toBe('2026-01-01T00:00:00.000Z');
});

test('a query is kept as sent, and parsed', async () => {
  const { target, entries } = await archiveOf(
    (socket) => socket.write(http(200)),
    (client) => client.read(users),
  );
  expect(entries[0]?.request.url).toBe(`${target.baseUrl}/Users?filter=a+eq+%22b%22`);
  expect(entries[0]?.request.queryString).toEqual([{ name: 'filter', value: 'a eq "b"' }]);
});

test('each retry is an entry, and so is what got no answer, with the reason', async () => {
  const { entries } = await archiveOf(
    (socket, { nth }) => {
      if (nth === 0) socket.write(http(429));
      else socket.destroy();
    },
    (client) => client.write(post),
  );
  expect(entries.map(({ response: { status, _error } }) => [status, _error])).toEqual([
    [429, undefined],
    [0, 'reset: socket hang up'],
  ]);
});

test('a connection that is used again takes no time to be made', async () => {
  const { entries } = await archiveOf(
    (socket) => socket.write(http(200)),
    async (client) => {
      await client.read(users);
      await client.read(users);
    },
    { concurrency: 1 },
  );
  expect(entries.map(({ timings }) => timings.connect >= 0)).toEqual([true, false]);
});

test('no secret is in the file: not of the job, not a token, not what a target sends', async () => {
  const endpoint = await startTokenEndpoint();
  const { entries, text } = await archiveOf(
    (socket) =>
      socket.write(
        http(400, '{"detail":"T1 is bad, s3cret too","password":"pass-5ecret"}', ['Set-Cookie: sid=c00kie']),
      ),
    (client) => client.write(post),
    { auth: credentials(`${endpoint.baseUrl}/token`, { credentialLocation: 'body' }) },
  );
  expect(entries.map(({ request }) => `${request.method} ${new URL(request.url).pathname}`)).toEqual([
    'POST /token',
    'POST /Users',
  ]);
  expect(entries[0]?.request.postData?.text).toBe(
    'grant_type=client_credentials&client_id=cid&client_secret=***',
  );
  for (const secret of ['s3cret', 'T1', 'pass-5ecret', 'c00kie']) expect(text).not.toContain(secret);
});

const exchange = (url: string): HttpExchange => ({
  about: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  method: 'GET',
  url,
  requestHeaders: [],
  requestBody: null,
  answer: null,
  failure: { cause: 'timeout', message: 'no complete answer within 5 ms' },
  timings: { blockedMs: null, connectMs: null, waitMs: null, receiveMs: null },
});

test('the file is a whole document after each entry, however the program ends', () => {
  const file = newFile();
  const har = open(file);
  expect(read(file)).toEqual({
    version: '1.2',
    creator: { name: 'entrain', version: '1.2.3' },
    entries: [],
  });
  for (let n = 1; n <= 3; n += 1) {
    har.add(exchange(`http://host/é/${n}`));
    expect(read(file).entries.map(({ request }) => request.url.at(-1))).toHaveLength(n);
  }
  har.close();
  expect(read(file).entries.at(-1)?.request.url).toBe('http://host/é/3');
});

test('its owner alone can read the file, also where it was there before', () => {
  const file = newFile();
  writeFileSync(file, '', { mode: 0o644 });
  open(file).close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('an archive is written over, and nothing is left of a longer one', () => {
  const file = newFile();
  const before = open(file);
  before.add(exchange('http://host/old'));
  before.close();
  open(file).close();
  expect(read(file).entries).toEqual([]);
});

test('a file of another kind is not overwritten, and one that cannot be written is reported', () => {
  const file = newFile();
  writeFileSync(file, 'SQLite format 3');
  expect(() => open(file)).toThrow(/is not an HTTP Archive of entrain: it is not written over/);
  expect(readFileSync(file, 'utf8')).toBe('SQLite format 3');
  writeFileSync(file, '{"log":{"version":"1.2","creator":{"name":"Firefox"}}}');
  expect(() => open(file)).toThrow(/is not an HTTP Archive of entrain/);
  expect(() => open(join(file, 'below'))).toThrow(ConfigurationError);
});

test('a device is written to, entry by entry, and stays what it is', () => {
  const { mode } = statSync('/dev/null');
  const har = open('/dev/null');
  har.add(exchange('http://host/1'));
  expect(har.close()).toBeNull();
  expect(statSync('/dev/null').mode).toBe(mode);
});

test('an entry that cannot be written is reported at the end, without an interruption', () => {
  const file = newFile();
  const har = open(file);
  har.add(exchange('http://host/1'));
  har.add(null as unknown as HttpExchange);
  har.add(exchange('http://host/3'));
  expect(har.close()).toContain(`${file} does not hold all exchanges (`);
  expect(read(file).entries).toHaveLength(1);
});

test('a long body is cut, and says so', async () => {
  const { entries } = await archiveOf(
    (socket) => socket.write(http(200, 'x'.repeat(1024 * 1024 + 1))),
    (client) => client.read(users),
  );
  expect(entries[0]?.response.content).toMatchObject({
    size: 1024 * 1024 + 1,
    comment: 'the first 1048576 characters',
  });
  expect(entries[0]?.response.content.text).toHaveLength(1024 * 1024);
});
