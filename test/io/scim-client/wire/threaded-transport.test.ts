import { afterEach, describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../../src/io/scim-client/send.ts';
import { createLocalTransport, MAX_BODY_BYTES } from '../../../../src/io/scim-client/wire/local-transport.ts';
import { createTransport } from '../../../../src/io/scim-client/wire/switching-transport.ts';
import { openThreadedTransport } from '../../../../src/io/scim-client/wire/threaded-transport.ts';
import type {
  Destination,
  Trace,
  Transport,
  WireResult,
} from '../../../../src/io/scim-client/wire/transport.ts';
import { http, startRawTarget } from '../raw-target.ts';

/** A thread takes no TypeScript on every Node: it is the built one that is tested. */
const BUILT = new URL('../../../../dist/io/scim-client/wire/transport-thread.js', import.meta.url);

const opened: Transport[] = [];

afterEach(() => {
  for (const transport of opened.splice(0)) transport.close();
});

const kept = <Kind extends Transport>(transport: Kind): Kind => {
  opened.push(transport);
  return transport;
};

const to = (baseUrl: string, given: Partial<Destination> = {}): Destination => ({
  baseUrl: `${baseUrl}/scim`,
  concurrency: 4,
  timeoutMs: 20_000,
  ...given,
});

const openThread = async (destination: Destination) => kept(await openThreadedTransport(destination, BUILT));

/** A thread that is written into its address. */
const threadOf = (code: string): URL => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const READY = "import { parentPort } from 'node:worker_threads'; parentPort.postMessage('ready');";

const get = (n = 0): HttpRequest => ({
  method: 'GET',
  path: '/Users',
  query: `filter=userName%20eq%20%22${n}%22`,
  headers: { Authorization: 'Bearer tok' },
  body: null,
});
const post: HttpRequest = {
  method: 'POST',
  path: '/Users',
  query: '',
  headers: { Authorization: 'Bearer tok', 'Content-Type': 'application/scim+json; charset=utf-8' },
  body: '{"userName":"noör \u{1f4da}"}',
};

const observed = async (
  transport: Transport,
  request: HttpRequest,
): Promise<{ readonly result: WireResult; readonly trace: Trace | undefined }> => {
  const { trace, ...result } = await transport.send(request, true);
  return { result, trace };
};

describe('a thread that sends requests', () => {
  test('puts the same bytes on the wire as this thread, and hands over the same answers', async () => {
    const answer = http(201, '{"id":"ä \u{1f600}"}', ['Content-Type: application/scim+json', 'ETag: W/"1"']);
    const target = await startRawTarget((socket) => socket.write(answer));
    const destination = to(target.baseUrl);
    const local = kept(createLocalTransport(destination));
    const threaded = await openThread(destination);
    for (const message of [get(), post]) {
      const here = await observed(local, message);
      const there = await observed(threaded, message);
      expect(there.result).toEqual(here.result);
      expect(there.trace).toMatchObject({ url: here.trace?.url, sentHead: here.trace?.sentHead });
      expect(there.trace?.head?.rawHeaders).toEqual(here.trace?.head?.rawHeaders.map(String));
      const [one, other] = target.requests.slice(-2);
      expect(other).toEqual(one);
    }
    expect(target.requests).toHaveLength(4);
  });

  test('tells when things happened on the clock of who asked', async () => {
    const target = await startRawTarget((socket) => socket.write(http(200)));
    const threaded = await openThread(to(target.baseUrl));
    const before = performance.now();
    const { trace } = await observed(threaded, get());
    const instants = [before, trace?.socketAt, trace?.connectedAt, trace?.headAt, performance.now()];
    expect(instants).toEqual([...instants].sort((a, b) => Number(a) - Number(b)));
  });

  test('names what was not answered as this thread does', async () => {
    const target = await startRawTarget((socket, { nth }) => {
      if (nth === 0) socket.destroy();
      if (nth === 1) socket.write(`HTTP/1.1 200 X\r\nContent-Length: ${MAX_BODY_BYTES + 1}\r\n\r\n`);
      if (nth === 1) socket.write(Buffer.alloc(MAX_BODY_BYTES + 1, 32));
    });
    const threaded = await openThread(to(target.baseUrl));
    expect(await threaded.send(get())).toMatchObject({ kind: 'failed', cause: 'reset' });
    expect(await threaded.send(get())).toMatchObject({ kind: 'failed', cause: 'tooLarge' });
    const hasty = await openThread(to(target.baseUrl, { timeoutMs: 200 }));
    expect(await hasty.send(get())).toMatchObject({ kind: 'failed', cause: 'timeout' });
  });

  test('that ends before it is ready is an error, without waiting', async () => {
    const destination = to('http://127.0.0.1:1');
    const ends = openThreadedTransport(destination, threadOf('process.exit(7)'));
    await expect(ends).rejects.toThrow('the thread ended with 7 before it was ready');
    await expect(openThreadedTransport(destination, threadOf('throw new Error("no")'))).rejects.toThrow('no');
  });

  test('answers every request when it is closed, or comes to its end', async () => {
    const target = await startRawTarget(() => closed.close());
    const closed = await openThread(to(target.baseUrl));
    expect(await closed.send(get())).toEqual({
      kind: 'failed',
      cause: 'reset',
      message: 'the client was closed',
      isStale: false,
    });
    const failing = threadOf(
      `${READY} parentPort.on('message', () => { throw new Error('out of order'); });`,
    );
    const ended = kept(await openThreadedTransport(to(target.baseUrl), failing));
    expect(await ended.send(get())).toMatchObject({
      cause: 'reset',
      message: 'the thread that sends requests failed: out of order',
    });
    expect(ended.isOver()).toBe(true);
  });
});

describe('a transport that switches to a thread', () => {
  /** Busy from the nth request on. */
  const busyFrom = (nth: number): (() => boolean) => {
    let count = 0;
    return () => ++count >= nth;
  };

  test('answers every request once, within the limit of concurrent requests', async () => {
    let underWay = 0;
    let most = 0;
    const connections = new Set<number>();
    const target = await startRawTarget((socket, { request, connection }) => {
      connections.add(connection);
      most = Math.max(most, ++underWay);
      setImmediate(() => {
        underWay -= 1;
        socket.write(http(200, JSON.stringify({ asked: request.requestLine })));
      });
    });
    const transport = kept(
      createTransport(to(target.baseUrl, { concurrency: 4 }), { isBusy: busyFrom(10), openThread }),
    );
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < 400 || connections.size <= 4) {
        const asked = get(next++);
        const result = await transport.send(asked);
        expect(result).toMatchObject({ text: expect.stringContaining(`/scim/Users?${asked.query} `) });
      }
    };
    await Promise.all(Array.from({ length: 16 }, lane));
    expect(target.requests).toHaveLength(next);
    expect(new Set(target.requests.map(({ requestLine }) => requestLine)).size).toBe(next);
    expect(most).toBeLessThanOrEqual(4);
    expect(connections.size).toBeGreaterThan(4);
  });

  test('stays local without a thread, and returns to local when the thread ends', async () => {
    const target = await startRawTarget((socket) => socket.write(http(200)));
    for (const code of [
      "throw new Error('no thread')",
      'process.exit()',
      `${READY} setTimeout(() => process.exit(), 0);`,
    ]) {
      let asked = 0;
      const transport = kept(
        createTransport(to(target.baseUrl), {
          isBusy: busyFrom(1),
          openThread: (destination) => {
            asked += 1;
            return openThreadedTransport(destination, threadOf(code));
          },
        }),
      );
      const results: WireResult[] = [];
      while (results.length < 50 || results.at(-1)?.kind !== 'reply')
        results.push(await transport.send(get()));
      expect(asked).toBe(1);
      const unanswered = results.filter(({ kind }) => kind === 'failed');
      expect(unanswered.length).toBeLessThanOrEqual(1);
    }
  });
});
