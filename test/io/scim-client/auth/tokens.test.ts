import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ReadRequest, ScimResponse, WriteRequest } from '../../../../src/model/scim.ts';
import { failureOf } from '../../../../src/scim/answer.ts';
import { fakeWorld } from '../../../support/fake-world.ts';
import { fakeTime, http, openClient, type RawTarget, type Reply, startRawTarget } from '../raw-target.ts';
import { credentials, issued, startTokenEndpoint } from './token-endpoint.ts';

const users: ReadRequest = { method: 'GET', path: '/Users', query: '', body: null };
const post: WriteRequest = { method: 'POST', path: '/Users', query: '', body: { userName: 'a' } };

const tokensOf = ({ requests }: RawTarget): readonly (string | undefined)[] =>
  requests.map(({ headers }) =>
    headers.find((line) => line.startsWith('Authorization: '))?.slice('Authorization: Bearer '.length),
  );

const ok: Reply = (socket) => socket.write(http(200, '{}'));

/** A target and a token endpoint, and a client of both. */
const openLab = async ({
  target: reply = ok,
  endpoint: issue,
  ...given
}: {
  readonly target?: Reply;
  readonly endpoint?: Reply;
  readonly auth?: Parameters<typeof credentials>[1];
  readonly timeoutMs?: number;
} = {}) => {
  const [target, endpoint] = await Promise.all([startRawTarget(reply), startTokenEndpoint(issue)]);
  const world = fakeWorld();
  const time = fakeTime();
  const auth = credentials(`${endpoint.baseUrl}/token`, given.auth);
  const client = openClient(target.baseUrl, { auth, timeoutMs: given.timeoutMs ?? 20_000 }, { world, time });
  return { target, endpoint, client, world, time };
};

/** Refuses every token but these. */
const accepting =
  (...tokens: readonly string[]): Reply =>
  (socket, { request }) => {
    const isKnown = tokens.some((token) => request.headers.includes(`Authorization: Bearer ${token}`));
    socket.write(isKnown ? http(200, '{}') : http(401, '{}'));
  };

describe('the request for a token', () => {
  const [vector] = JSON.parse(
    readFileSync(new URL('../../../../fixtures/wire/auth.json', import.meta.url), 'utf8'),
  ) as [{ readonly id: string; readonly request: { readonly headers: Readonly<Record<string, string>> } }];

  test(`carries the credentials of the client in a header, byte for byte (${vector.id})`, async () => {
    const { client, endpoint, target } = await openLab();
    await client.read(users);
    const [request] = endpoint.requests;
    expect(request?.requestLine).toBe('POST /token HTTP/1.1');
    expect(request?.body).toBe('grant_type=client_credentials');
    expect(
      request?.headers.filter((line) => !/^(Host|Connection|Content-Length): /.test(line)).sort(),
    ).toEqual(
      Object.entries(vector.request.headers)
        .map(([name, value]) => `${name}: ${value}`)
        .sort(),
    );
    expect(tokensOf(target)).toEqual(['T1']);
  });

  test('carries them in header and form alike where the job says so', async () => {
    const { client, endpoint } = await openLab({ auth: { credentialLocation: 'both' } });
    await client.read(users);
    const [request] = endpoint.requests;
    expect(request?.body).toContain('client_id=');
    expect(request?.body).toContain('client_secret=');
    expect(request?.headers.some((line) => line.startsWith('Authorization: Basic '))).toBe(true);
  });

  test('carries them in the form instead, and the scope, where the job says so', async () => {
    const auth = { scope: 'a b', credentialLocation: 'body', clientSecret: 's&+é' } as const;
    const { client, endpoint } = await openLab({ auth });
    await client.read(users);
    const [request] = endpoint.requests;
    expect(request?.body).toBe(
      'grant_type=client_credentials&scope=a+b&client_id=cid&client_secret=s%26%2B%C3%A9',
    );
    expect(request?.headers.some((line) => line.startsWith('Authorization'))).toBe(false);
  });
});

