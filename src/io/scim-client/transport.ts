import type { Readable } from 'node:stream';
import axios, { type AxiosResponse } from 'axios';
import type { WireReply } from './answer.ts';
import { createConnections, type Pending, type RequestLine, type Trace } from './connections.ts';
import { causeOf, type NoAnswerCause, wireErrorOf } from './no-answer.ts';
import { readBody } from './read-body.ts';

/** The longest body that is sent, or read when it is decompressed: 16 MiB. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** A request with all that goes over the wire but `Host` and `Connection`. */
export interface WireMessage extends RequestLine {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

/** What came of one request on the wire. */
export type WireResult =
  | ({ readonly kind: 'reply' } & WireReply)
  | {
      readonly kind: 'failed';
      readonly cause: NoAnswerCause;
      readonly message: string;
      /** A connection that was used before was reset before anything of an answer came. */
      readonly isStale: boolean;
    };

/** Carries requests to one host and replies back; never throws. */
export interface Transport {
  /** @param observe is told what was seen on the way when it is over, before the promise is settled */
  send(message: WireMessage, observe?: (trace: Trace, result: WireResult) => void): Promise<WireResult>;
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

const headerOf = (response: AxiosResponse<Readable>, name: string): string | null => {
  const value: unknown = response.headers[name];
  return typeof value === 'string' ? value : null;
};

const failureOf = (thrown: unknown, pending: Pending, timeoutMs: number): WireResult => {
  if (pending.isExpired()) return fail('timeout', `no complete answer within ${timeoutMs} ms`);
  const { code, message } = wireErrorOf(thrown);
  const cause = causeOf(code);
  return fail(cause, message, cause === 'reset' && pending.isReused() && !pending.hasAnswer());
};

/** Opens the way to a host over HTTP; connections are made when they are needed, and redirects are not followed. */
export const createTransport = ({ baseUrl, concurrency, timeoutMs }: Destination): Transport => {
  const connections = createConnections(baseUrl, concurrency, timeoutMs);
  const client = axios.create({
    adapter: 'http',
    proxy: false,
    maxRedirects: 0,
    validateStatus: null,
    decompress: true,
    responseType: 'stream',
    transformRequest: [],
    transformResponse: [],
    maxBodyLength: MAX_BODY_BYTES,
  });
  const exchange = async ({ method, body }: WireMessage, pending: Pending): Promise<WireResult> => {
    if (body !== null && body.length > MAX_BODY_BYTES) return tooLarge('the body of the request');
    try {
      const response = await client.request<Readable>({
        url: connections.origin,
        method,
        transport: pending.transport,
        ...(body === null ? {} : { data: body }),
      });
      const content = await readBody(response.data, MAX_BODY_BYTES);
      if (content === null) return tooLarge('the body of the answer');
      return {
        kind: 'reply',
        status: response.status,
        contentType: headerOf(response, 'content-type'),
        // At least one server names the wait in a header of its own, and nowhere else.
        retryAfter: headerOf(response, 'retry-after') ?? headerOf(response, 'x-retry-after'),
        location: headerOf(response, 'location'),
        body: content,
      };
    } catch (thrown) {
      return failureOf(thrown, pending, timeoutMs);
    } finally {
      pending.settle();
    }
  };
  return {
    send: async (message, observe) => {
      const { headers, body } = message;
      const pending = connections.prepare(
        message,
        body === null ? headers : { ...headers, 'Content-Length': body.length },
      );
      const result = await exchange(message, pending);
      observe?.(pending.trace(), result);
      return result;
    },
    close: connections.close,
  };
};
