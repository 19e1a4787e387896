import axios, { type AxiosAdapter } from 'axios';
import {
  createConnections,
  type OpenTrace,
  type RawAnswer,
  SHORT_BODY_BYTES,
  type WireRequest,
} from './connection.ts';
import { decompress } from './decompress.ts';
import { causeOf, type NoAnswerCause, wireErrorOf } from './no-answer.ts';
import { createRoom, type Room } from './room.ts';
import { routeOf } from './socket.ts';
import type { Destination, Transport, WireResult } from './transport.ts';

/** The longest body that is sent, or received after decompression: 16 MiB. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Total size of the long answers held at once, decompressed: 32 MiB. */
const ROOM_BYTES = 32 * 1024 * 1024;

const fail = (cause: NoAnswerCause, message: string, isStale = false): WireResult => ({
  kind: 'failed',
  cause,
  message,
  isStale,
});

const tooLarge = (what: string): WireResult =>
  fail('tooLarge', `${what} is larger than ${MAX_BODY_BYTES / 1024 / 1024} MiB`);

/** The value of a header; the first where it is repeated. */
const headerOf = ({ headers }: RawAnswer, name: string): string | null => {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
};

const failureOf = (thrown: unknown, trace: OpenTrace): WireResult => {
  const { code, message } = wireErrorOf(thrown);
  const cause = causeOf(code);
  return fail(cause, message, cause === 'reset' && trace.isReused && trace.head === null);
};

/** Drops a byte order mark; invalid UTF-8 becomes U+FFFD. */
const utf8 = new TextDecoder();

/** Decompresses a body; a long one needs room, so that a few bytes cannot expand to gigabytes. */
const contentOf = async (
  answer: RawAnswer,
  room: Room,
): Promise<{ readonly content: Buffer | null; readonly release: (() => void) | null }> => {
  const { body, release: entered } = answer;
  const encoding = headerOf(answer, 'content-encoding');
  if (body === null || encoding === null) return { content: body, release: entered };
  let release = entered;
  try {
    const short = release === null ? await decompress(body, encoding, SHORT_BODY_BYTES) : null;
    if (short !== null) return { content: short, release };
    release ??= await room.enter(MAX_BODY_BYTES);
    return { content: await decompress(body, encoding, MAX_BODY_BYTES), release };
  } catch (error) {
    release?.();
    throw error;
  }
};

const replyOf = async (answer: RawAnswer, room: Room): Promise<WireResult> => {
  const { content, release } = await contentOf(answer, room);
  if (content === null) {
    release?.();
    return tooLarge('the body of the answer');
  }
  return {
    ...(release === null ? {} : { release }),
    kind: 'reply',
    status: answer.status,
    contentType: headerOf(answer, 'content-type'),
    // At least one server sends only `X-Retry-After`.
    retryAfter: headerOf(answer, 'retry-after') ?? headerOf(answer, 'x-retry-after'),
    location: headerOf(answer, 'location'),
    text: utf8.decode(content),
  };
};

/** Begins the trace of a request to this URL. */
const openTrace = (url: string): OpenTrace => ({
  url,
  sentHead: null,
  head: null,
  socketAt: null,
  connectedAt: null,
  headAt: null,
  isReused: false,
});

/**
 * Opens an HTTP transport in this thread. It connects when needed and follows no redirects. The request target is
 * sent byte for byte: axios would escape the URL again.
 */
export function createLocalTransport(destination: Destination, roomBytes = ROOM_BYTES): Transport {
  const { baseUrl, concurrency, timeoutMs } = destination;
  const room = createRoom(roomBytes);
  const base = new URL(baseUrl);
  const basePath = base.pathname.replace(/\/+$/, '');
  const limits = { timeoutMs, bodyBytes: MAX_BODY_BYTES, room };
  const connections = createConnections(base.origin, routeOf(destination), concurrency, limits);
  // Not the default instance, which adds headers and transformations.
  const client = new axios.Axios({ baseURL: base.origin });

  /** Makes axios use the connections of this transport, and leave bodies and headers unchanged. */
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
      const { method } = request;
      const { data } = await client.request<RawAnswer>({ method, adapter: adapterOf(request, trace) });
      // Not in an interceptor, which would hold raw and decoded body together for longer.
      return await replyOf(data, room);
    } catch (thrown) {
      return failureOf(thrown, trace);
    }
  };

  return {
    send: async ({ method, path, query, headers, body }, isObserved = false) => {
      const target = `${basePath}${path}${query === '' ? '' : `?${query}`}`;
      const trace = openTrace(`${base.origin}${target}`);
      const bytes = body === null ? null : Buffer.from(body);
      const result = await exchange({ method, target, headers, body: bytes }, trace);
      return isObserved ? { ...result, trace } : result;
    },
    close: connections.close,
  };
}
