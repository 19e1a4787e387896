import { STATUS_CODES } from 'node:http';
import type { Instant, SourceId } from '../../../model/identifiers.ts';
import { MASK, type NoAnswer, REDACTED } from '../../../model/scim.ts';
import type { Mask } from '../../secrets/secrets.ts';
import type { HttpRequest } from '../send.ts';
import type { Trace, WireResult } from '../wire/transport.ts';

/** One HTTP request with its result; a retry is an exchange of its own. Contains no credentials of the job. */
export interface HttpExchange {
  /** The source object that is provisioned; null: none, for probes and tokens. */
  readonly about: SourceId | null;
  readonly startedAt: Instant;
  readonly method: string;
  readonly url: string;
  /** As sent; empty when nothing was sent. */
  readonly requestHeaders: readonly Header[];
  readonly requestBody: string | null;
  /** Null: there is no usable answer. */
  readonly answer: HttpAnswer | null;
  /** Why there is no usable answer; null: there is one. */
  readonly failure: Pick<NoAnswer, 'cause' | 'message'> | null;
  readonly timings: HttpTimings;
}

/** An HTTP answer. */
export interface HttpAnswer {
  readonly httpVersion: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly Header[];
  /** Decompressed. */
  readonly body: string;
}

/** The timings of an exchange in milliseconds; null: that part did not happen. */
export interface HttpTimings {
  /** Until the request had a connection. */
  readonly blockedMs: number | null;
  /** Until a new connection was open, DNS and TLS included. */
  readonly connectMs: number | null;
  /** Until the head of the answer arrived. */
  readonly waitMs: number | null;
  /** Until the answer was complete. */
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

/** The header lines of a request head. */
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

const answerIn = (trace: Trace, result: WireResult, { mask, redacts }: RecordOptions): HttpAnswer | null => {
  if (result.kind !== 'reply' || trace.head === null) return null;
  const { status, text } = result;
  const { statusText, rawHeaders } = trace.head;
  const headers = cleanHeaders(pairs(rawHeaders), mask);
  const answer = { httpVersion: 'HTTP/1.1', status };
  if (redacts === 'nothing') return { ...answer, statusText: mask(statusText), headers, body: mask(text) };
  return {
    ...answer,
    statusText: statusText === STATUS_CODES[status] ? statusText : '',
    headers: headers.map(([name, value]) => [name, isTechnical(name, value) ? value : REDACTED]),
    body: redacts === 'words' && text !== '' ? REDACTED : mask(text),
  };
};

/** Headers that hold no words of the application. */
const TECHNICAL =
  /^(?:age|cache-control|connection|content-(?:encoding|language|length|type)|date|etag|keep-alive|last-modified|retry-after|server|strict-transport-security|transfer-encoding|vary|via)$|(?:request|correlation|trace|activity)-?id$|rate-?limit/i;

const isTechnical = (name: string, value: string): boolean =>
  TECHNICAL.test(name) || value === MASK || (/^location$/i.test(name) && !value.includes('?'));

/**
 * What of an answer is redacted. `head`: its status line and headers, as far as they may hold words; `words`: its body as
 * well.
 */
export type Redaction = 'nothing' | 'head' | 'words';

/** What a record is made with. */
interface RecordOptions {
  readonly about: SourceId | null;
  readonly startedAt: Instant;
  /** Start and end in milliseconds of the monotonic clock. */
  readonly span: readonly [from: number, to: number];
  readonly mask: Mask;
  readonly redacts: Redaction;
}

/** Makes the record of a completed exchange. */
export function httpExchangeOf(
  request: HttpRequest,
  trace: Trace,
  result: WireResult,
  options: RecordOptions,
): HttpExchange {
  const { about, startedAt, span, mask } = options;
  return {
    about,
    startedAt,
    method: request.method,
    url: mask(trace.url),
    requestHeaders: cleanHeaders(sentHeaders(trace.sentHead), mask),
    requestBody: request.body === null ? null : mask(request.body),
    answer: answerIn(trace, result, options),
    failure: result.kind === 'reply' ? null : { cause: result.cause, message: mask(result.message) },
    timings: timingsOf(trace, ...span),
  };
}
