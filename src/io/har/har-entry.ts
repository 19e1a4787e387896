import type { HttpAnswer, HttpExchange, HttpTimings } from '../scim-client/http-exchange.ts';
import type { HarEntry, HarPair, HarRequest, HarResponse, HarTimings } from './har-format.ts';
import { hideInBody, hideInForm, type IsHidden } from './hide.ts';

type Headers = HttpExchange['requestHeaders'];

/** How many characters of a body are kept. */
export const BODY_LIMIT = 1024 * 1024;

const headerIn = (headers: Headers, name: string): string | null =>
  headers.find(([one]) => one.toLowerCase() === name)?.[1] ?? null;

const pairsOf = (pairs: Iterable<readonly [string, string]>): readonly HarPair[] =>
  [...pairs].map(([name, value]) => ({ name, value }));

/** The bytes of a body as they went over the wire; -1: not told. */
const sizeIn = (headers: Headers): number => Number(headerIn(headers, 'content-length') ?? -1);

const requestOf = (
  { method, url, requestHeaders, requestBody }: HttpExchange,
  isHidden: IsHidden,
): HarRequest => {
  const [address = '', query] = url.split(/\?(.*)/s);
  const shownQuery = query === undefined ? '' : hideInForm(query, isHidden);
  const mimeType = headerIn(requestHeaders, 'content-type') ?? '';
  return {
    method,
    url: query === undefined ? address : `${address}?${shownQuery}`,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: pairsOf(requestHeaders),
    queryString: pairsOf(new URLSearchParams(shownQuery)),
    ...(requestBody === null
      ? {}
      : { postData: { mimeType, text: hideInBody(requestBody, mimeType, isHidden).slice(0, BODY_LIMIT) } }),
    headersSize: -1,
    bodySize: requestBody === null ? 0 : sizeIn(requestHeaders),
  };
};

const contentOf = ({ headers, body }: HttpAnswer, isHidden: IsHidden): HarResponse['content'] => {
  const mimeType = headerIn(headers, 'content-type') ?? '';
  const text = hideInBody(body, mimeType, isHidden);
  return {
    size: Buffer.byteLength(body),
    mimeType,
    text: text.slice(0, BODY_LIMIT),
    ...(text.length > BODY_LIMIT ? { comment: `the first ${BODY_LIMIT} characters` } : {}),
  };
};

const responseOf = ({ answer, failure }: HttpExchange, isHidden: IsHidden): HarResponse => {
  const headers = answer?.headers ?? [];
  return {
    status: answer?.status ?? 0,
    statusText: answer?.statusText ?? '',
    httpVersion: answer?.httpVersion ?? '',
    cookies: [],
    headers: pairsOf(headers),
    content: answer === null ? { size: 0, mimeType: '' } : contentOf(answer, isHidden),
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

/** Writes an exchange down as an entry of an HTTP Archive, without what is hidden. */
export const harEntry = (exchange: HttpExchange, isHidden: IsHidden): HarEntry => {
  const timings = timingsOf(exchange.timings);
  const { blocked, connect, wait, receive } = timings;
  return {
    startedDateTime: exchange.startedAt,
    time: rounded(Math.max(0, blocked) + Math.max(0, connect) + wait + receive),
    request: requestOf(exchange, isHidden),
    response: responseOf(exchange, isHidden),
    cache: {},
    timings,
  };
};
