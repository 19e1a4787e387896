import type { IncomingHttpHeaders } from 'node:http';
import PQueue from 'p-queue';
import { Client, type Dispatcher } from 'undici';

import type { HttpRequest } from '../send.ts';
import type { Room } from './room.ts';
import { capitalizeHeads, type Opening, openSocket, type Route } from './socket.ts';
import type { Trace } from './transport.ts';

/** A trace while it is written. */
export type OpenTrace = { -readonly [Field in keyof Trace]: Trace[Field] };

/**
 * How long a connection may stand idle before it is closed: less than the 5 s after which servers made with Node
 * close theirs, so that a request seldom meets a connection that is just being taken away.
 */
const IDLE_SOCKET_MS = 4_000;

/** A request as it is put on a connection. */
export interface WireRequest {
  readonly method: HttpRequest['method'];
  /** Path and query, byte for byte. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

/** An answer as it came off a connection. */
export interface RawAnswer {
  readonly status: number;
  readonly statusText: string;
  /** By their names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Still compressed where it was sent so; null: longer than the limit. */
  readonly body: Buffer | null;
  /** Gives back the room that a long body takes; null: it takes none. */
  readonly release: (() => void) | null;
}

/** A body up to this length, in bytes, is received whether there is room or not. */
export const SHORT_BODY_BYTES = 64 * 1024;

/** How far an exchange may go. */
export interface ExchangeLimits {
  readonly timeoutMs: number;
  /** The longest body that is read. */
  readonly bodyBytes: number;
  /** For the bodies of all long answers that are being received or worked on at once. */
  readonly room: Room;
}

/** The connections to one host. */
export interface Connections {
  /**
   * Sends a request on a connection that nothing else is using, as soon as there is one, and reads its answer to the end.
   * @throws what the connection fails with, or what the time limit does
   */
  exchange(request: WireRequest, trace: OpenTrace): Promise<RawAnswer>;
  /** Breaks off what is under way or waits. */
  close(): void;
}

const closed = (): Error => Object.assign(new Error('the client was closed'), { code: 'ECONNRESET' });

/**
 * Keeps connections to a host alive, as many as requests may be under way: the queue holds back the rest, first come,
 * first served. undici's Pool is not used: it forgets a connection that failed while requests wait, and then opens more
 * than it may; and it does not tell which connection serves a request, whose time limit it is.
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

/** How many answers are delivered in one turn of the event loop. */
const AT_ONCE = 8;

/**
 * Makes what runs functions one after the other, a few in each turn of the event loop. Answers often come in together;
 * were all of them worked off at once, the requests that follow them would leave together as well, as the HTTP client
 * writes each in the next turn, and the connections of the first would stand idle until the work on the last is done.
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

/** A time limit that can be interrupted. */
interface Timer {
  /** Goes on from where it was stopped. */
  start(): void;
  stop(): void;
}

/** Starts a time limit. @param onEnd is called once when its time is over, in which it was not stopped */
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

/** One connection to a host, which serves one request at a time and is made anew when it was closed. */
interface Connection {
  exchange(request: WireRequest, trace: OpenTrace): Promise<RawAnswer>;
  close(reason: Error): void;
}

/**
 * Makes a connection; it is opened with the first request.
 *
 * @param limits the time begins when the request gets the connection, be it open or not, and ends with the last byte
 * of the answer: the HTTP client's own limits, which begin anew with each part, are turned off.
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
    // While it is being connected, the client does not know it yet.
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
      /** The target is kept waiting, which is no fault of its own, until there is room for what else it sends. */
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
            // Interim answers announce another one. @see RFC 9110 §15.2
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
