import type { Instant, SourceId } from '../../../model/identifiers.ts';
import { MASK, type NoAnswer } from '../../../model/scim.ts';
import type { Mask } from '../../secrets/secrets.ts';
import type { HttpRequest } from '../send.ts';
import type { Trace, WireResult } from '../wire/transport.ts';

/**
 * One request as it went over the wire, each retry on its own, with what came of it; free of the credentials of the
 * job, whoever wrote them where.
 */
export interface HttpExchange {
  /** The source object for whose sake it was; null: for none, as with probes and tokens. */
  readonly about: SourceId | null;
  readonly startedAt: Instant;
  readonly method: string;
  readonly url: string;
  /** As they were sent; empty when nothing was. */
  readonly requestHeaders: readonly Header[];
  readonly requestBody: string | null;
  /** Null: no usable answer came. */
  readonly answer: HttpAnswer | null;
  /** Why no usable answer came; null: one did. */
  readonly failure: Pick<NoAnswer, 'cause' | 'message'> | null;
  readonly timings: HttpTimings;
}

/** An answer as it came over the wire. */
export interface HttpAnswer {
  readonly httpVersion: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly Header[];
  /** Decompressed. */
  readonly body: string;
}

/** Where the time of an exchange went, in milliseconds; null: that part did not happen. */
export interface HttpTimings {
  /** Until the request had a connection. */
  readonly blockedMs: number | null;
  /** Until a new connection could be written to, names and TLS included. */
  readonly connectMs: number | null;
  /** Until the head of the answer. */
  readonly waitMs: number | null;
  /** Until the end of the answer. */
  readonly receiveMs: number | null;
}

/** Name and value of a header. */
export type Header = readonly [name: string, value: string];

const CREDENTIAL_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
]);

const cleanHeaders = (headers: readonly Header[], mask: Mask): readonly Header[] =>
  headers.map(([name, value]) => [
    mask(name),
    CREDENTIAL_HEADERS.has(name.toLowerCase()) ? MASK : mask(value),
  ]);

/** The lines of a head but its first. */
const sentHeaders = (head: string | null): readonly Header[] =>
  (head ?? '')
    .split('\r\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line): Header => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);

const pairs = (raw: readonly (Buffer | string)[]): readonly Header[] => {
  const texts = raw.map((part) => part.toString('latin1'));
  return texts.flatMap((name, index): readonly Header[] =>
    index % 2 === 0 ? [[name, texts[index + 1] ?? '']] : [],
  );
};

const between = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : Math.max(0, to - from);

const timingsOf = (
  { socketAt, connectedAt, headAt }: Trace,
  startedAt: number,
  endedAt: number,
): HttpTimings => ({
  blockedMs: between(startedAt, socketAt ?? endedAt),
  connectMs: between(socketAt, connectedAt),
  waitMs: between(connectedAt ?? socketAt, headAt ?? endedAt),
  receiveMs: between(headAt, endedAt),
});

const answerIn = (trace: Trace, result: WireResult, mask: Mask): HttpAnswer | null =>
  result.kind === 'reply' && trace.head !== null
    ? {
        httpVersion: 'HTTP/1.1',
        status: result.status,
        statusText: mask(trace.head.statusText),
        headers: cleanHeaders(pairs(trace.head.rawHeaders), mask),
        body: mask(result.text),
      }
    : null;

/** What the record of an exchange is made with. */
export interface RecordOptions {
  readonly about: SourceId | null;
  readonly startedAt: Instant;
  /** From when to when it took, in milliseconds of the monotonic clock. */
  readonly span: readonly [from: number, to: number];
  readonly mask: Mask;
}

/** Makes the record of an exchange that is over. */
export function httpExchangeOf(
  request: HttpRequest,
  trace: Trace,
  result: WireResult,
  { about, startedAt, span, mask }: RecordOptions,
): HttpExchange {
  return {
    about,
    startedAt,
    method: request.method,
    url: mask(trace.url),
    requestHeaders: cleanHeaders(sentHeaders(trace.sentHead), mask),
    requestBody: request.body === null ? null : mask(request.body),
    answer: answerIn(trace, result, mask),
    failure: result.kind === 'reply' ? null : { cause: result.cause, message: mask(result.message) },
    timings: timingsOf(trace, ...span),
  };
}
