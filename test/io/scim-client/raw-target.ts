import net from 'node:net';
import { afterEach } from 'vitest';
import type { ElapsedTime } from '../../../src/io/scim-client/flow/elapsed-time.ts';
import { createScimClient, type ScimClient } from '../../../src/io/scim-client/scim-client.ts';
import { DEFAULT_DIALECT } from '../../../src/model/dialect.ts';
import type { TargetSettings } from '../../../src/model/job.ts';
import type { World } from '../../../src/model/ports.ts';
import { fakeWorld } from '../../support/fake-world.ts';

/** A request as its bytes came. */
export interface RawRequest {
  readonly requestLine: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** What a raw target does with the nth request (from 0), given the nth connection (from 0) that it came on. */
export type Reply = (
  socket: net.Socket,
  seen: { readonly request: RawRequest; readonly nth: number; readonly connection: number },
) => void;

/** A target that shows the bytes it got and answers with bytes. */
export interface RawTarget {
  readonly baseUrl: string;
  readonly requests: readonly RawRequest[];
}

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** An answer with a body whose length is given. */
export const http = (status: number, body = '', headers: readonly string[] = []): string =>
  [`HTTP/1.1 ${status} X`, ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');

const takeRequest = (text: string): { readonly request: RawRequest; readonly rest: string } | null => {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [requestLine = '', ...headers] = text.slice(0, end).split('\r\n');
  const length = Number(/^content-length: (\d+)$/im.exec(headers.join('\n'))?.[1] ?? 0);
  const bytes = Buffer.from(text.slice(end + 4), 'latin1');
  if (bytes.length < length) return null;
  const body = bytes.subarray(0, length).toString('utf8');
  return { request: { requestLine, headers, body }, rest: bytes.subarray(length).toString('latin1') };
};

/** Starts a target on loopback; it is stopped after the test. */
export const startRawTarget = async (reply: Reply): Promise<RawTarget> => {
  const requests: RawRequest[] = [];
  let connections = 0;
  const server = net.createServer((socket) => {
    const connection = connections++;
    let text = '';
    closers.push(() => socket.destroy());
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let taken = takeRequest(text); taken !== null; taken = takeRequest(text)) {
        text = taken.rest;
        requests.push(taken.request);
        reply(socket, { request: taken.request, nth: requests.length - 1, connection });
      }
    });
  });
  closers.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}`, requests };
};

/** Settings of a job with a bearer token and no limits worth mentioning. */
export const settingsOf = (baseUrl: string, given: Partial<TargetSettings> = {}): TargetSettings => ({
  baseUrl,
  auth: { type: 'bearer', secretToken: 'tok-5ecret' },
  requestsPerSecond: 0,
  concurrency: 4,
  timeoutMs: 20_000,
  readMembers: 'never',
  state: 'cached',
  verify: 'off',
  dialect: DEFAULT_DIALECT,
  ...given,
});

/** Time that passes by being slept through, and not otherwise. */
export interface FakeTime extends ElapsedTime {
  /** How long each sleep was to be. */
  readonly naps: readonly number[];
}

/** Makes time that takes none; `onSleep` may let another clock go on. */
export const fakeTime = (onSleep: (ms: number) => void = () => {}): FakeTime => {
  const naps: number[] = [];
  let now = 0;
  return {
    naps,
    nowMs: () => now,
    sleep: async (ms) => {
      naps.push(ms);
      now += ms;
      onSleep(ms);
    },
  };
};

/** Opens a client that never really waits; it is closed after the test. */
export const openClient = (
  baseUrl: string,
  given: Partial<TargetSettings> = {},
  { time = fakeTime(), world = fakeWorld() }: { readonly time?: ElapsedTime; readonly world?: World } = {},
): ScimClient => {
  const client = createScimClient(settingsOf(baseUrl, given), world, time);
  closers.push(client.close);
  return client;
};
