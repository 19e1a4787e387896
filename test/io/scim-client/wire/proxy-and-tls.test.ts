import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { HttpExchange } from '../../../../src/io/scim-client/record/http-exchange.ts';
import { createLocalTransport } from '../../../../src/io/scim-client/wire/local-transport.ts';
import { openThreadedTransport } from '../../../../src/io/scim-client/wire/threaded-transport.ts';
import type { Destination, Transport } from '../../../../src/io/scim-client/wire/transport.ts';
import type { ReadRequest } from '../../../../src/model/scim.ts';
import { failureOf } from '../../../../src/scim/answer.ts';
import {
  type Certificates,
  hasOpenssl,
  makeCertificates,
  NEEDS_OPENSSL,
} from '../../../support/certificates.ts';
import { type ConnectProxy, startConnectProxy, type Verdict } from '../../../support/connect-proxy.ts';
import { credentials, startTokenEndpoint } from '../auth/token-endpoint.ts';
import { http, openClient, startRawTarget } from '../raw-target.ts';

const BUILT = new URL('../../../../dist/io/scim-client/wire/transport-thread.js', import.meta.url);
const users: ReadRequest = { method: 'GET', path: '/Users', query: '', body: null };

const proxies: ConnectProxy[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop();
});
const startProxy = async (...given: Parameters<typeof startConnectProxy>): Promise<ConnectProxy> => {
  const proxy = await startConnectProxy(...given);
  proxies.push(proxy);
  return proxy;
};

const ok = (seen: string[]): Promise<{ readonly baseUrl: string }> =>
  startRawTarget((socket, { request }) => {
    seen.push([request.requestLine, ...request.headers].join('\n'));
    socket.write(http(200, '{}'));
  });

describe('a proxy', () => {
  test('opens one tunnel a connection, through which requests go as they would without it', async () => {
    const direct: string[] = [];
    const tunnelled: string[] = [];
    const proxy = await startProxy();
    const one = await ok(direct);
    const other = await ok(tunnelled);
    for (const client of [openClient(one.baseUrl), openClient(other.baseUrl, { proxy: proxy.url })])
      for (let n = 0; n < 3; n += 1) expect(await client.read(users)).toMatchObject({ status: 200 });
    expect(proxy.requests).toEqual([{ authority: other.baseUrl.slice('http://'.length) }]);
    const withoutPort = (texts: readonly string[]) => texts.map((text) => text.replace(/127\S+/, 'HOST'));
    expect(withoutPort(tunnelled)).toEqual(withoutPort(direct));
  });

  test('receives user name and password, and no other host does', async () => {
    const seen: string[] = [];
    const proxy = await startProxy();
    const target = await ok(seen);
    const url = proxy.url.replace('//', '//sc%40im:pa55%3Aof-a-proxy@');
    const client = openClient(target.baseUrl, { proxy: url });
    const exchanges: HttpExchange[] = [];
    client.onExchange((exchange) => exchanges.push(exchange));
    await client.read(users);
    const basic = Buffer.from('sc@im:pa55:of-a-proxy').toString('base64');
    expect(proxy.requests[0]?.authorization).toBe(`Basic ${basic}`);
    expect(`${seen}${JSON.stringify(exchanges)}`).not.toMatch(new RegExp(`${basic}|pa55|proxy`, 'i'));
    expect(exchanges).toHaveLength(1);
  });

  test('of the token endpoint is its own', async () => {
    const tokens = await startTokenEndpoint();
    const target = await ok([]);
    const proxy = await startProxy();
    const auth = credentials(`${tokens.baseUrl}/token`);
    const client = openClient(target.baseUrl, { auth, tokenProxy: proxy.url });
    expect(await client.read(users)).toMatchObject({ status: 200 });
    expect(proxy.requests.map(({ authority }) => authority)).toEqual([
      tokens.baseUrl.slice('http://'.length),
    ]);
  });

  test.for<[Exclude<ReturnType<Verdict>, null | 'silence'>, string, RegExp]>([
    [407, '', /answered CONNECT 127\S+ with 407 Proxy Authentication Required: it asks for a user name/],
    [
      407,
      'scim:a-wrong-password@',
      /with 407 Proxy Authentication Required: it does not accept the user name/,
    ],
    [502, '', /answered CONNECT 127\S+ with 502 Bad Gateway/],
    [403, '', /with 403 Forbidden/],
  ])(
    'that answers %i is named, with the way out, and the target is not asked',
    async ([status, user, said]) => {
      const seen: string[] = [];
      const target = await ok(seen);
      const proxy = await startProxy(() => status);
      const client = openClient(target.baseUrl, { proxy: proxy.url.replace('//', `//${user}`) });
      const response = await client.read(users);
      expect(response).toMatchObject({ cause: 'proxy', message: expect.stringMatching(said) });
      const { message } = failureOf(response, 'probe');
      expect(message).toContain(`the proxy localhost:${proxy.port} answered`);
      expect(message).toMatch(/through the proxy.*target\.proxy.*HTTPS_PROXY.*NO_PROXY.*none/s);
      expect(message).not.toContain('a-wrong-password');
      expect(seen).toEqual([]);
    },
  );

  test('that refuses once does not keep the next request from the target', async () => {
    const target = await ok([]);
    const proxy = await startProxy((_, nth) => (nth === 0 ? 503 : null));
    const client = openClient(target.baseUrl, { proxy: proxy.url, concurrency: 1 });
    expect(await client.read(users)).toMatchObject({ cause: 'proxy' });
    expect(await client.read(users)).toMatchObject({ status: 200 });
  });

  test('that cannot be reached is named', async () => {
    const proxy = await startConnectProxy();
    await proxy.stop();
    const target = await ok([]);
    const response = await openClient(target.baseUrl, { proxy: proxy.url }).read(users);
    const message = expect.stringMatching(
      `the proxy localhost:${proxy.port} cannot be reached: .*ECONNREFUSED`,
    );
    expect(response).toMatchObject({ cause: 'proxy', message });
  });

  test('that never answers fails after the timeout of an answer', async () => {
    const target = await ok([]);
    const proxy = await startProxy((_, nth) => (nth === 0 ? 'silence' : null));
    const client = openClient(target.baseUrl, { proxy: proxy.url, concurrency: 1, timeoutMs: 1_000 });
    expect(await client.read(users)).toMatchObject({ cause: 'timeout' });
    expect(await client.read(users)).toMatchObject({ status: 200 });
  });
});

