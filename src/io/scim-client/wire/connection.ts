import type { IncomingHttpHeaders } from 'node:http';
import type net from 'node:net';
import { Client, type Dispatcher } from 'undici';
import type { OpenTrace } from '../record/trace.ts';
import { createClock } from './clock.ts';
import type { Room } from './room.ts';
import { type Address, capitalizeHeads, openSocket } from './socket.ts';
import type { Turns } from './turns.ts';

/**
 * How long a connection may stand idle before it is closed: less than the 5 s after which servers made with Node
 * close theirs, so that a request seldom meets a connection that is just being taken away.
 */
const IDLE_SOCKET_MS = 4_000;

/** A request as it is put on a connection. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
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
  readonly leave: (() => void) | null;
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

/** One connection to a host, which serves one request at a time and is made anew when it was closed. */
export interface Connection {
  /**
   * Sends a request and reads its answer to the end.
   * @throws what the connection fails with, or what the limit on the time does
   */
  exchange(request: WireRequest, trace: OpenTrace): Promise<RawAnswer>;
  /** Breaks off what is under way. */
  close(reason: Error): void;
}

/**
 * Makes a connection; it is opened with the first request.
 *
 * @param limits the time begins when the request gets the connection, be it open or not, and ends with the last byte
 * of the answer: the HTTP client's own limits, which begin anew with each part, are turned off.
 * @param turns hand over the answers
 */
export const createConnection = (
  origin: string,
  address: Address,
  { timeoutMs, bodyBytes, room }: ExchangeLimits,
  turns: Turns,
): Connection => {
  let client: Client | null = null;
  let socket: net.Socket | null = null;
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
        const opened = openSocket(address, (failure) => {
          if (failure !== null) return done(failure, null);
          if (trace !== null) trace.connectedAt = performance.now();
          done(null, opened);
        });
        capitalizeHeads(opened, (head) => {
          if (trace !== null) trace.sentHead = head;
        });
        socket = opened;
      },
    });

  const close = (reason: Error): void => {
    void client?.destroy(reason);
    // While it is being connected, the client does not know it yet.
    socket?.destroy(reason);
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
      const clock = createClock(timeoutMs, () => {
        traced.isExpired = true;
        close(new Error('timeout'));
      });
      let isOver = false;
      let isWaiting = false;
      let leave: (() => void) | null = null;
      /** The target is kept waiting, which is no fault of its own, until there is room for what else it sends. */
      const waitForRoom = async (controller: Dispatcher.DispatchController): Promise<void> => {
        isWaiting = true;
        controller.pause();
        clock.stop();
        const given = await room.enter(bodyBytes);
        if (isOver) return given();
        leave = given;
        clock.start();
        controller.resume();
      };
      const end = (): void => {
        isOver = true;
        clock.stop();
      };
      const answer = (content: Buffer | null): void => {
        end();
        if (content === null) leave?.();
        const answered: RawAnswer = {
          status,
          statusText: traced.head?.statusText ?? '',
          headers: answerHeaders,
          body: content,
          leave,
        };
        turns(() => resolve(answered));
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
            leave?.();
            reject(error);
          },
        },
      );
    });

  return { exchange, close };
};
