import type { Readable } from 'node:stream';
import axios, { type AxiosResponse } from 'axios';
import type { TargetSettings } from '../../model/job.ts';
import type { ScimRequest } from '../../model/scim.ts';
import type { WireReply } from './answer.ts';
import { createConnections, type Pending } from './connections.ts';
import { causeOf, type NoAnswerCause, wireErrorOf } from './no-answer.ts';
import { readBody } from './read-body.ts';
import { fixedHeadersOf, headersOf } from './request-headers.ts';

/** The longest body that is sent, or read when it is decompressed: 16 MiB. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

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

/** Carries requests to the target and replies back; never throws. */
export interface Transport {
  send(request: ScimRequest): Promise<WireResult>;
  close(): void;
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

/** Opens the way to a target over HTTP; connections are made when they are needed. */
export const createTransport = ({
  baseUrl,
  auth,
  dialect,
  concurrency,
  timeoutMs,
}: Omit<TargetSettings, 'requestsPerSecond' | 'state'>): Transport => {
  const connections = createConnections(baseUrl, concurrency, timeoutMs);
  const fixedHeaders = fixedHeadersOf(auth, dialect);
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
  const exchange = async (request: ScimRequest, body: Buffer | null): Promise<WireResult> => {
    const pending = connections.prepare(request, headersOf(fixedHeaders, body));
    try {
      const { method } = request;
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
        body: content,
      };
    } catch (thrown) {
      return failureOf(thrown, pending, timeoutMs);
    } finally {
      pending.settle();
    }
  };
  return {
    send: async (request) => {
      const body = request.body === null ? null : Buffer.from(JSON.stringify(request.body));
      return body !== null && body.length > MAX_BODY_BYTES
        ? tooLarge('the body of the request')
        : exchange(request, body);
    },
    close: connections.close,
  };
};