describe.skipIf(!hasOpenssl)(`TLS with a target of one's own authority${NEEDS_OPENSSL}`, () => {
  let certificates: Certificates;
  let ca: string;
  let server: Server;
  let baseUrl: string;
  const clients: (string | undefined)[] = [];

  beforeAll(async () => {
    certificates = makeCertificates();
    ca = readFileSync(certificates.authorityFile, 'utf8');
    server = createServer(
      { ...certificates.valid, ca, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        const name = (request.socket as TLSSocket).getPeerCertificate().subject?.CN;
        clients.push(Array.isArray(name) ? name[0] : name);
        response.writeHead(200, { 'content-type': 'application/scim+json' }).end('{}');
      },
    );
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    baseUrl = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    certificates.remove();
  });
  afterEach(() => void clients.splice(0));

  const identity = () => ({ ca, cert: certificates.client.cert, key: certificates.client.key });

  test('takes its certificate with caFile, and shows it the client certificate', async () => {
    expect(await openClient(baseUrl, { tls: identity() }).read(users)).toMatchObject({ status: 200 });
    expect(clients).toEqual(['entrain']);
  });

  test('is refused without caFile, and where the certificate is for another host', async () => {
    const { cert, key } = certificates.client;
    expect(await openClient(baseUrl, { tls: { cert, key } }).read(users)).toMatchObject({ cause: 'tls' });
    const address = baseUrl.replace('localhost', '127.0.0.1');
    expect(await openClient(address, { tls: identity() }).read(users)).toMatchObject({ cause: 'tls' });
    expect(clients).toEqual([]);
  });

  test('that wants a client certificate answers nothing without one', async () => {
    const response = await openClient(baseUrl, { tls: { ca } }).read(users);
    expect(response).toMatchObject({ kind: 'noAnswer', cause: expect.stringMatching(/tls|reset/) });
    expect(clients).toEqual([]);
  });

  test('goes through a proxy, also one over TLS, to the requested host', async () => {
    for (const certificate of [undefined, certificates.valid]) {
      const proxy = await startProxy(() => null, Number(new URL(baseUrl).port), certificate);
      const client = openClient('https://localhost:7/scim', { tls: identity(), proxy: proxy.url });
      expect(await client.read(users)).toMatchObject({ status: 200 });
      expect(proxy.requests).toEqual([{ authority: 'localhost:7' }]);
    }
    expect(clients).toEqual(['entrain', 'entrain']);
  });

  test('is the same for a transport in this thread and in one of its own, through a proxy', async () => {
    const proxy = await startProxy();
    const destination: Destination = {
      baseUrl,
      concurrency: 2,
      timeoutMs: 20_000,
      proxy: proxy.url,
      tls: identity(),
    };
    const get = { method: 'GET', path: '/Users', query: '', headers: {}, body: null } as const;
    const transports: Transport[] = [
      createLocalTransport(destination),
      await openThreadedTransport(destination, BUILT),
    ];
    for (const transport of transports) {
      expect(await transport.send(get)).toMatchObject({ kind: 'reply', status: 200 });
      transport.close();
    }
    expect(clients).toEqual(['entrain', 'entrain']);
    expect(proxy.requests).toHaveLength(2);
  });

  test('holds for the token endpoint too', async () => {
    const auth = credentials(`${baseUrl}/token`);
    const response = await openClient(baseUrl, { auth, tls: identity() }).read(users);
    expect(response).toMatchObject({
      cause: 'token',
      message: expect.stringMatching(/without an access_token/),
    });
    expect(clients).toEqual(['entrain']);
  });
});

test('a target that requires a client certificate is reported with the way out', () => {
  const message = 'write EPROTO: tlsv13 alert certificate required';
  const failure = failureOf({ kind: 'noAnswer', cause: 'tls', message, durationMs: 1 }, 'probe');
  expect(failure.message).toMatch(/client certificate.*target\.tls\.certFile/s);
});