describe('a token', () => {
  test('serves all requests, and is asked for once however many wait for it', async () => {
    const { client, endpoint, target } = await openLab();
    await Promise.all(Array.from({ length: 10 }, () => client.read(users)));
    await client.write(post);
    expect(endpoint.requests).toHaveLength(1);
    expect(new Set(tokensOf(target))).toEqual(new Set(['T1']));
    expect(client.requestCount()).toBe(11);
  });

  test('is renewed a minute before it ends, and not earlier', async () => {
    const { client, world, target } = await openLab();
    await client.read(users);
    world.advance(3_539_999);
    await client.read(users);
    world.advance(1);
    await client.read(users);
    expect(tokensOf(target)).toEqual(['T1', 'T1', 'T2']);
  });

  test('that lives shorter than two minutes is renewed at half its life', async () => {
    const { client, world, target } = await openLab({
      endpoint: (socket, { nth }) => socket.write(issued(`T${nth + 1}`, { expires_in: '20' })),
    });
    await client.read(users);
    world.advance(9_999);
    await client.read(users);
    world.advance(1);
    await client.read(users);
    expect(tokensOf(target)).toEqual(['T1', 'T1', 'T2']);
  });

  test('without a lifetime is used until it is refused', async () => {
    const { client, world, target } = await openLab({
      target: (socket, seen) => (seen.nth === 2 ? accepting()(socket, seen) : ok(socket, seen)),
      endpoint: (socket, { nth }) => socket.write(issued(`T${nth + 1}`, {})),
    });
    await client.read(users);
    world.advance(365 * 24 * 3_600_000);
    await client.read(users);
    expect(await client.write(post)).toMatchObject({ status: 200 });
    expect(tokensOf(target)).toEqual(['T1', 'T1', 'T1', 'T2']);
  });

  test('that cannot be renewed in time is used to its end', async () => {
    const { client, world, target } = await openLab({
      endpoint: (socket, { nth }) => socket.write(nth === 0 ? issued('T1') : http(500)),
    });
    await client.read(users);
    world.advance(3_550_000);
    expect(await client.read(users)).toMatchObject({ kind: 'answer', status: 200 });
    world.advance(50_000);
    expect(await client.read(users)).toMatchObject({ kind: 'noAnswer', cause: 'token' });
    expect(tokensOf(target)).toEqual(['T1', 'T1']);
  });
});

describe('a token that the target refuses', () => {
  test('is replaced, and the request repeated, also a write', async () => {
    const { client, target } = await openLab({ target: accepting('T2') });
    expect(await client.write(post)).toMatchObject({ kind: 'answer', status: 200 });
    expect(tokensOf(target)).toEqual(['T1', 'T2']);
    expect(client.requestCount()).toBe(2);
  });

  test('is replaced once for all requests that were refused with it', async () => {
    const { client, endpoint } = await openLab({ target: accepting('T2') });
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.read(users)));
    expect(answers).toEqual(answers.map(() => expect.objectContaining({ status: 200 })));
    expect(endpoint.requests).toHaveLength(2);
  });

  test('is not replaced for ever: where the new one is refused too, the endpoint is left alone for a minute', async () => {
    const { client, endpoint, target, world } = await openLab({ target: accepting('none') });
    for (let n = 0; n < 5; n += 1) expect(await client.read(users)).toMatchObject({ status: 401 });
    expect(endpoint.requests).toHaveLength(2);
    expect(target.requests).toHaveLength(6);
    world.advance(60_000);
    await client.read(users);
    expect(endpoint.requests).toHaveLength(3);
  });

  test('is replaced once for each request, however long the target takes to refuse it', async () => {
    const { client, target, world } = await openLab({
      target: (socket) => {
        world.advance(60_000);
        socket.write(http(401));
      },
    });
    expect(await client.write(post)).toMatchObject({ status: 401 });
    expect(tokensOf(target)).toEqual(['T1', 'T2']);
  });

  test('is replaced as often as tokens are accepted in between', async () => {
    const { client, target } = await openLab({
      target: (socket, { nth }) => socket.write(http(nth % 2 === 0 ? 200 : 401, '{}')),
    });
    for (let n = 0; n < 4; n += 1) await client.read(users);
    expect(tokensOf(target)).toEqual(['T1', 'T1', 'T2', 'T2', 'T3', 'T3', 'T4']);
  });

  test('that was written into the configuration has no replacement', async () => {
    const target = await startRawTarget((socket) => socket.write(http(401)));
    expect(await openClient(target.baseUrl).read(users)).toMatchObject({ status: 401 });
    expect(target.requests).toHaveLength(1);
  });
});

