import type { IncomingHttpHeaders } from 'node:http';
import PQueue from 'p-queue';
import { Client, type Dispatcher } from 'undici';

import type { HttpRequest } from '../send.ts';
import type { Room } from './room.ts';
import { capitalizeHeads, type Opening, openSocket, type Route } from './socket.ts';
import type { Trace } from './transport.ts';

/** A trace that is being written. */
export type OpenTrace = { -readonly [Field in keyof Trace]: Trace[Field] };

/**
 * Idle connections close after this: before the 5 s of Node servers, so that few requests meet a closing connection.
 */
const IDLE_SOCKET_MS = 4_000;

/** A request on a connection. */
export interface WireRequest {
  readonly method: HttpRequest['method'];
  /** Path and query, byte for byte. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

/** An answer on a connection. */
export interface RawAnswer {
  readonly status: number;
  readonly statusText: string;
  /** Keys are lower-case names. */
  readonly headers: IncomingHttpHeaders;
  /** Still compressed; null: longer than the limit. */
  readonly body: Buffer | null;
  /** Releases the room of a long body; null: it holds none. */
  readonly release: (() => void) | null;
}

/** Bodies up to this many bytes need no room. */
export const SHORT_BODY_BYTES = 64 * 1024;

/** The limits of an exchange. */
interface ExchangeLimits {
  readonly timeoutMs: number;
  /** The longest body that is read. */
  readonly bodyBytes: number;
  /** Shared by the bodies of all long answers. */
  readonly room: Room;
}

/** The connections to one host. */
export interface Connections {
  /**
   * Sends a request on the next free connection, and reads its answer to the end.
   * @throws the error of the connection, or of the time limit
   */
  exchange(request: WireRequest, trace: OpenTrace): Promise<RawAnswer>;
  /** Aborts pending and queued requests. */
  close(): void;
}

const closed = (): Error => Object.assign(new Error('the client was closed'), { code: 'ECONNRESET' });

/**
 * Keeps up to `concurrency` connections to a host alive; the queue holds the other requests in order. undici's Pool
 * is not used: it drops a connection that failed while requests wait and then opens more than allowed, and it does
 * not expose which connection serves a request, whose time limit it is.
 */
export function createConnections(
  origin: string,
  route: Route,
  concurrency: number,
  limits: ExchangeLimits,
): Connections {
  const queue = new PQueue({ concurrency });
  const runSoon = createStaggeredExecutor();
  const all: Connection[] = [];
  const idle: Connection[] = [];
  let isClosed = false;

  const add = (): Connection => {
    const connection = createConnection(origin, route, limits, runSoon);
    all.push(connection);
    return connection;
  };

  return {
    exchange: (request, trace) =>
      queue.add(async () => {
        if (isClosed) throw closed();
        const connection = idle.pop() ?? add();
        try {
          return await connection.exchange(request, trace);
        } finally {
          idle.push(connection);
        }
      }),
    close: () => {
      isClosed = true;
      for (const connection of all) connection.close(closed());
    },
  };
}

/** Answers delivered in one turn of the event loop. */
const AT_ONCE = 8;

/**
 * Makes an executor that runs functions in order, a few in each turn of the event loop. Answers often arrive
 * together. Handled all at once, their follow-up requests would be written together too, in the next turn, and
 * connections would idle until the last answer is handled.
 */
export function createStaggeredExecutor(): (run: () => void) => void {
  const waiting: (() => void)[] = [];
  const turn = (): void => {
    for (const run of waiting.splice(0, AT_ONCE)) run();
    if (waiting.length > 0) setImmediate(turn);
  };
  return (run) => {
    if (waiting.push(run) === 1) setImmediate(turn);
  };
}

/** A time limit that can be paused. */
interface Timer {
  /** Resumes. */
  start(): void;
  stop(): void;
}

/** Starts a time limit. @param onEnd called once, when the time is up */
const startTimer = (limitMs: number, onEnd: () => void): Timer => {
  let leftMs = limitMs;
  let startedAt = 0;
  let timeout: NodeJS.Timeout | null = null;
  const timer: Timer = {
    start: () => {
      startedAt = performance.now();
      timeout = setTimeout(onEnd, leftMs);
    },
    stop: () => {
      if (timeout === null) return;
      clearTimeout(timeout);
      timeout = null;
      leftMs = Math.max(0, leftMs - (performance.now() - startedAt));
    },
  };
  timer.start();
  return timer;
};

/** One connection to a host. It serves one request at a time, and reopens after it was closed. */
interface Connection {
  exchange(request: WireRequest, trace: OpenTrace): Promise<RawAnswer>;
  close(reason: Error): void;
}

/**
 * Makes a connection; the first request opens it.
 * @param limits the time runs from when the request gets the connection to the last byte of the answer; undici's own
 * limits, which restart with each part, are off
 * @param runSoon delivers the answers
 */
const createConnection = (
  origin: string,
  route: Route,
  { timeoutMs, bodyBytes, room }: ExchangeLimits,
  runSoon: (run: () => void) => void,
): Connection => {
  let client: Client | null = null;
  let opening: Opening | null = null;
  let served = 0;
  let trace: OpenTrace | null = null;

  const open = (): Client =>
    new Client(origin, {
      pipelining: 1,
      keepAliveTimeout: IDLE_SOCKET_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, done) => {
        served = 0;
        opening = openSocket(route, (...[error, socket]) => {
          if (error !== null) return done(error, null);
          if (trace !== null) trace.connectedAt = performance.now();
          capitalizeHeads(socket, (head) => {
            if (trace !== null) trace.sentHead = head;
          });
          done(null, socket);
        });
      },
    });

