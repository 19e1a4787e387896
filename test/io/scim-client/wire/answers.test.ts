import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTooDeep, MAX_DEPTH } from '../../../../src/model/json.ts';
import type { ReadRequest } from '../../../../src/model/scim.ts';
import { http, openClient, startRawTarget } from '../raw-target.ts';

const users: ReadRequest = { method: 'GET', path: '/Users', query: '', body: null };

/** What a client makes of an answer with these bytes. */
const answerTo = async (bytes: string | Buffer): Promise<unknown> => {
  const target = await startRawTarget((socket) => socket.write(bytes));
  return openClient(target.baseUrl).read(users);
};

test('a JSON body is parsed, with or without a byte order mark and whatever its content type says', async () => {
  expect(
    await answerTo(http(200, '\ufeff{"id":"ü","n":[1,null]}', ['Content-Type: text/plain'])),
  ).toMatchObject({
    kind: 'answer',
    status: 200,
    body: { id: 'ü', n: [1, null] },
    text: null,
    contentType: 'text/plain',
    retryAfterMs: null,
  });
});

test('an empty body is null, and one that is not JSON is undefined with its first 1,000 characters', async () => {
  expect(await answerTo(http(200, ' \n'))).toMatchObject({ body: null, text: null, contentType: null });
  const page = `<html>${'x'.repeat(5_000)}`;
  expect(await answerTo(http(200, page))).toMatchObject({ body: undefined, text: page.slice(0, 1_000) });
});

test('every status is an answer', async () => {
  for (const status of [199 + 1, 304, 404, 418, 500, 599]) {
    expect(await answerTo(http(status, ''))).toMatchObject({ kind: 'answer', status });
  }
});

test('a compressed body is read, although none was asked for', async () => {
  const body = gzipSync('{"id":"1"}');
  const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`;
  expect(await answerTo(Buffer.concat([Buffer.from(head), body]))).toMatchObject({ body: { id: '1' } });
});

test('credentials that the target echoes into an error or a page are taken out of it', async () => {
  expect(await answerTo(http(401, '{"detail":"Bearer tok-5ecret is wrong"}'))).toMatchObject({
    body: { detail: 'Bearer *** is wrong' },
  });
  expect(await answerTo(http(200, `${'.'.repeat(995)}tok-5ecret`))).toMatchObject({
    text: `${'.'.repeat(995)}***`,
  });
});

test('credentials that the target echoes into a resource are taken out of its values, and the rest of it stays', async () => {
  const body =
    '{"id":"7","nickName":"x TOK-5ecret","emails":[{"value":"tok%2D5ecret@contoso.com"}],"tok-5ecret":1}';
  expect(await answerTo(http(200, body))).toMatchObject({
    body: { id: '7', nickName: 'x ***', emails: [{ value: '***@contoso.com' }], '***': 1 },
  });
});

test('a body that is nested too deep to be walked is not taken for JSON', async () => {
  const nested = (depth: number): string => `${'['.repeat(depth)}"]"${']'.repeat(depth)}`;
  expect(await answerTo(http(200, nested(MAX_DEPTH)))).toMatchObject({ body: [expect.any(Array)] });
  expect(await answerTo(http(200, nested(MAX_DEPTH + 1)))).toMatchObject({ body: undefined });
  expect(await answerTo(http(200, nested(2_000_000)))).toMatchObject({ body: undefined });
  const brackets = JSON.stringify({ nickName: `\\"${'['.repeat(5_000)}` });
  expect(await answerTo(http(200, brackets))).toMatchObject({ body: JSON.parse(brackets) });
});

test('depth equals that of a parser', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat({ max: 2 * MAX_DEPTH }), (value, more) => {
      const text = `${'['.repeat(more)}${JSON.stringify(value)}${']'.repeat(more)}`;
      expect(isTooDeep(text)).toBe(depthOf(value) + more > MAX_DEPTH);
    }),
  );
});
