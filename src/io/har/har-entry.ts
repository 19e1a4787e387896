import { hideInBody, hideInForm, type IsHidden } from '../../scim/hide.ts';
import type { HttpAnswer, HttpExchange, HttpTimings } from '../scim-client/record/http-exchange.ts';
import type { HarEntry, HarPair, HarRequest, HarResponse, HarTimings } from './har-format.ts';

type Headers = HttpExchange['requestHeaders'];

/** Characters kept of a body in a live archive. */
export const BODY_LIMIT = 1024 * 1024;

/** What an entry needs. */
interface HarEntryOptions {
  readonly isHidden: IsHidden;
  /** Characters kept of a body; default `BODY_LIMIT`. */
  readonly bodyLimit?: number;
}

type Options = Required<HarEntryOptions>;

/** A body with values hidden; a comment tells where it is cut. */
const shownBody = (
  body: string,
  mimeType: string,
  { isHidden, bodyLimit }: Options,
): { readonly text: string; readonly comment?: string } => {
  const text = hideInBody(body, mimeType, isHidden);
  return text.length > bodyLimit
    ? { text: text.slice(0, bodyLimit), comment: `the first ${bodyLimit} characters` }
    : { text };
};

const headerIn = (headers: Headers, name: string): string | null =>
  headers.find(([one]) => one.toLowerCase() === name)?.[1] ?? null;

const pairsOf = (pairs: Iterable<readonly [string, string]>): readonly HarPair[] =>
  [...pairs].map(([name, value]) => ({ name, value }));

/** The size of a body on the wire in bytes; -1: unknown. */
const sizeIn = (headers: Headers): number => Number(headerIn(headers, 'content-length') ?? -1);

const requestOf = (
  { method, url, requestHeaders, requestBody }: HttpExchange,
  options: Options,
): HarRequest => {
  const [address = '', query] = url.split(/\?(.*)/s);
  const shownQuery = query === undefined ? '' : hideInForm(query, options.isHidden);
  const mimeType = headerIn(requestHeaders, 'content-type') ?? '';
  return {
    method,
    url: query === undefined ? address : `${address}?${shownQuery}`,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: pairsOf(requestHeaders),
    queryString: pairsOf(new URLSearchParams(shownQuery)),
    ...(requestBody === null ? {} : { postData: { mimeType, ...shownBody(requestBody, mimeType, options) } }),
    headersSize: -1,
    bodySize: requestBody === null ? 0 : sizeIn(requestHeaders),
  };
};

const contentOf = ({ headers, body }: HttpAnswer, options: Options): HarResponse['content'] => {
  const mimeType = headerIn(headers, 'content-type') ?? '';
  return { size: Buffer.byteLength(body), mimeType, ...shownBody(body, mimeType, options) };
};

const responseOf = ({ answer, failure }: HttpExchange, options: Options): HarResponse => {
  const headers = answer?.headers ?? [];
  return {
    status: answer?.status ?? 0,
    statusText: answer?.statusText ?? '',
    httpVersion: answer?.httpVersion ?? '',
    cookies: [],
    headers: pairsOf(headers),
    content: answer === null ? { size: 0, mimeType: '' } : contentOf(answer, options),
    redirectURL: headerIn(headers, 'location') ?? '',
    headersSize: -1,
    bodySize: sizeIn(headers),
    ...(failure === null ? {} : { _error: `${failure.cause}: ${failure.message}` }),
  };
};

const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;

const timingsOf = ({ blockedMs, connectMs, waitMs, receiveMs }: HttpTimings): HarTimings => ({
  blocked: rounded(blockedMs ?? -1),
  dns: -1,
  connect: rounded(connectMs ?? -1),
  ssl: -1,
  send: 0,
  wait: rounded(waitMs ?? 0),
  receive: rounded(receiveMs ?? 0),
});

/** Makes the HTTP Archive entry of an exchange, with values hidden. */
export function harEntry(
  exchange: HttpExchange,
  { isHidden, bodyLimit = BODY_LIMIT }: HarEntryOptions,
): HarEntry {
  const options = { isHidden, bodyLimit };
  const timings = timingsOf(exchange.timings);
  const { blocked, connect, wait, receive } = timings;
  return {
    startedDateTime: exchange.startedAt,
    time: rounded(Math.max(0, blocked) + Math.max(0, connect) + wait + receive),
    request: requestOf(exchange, options),
    response: responseOf(exchange, options),
    cache: {},
    timings,
    ...(exchange.about === null ? {} : { _sourceId: exchange.about }),
  };
}