describe('a token endpoint', () => {
  const told = async (reply: Reply, timeoutMs?: number): Promise<ScimResponse> =>
    (await openLab({ endpoint: reply, ...(timeoutMs === undefined ? {} : { timeoutMs }) })).client.read(
      users,
    );

  test.for<[string, string, string]>([
    [
      'refuses the client',
      http(401, '{"error":"invalid_client","error_description":"no such secret: s3cret"}'),
      'answered 401: invalid_client, no such secret: ***',
    ],
    ['answers with a page', http(503, '<html>down'), 'answered 503: <html>down'],
    ['says nothing', http(200, ''), 'answered 200 without a JSON object'],
    ['issues nothing', http(200, '{"token":"x"}'), 'answered 200 without an access_token'],
    [
      'issues what no header takes',
      issued('a\nb'),
      'answered 200 with an access_token that does not fit into a header',
    ],
    [
      'issues another type of token',
      issued('T', { token_type: 'mac' }),
      'answered 200 with a token_type other than Bearer, which SCIM targets are not asked with',
    ],
    [
      'redirects',
      http(307, '', ['Location: https://other.example:444/x?code=1']),
      'answered 307, a redirect to other.example:444, which credentials do not follow',
    ],
  ])('that %s is reported so', async ([, bytes, fact]) => {
    const response = await told((socket) => socket.write(bytes));
    expect(response).toMatchObject({ kind: 'noAnswer', cause: 'token' });
    expect(response.kind === 'noAnswer' && response.message).toMatch(
      /^the token endpoint http:\/\/127\.0\.0\.1:\d+\/token answered/,
    );
    expect(response.kind === 'noAnswer' && response.message).toContain(fact);
    expect(JSON.stringify(response)).not.toContain('s3cret');
  });

  test('that does not answer is reported so', async () => {
    expect(await told((socket) => socket.destroy())).toMatchObject({
      cause: 'token',
      message: expect.stringContaining('/token gave no answer (reset)'),
    });
    expect(await told(() => {}, 60)).toMatchObject({
      message: expect.stringContaining('gave no answer (timeout): no complete answer within 60 ms'),
    });
  });

  test('is a failure of the credentials, with what to look at', async () => {
    const failure = failureOf(
      await told((socket) => socket.write(http(400, '{"error":"invalid_scope"}'))),
      'probe',
    );
    expect(failure.code).toBe('SystemForCrossDomainIdentityManagementInvalidCredentials');
    expect(failure.message).toMatch(
      /^The target could not be asked without an access token during the probing query \("the token endpoint .* answered 400: invalid_scope"\); check tokenUrl, clientId, clientSecret and scope/,
    );
  });

  test('that fails is not asked by every request, and the target not at all', async () => {
    const { client, endpoint, target, world } = await openLab({
      endpoint: (socket, { nth }) => socket.write(nth === 0 ? http(500) : issued('T')),
    });
    for (let n = 0; n < 5; n += 1) expect(await client.read(users)).toMatchObject({ cause: 'token' });
    expect([endpoint.requests.length, target.requests.length, client.requestCount()]).toEqual([1, 0, 0]);
    world.advance(5_000);
    expect(await client.read(users)).toMatchObject({ status: 200 });
  });

  test('that is busy is asked again as it wishes', async () => {
    const { client, time } = await openLab({
      endpoint: (socket, { nth }) =>
        socket.write(nth === 0 ? http(429, '', ['Retry-After: 3']) : issued('T')),
    });
    expect(await client.read(users)).toMatchObject({ status: 200 });
    expect(time.naps).toEqual([3_250]);
  });

  test('whose token the target echoes in an error leaves no trace of it', async () => {
    const { client } = await openLab({
      target: (socket) => socket.write(http(400, '{"detail":"bad token T0k3n"}')),
      endpoint: (socket) => socket.write(issued('T0k3n')),
    });
    expect(await client.read(users)).toMatchObject({ body: { detail: 'bad token ***' } });
  });
});
