import axios, { type AxiosAdapter } from 'axios';
import { type OpenTrace, openTrace, type Trace } from '../record/trace.ts';
import type { WireReply } from './answer.ts';
import { type RawAnswer, SHORT_BODY_BYTES, type WireRequest } from './connection.ts';
import { createConnections } from './connections.ts';
import { decompress } from './decompress.ts';
import { causeOf, type NoAnswerCause, wireErrorOf } from './no-answer.ts';
import { createRoom, type Room } from './room.ts';

/** The longest body that is sent, or read when it is decompressed: 16 MiB. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** A request with all that goes over the wire but `Host`, `Connection` and `Content-Length`. */
export interface WireMessage extends Omit<WireRequest, 'target' | 'body'> {
  readonly path: string;
  readonly query: string;
  readonly body: string | null;
}

/** The longest bodies of answers that are received or worked on at once, decompressed: 32 MiB. */
const ROOM_BYTES = 32 * 1024 * 1024;

/** What came of one request on the wire. */
export type WireResult =
  | ({
      readonly kind: 'reply';
      /** Of a long body: to be called once nobody holds it any more, as other answers wait for its room. */
      readonly leave?: () => void;
    } & WireReply)
  | {
      readonly kind: 'failed';
      readonly cause: NoAnswerCause;
      readonly message: string;
      /** A connection that was used before was reset before anything of an answer came. */
      readonly isStale: boolean;
    };

/** Is told what was seen of a request on its way. */
export type Observe = (trace: Trace, result: WireResult) => void;

/** Carries requests to one host and replies back; never throws. */
export interface Transport {
  /** @param observe is told when it is over, before the promise is settled */
  send(message: WireMessage, observe?: Observe): Promise<WireResult>;
  close(): void;
}

/** Where a transport leads to, and within what limits. */
export interface Destination {
  readonly baseUrl: string;
  readonly concurrency: number;
  readonly timeoutMs: number;
}

const fail = (cause: NoAnswerCause, message: string, isStale = false): WireResult => ({
  kind: 'failed',
  cause,
  message,
  isStale,
});

const tooLarge = (what: string): WireResult =>
  fail('tooLarge', `${what} is larger than ${MAX_BODY_BYTES / 1024 / 1024} MiB`);

/** The value of a header; of one that came twice, the first. */
const headerOf = ({ headers }: RawAnswer, name: string): string | null => {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
};

const failureOf = (thrown: unknown, trace: Trace, timeoutMs: number): WireResult => {
  if (trace.isExpired) return fail('timeout', `no complete answer within ${timeoutMs} ms`);
  const { code, message } = wireErrorOf(thrown);
  const cause = causeOf(code);
  return fail(cause, message, cause === 'reset' && trace.isReused && trace.head === null);
};

/** Drops a byte order mark, and never fails: what is not UTF-8 becomes U+FFFD. */
const utf8 = new TextDecoder();

/** A body without its compression; a long one takes room, so that a few bytes cannot become gigabytes. */
const contentOf = async (
  answer: RawAnswer,
  room: Room,
): Promise<{ readonly content: Buffer | null; readonly leave: (() => void) | null }> => {
  const { body, leave: entered } = answer;
  const encoding = headerOf(answer, 'content-encoding');
  if (body === null || encoding === null) return { content: body, leave: entered };
  let leave = entered;
  try {
    const short = leave === null ? await decompress(body, encoding, SHORT_BODY_BYTES) : null;
    if (short !== null) return { content: short, leave };
    leave ??= await room.enter(MAX_BODY_BYTES);
    return { content: await decompress(body, encoding, MAX_BODY_BYTES), leave };
  } catch (error) {
    leave?.();
    throw error;
  }
};

const replyOf = async (answer: RawAnswer, room: Room): Promise<WireResult> => {
  const { content, leave } = await contentOf(answer, room);
  if (content === null) {
    leave?.();
    return tooLarge('the body of the answer');
  }
  return {
    ...(leave === null ? {} : { leave }),
    kind: 'reply',
    status: answer.status,
    contentType: headerOf(answer, 'content-type'),
    // At least one server names the wait in a header of its own, and nowhere else.
    retryAfter: headerOf(answer, 'retry-after') ?? headerOf(answer, 'x-retry-after'),
    location: headerOf(answer, 'location'),
    text: utf8.decode(content),
  };
};

/**
 * Opens the way to a host over HTTP, in this thread; connections are made when they are needed, and redirects are not followed. The
 * request line is written byte for byte as the request describes it: an URL parser on the way would escape it anew.
 */
export const createNearTransport = (
  { baseUrl, concurrency, timeoutMs }: Destination,
  roomBytes = ROOM_BYTES,
): Transport => {
  const room = createRoom(roomBytes);
  const base = new URL(baseUrl);
  const basePath = base.pathname.replace(/\/+$/, '');
  const connections = createConnections(base, concurrency, { timeoutMs, bodyBytes: MAX_BODY_BYTES, room });
  // Not its default instance: the headers and transformations of that would be added to each request.
  const client = new axios.Axios({ baseURL: base.origin });

  /** Lets axios send over the connections of this transport, and leave bodies and headers as they are. */
  const adapterOf =
    (request: WireRequest, trace: OpenTrace): AxiosAdapter =>
    async (config) => {
      const answer = await connections.exchange(request, trace);
      return { status: answer.status, statusText: answer.statusText, headers: {}, data: answer, config };
    };

  const exchange = async (request: WireRequest, trace: OpenTrace): Promise<WireResult> => {
    if (request.body !== null && request.body.length > MAX_BODY_BYTES)
      return tooLarge('the body of the request');
    try {
      const { data } = await client.request<RawAnswer>({
        method: request.method,
        adapter: adapterOf(request, trace),
      });
      return await replyOf(data, room);
    } catch (thrown) {
      return failureOf(thrown, trace, timeoutMs);
    }
  };

  return {
    send: async ({ method, path, query, headers, body }, observe) => {
      const target = `${basePath}${path}${query === '' ? '' : `?${query}`}`;
      const trace = openTrace(`${base.origin}${target}`);
      const result = await exchange(
        { method, target, headers, body: body === null ? null : Buffer.from(body) },
        trace,
      );
      observe?.(trace, result);
      return result;
    },
    close: connections.close,
  };
};