  const close = (reason: Error): void => {
    void client?.destroy(reason);
    // A client does not know a socket that is still connecting.
    opening?.destroy(reason);
    client = null;
  };

  const exchange = (request: WireRequest, traced: OpenTrace): Promise<RawAnswer> =>
    new Promise((resolve, reject) => {
      const { method, target, headers, body } = request;
      const chunks: Buffer[] = [];
      let length = 0;
      let status = 0;
      let answerHeaders: IncomingHttpHeaders = {};
      trace = traced;
      trace.socketAt = performance.now();
      const timer = startTimer(timeoutMs, () => {
        const expired = new Error(`no complete answer within ${timeoutMs} ms`);
        end();
        release?.();
        reject(Object.assign(expired, { code: 'ETIMEDOUT' }));
        close(expired);
      });
      let isOver = false;
      let isWaiting = false;
      let release: (() => void) | null = null;
      /** Pauses the answer until there is room; that time does not count toward the limit. */
      const waitForRoom = async (controller: Dispatcher.DispatchController): Promise<void> => {
        isWaiting = true;
        controller.pause();
        timer.stop();
        const given = await room.enter(bodyBytes);
        if (isOver) return given();
        release = given;
        timer.start();
        controller.resume();
      };
      const end = (): void => {
        isOver = true;
        timer.stop();
      };
      const answer = (content: Buffer | null): void => {
        end();
        if (content === null) release?.();
        const answered: RawAnswer = {
          status,
          statusText: traced.head?.statusText ?? '',
          headers: answerHeaders,
          body: content,
          release,
        };
        runSoon(() => resolve(answered));
      };
      client ??= open();
      client.dispatch(
        { method, path: target, headers, body },
        {
          onRequestStart: () => {
            traced.isReused = served > 0;
            served += 1;
          },
          onResponseStart: ({ rawHeaders }, code, parsed, statusText = '') => {
            // An interim answer precedes the final one. @see RFC 9110 §15.2
            if (code < 200) return;
            status = code;
            answerHeaders = parsed;
            traced.headAt = performance.now();
            traced.head = { statusText, rawHeaders: Array.isArray(rawHeaders) ? rawHeaders : [] };
          },
          onResponseData: (controller, chunk) => {
            length += chunk.length;
            chunks.push(chunk);
            if (length > SHORT_BODY_BYTES && !isWaiting) void waitForRoom(controller);
            if (length <= bodyBytes) return;
            chunks.length = 0;
            answer(null);
            close(new Error('too large'));
          },
          onResponseEnd: () => answer(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
          onResponseError: (_controller, error) => {
            end();
            release?.();
            reject(error);
          },
        },
      );
    });

  return { exchange, close };
};
