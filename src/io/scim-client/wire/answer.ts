import type { Instant } from '../../../model/identifiers.ts';
import type { Json } from '../../../model/json.ts';
import type { ScimAnswer } from '../../../model/scim.ts';
import { copyOf, VALUE_LIMIT } from '../../../scim/kept-value.ts';
import { isTooDeep } from '../../json-depth.ts';
import type { Mask } from '../../secrets/secrets.ts';
import type { WireReply } from './transport.ts';

/** How much of a body that is not JSON is kept for the reader of the log. */
const TEXT_LIMIT = 1_000;

/** The value of a body; null when it is empty, undefined when it is not JSON that can be taken. */
const parseBody = (text: string): Json | undefined => {
  if (text.trim() === '') return null;
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** What surrounds a reply. */
export interface AnswerContext {
  readonly durationMs: number;
  now(): Instant;
  readonly mask: Mask;
  /** Of the target that was asked. */
  readonly baseUrl: string;
}

/** The host that a redirect points to; the rest of its location may hold secrets. */
const redirectOf = (
  { status, location }: WireReply,
  baseUrl: string,
  mask: Mask,
): Pick<ScimAnswer, 'redirectHost'> =>
  status >= 300 && status < 400 && location !== null && URL.canParse(location, baseUrl)
    ? { redirectHost: mask(new URL(location, baseUrl).host) }
    : {};

/**
 * Makes an answer of what came over the wire. A target may echo the credentials that it was sent: they are masked in
 * errors, pages and resources alike, because attributes and ids are stored and shown as well.
 */
export function answerOf(reply: WireReply, { durationMs, now, mask, baseUrl }: AnswerContext): ScimAnswer {
  const text = mask(reply.text);
  const body = parseBody(text);
  return {
    kind: 'answer',
    status: reply.status,
    body,
    text: body === undefined ? copyOf(text.slice(0, TEXT_LIMIT)) : null,
    contentType: reply.contentType === null ? null : mask(reply.contentType),
    retryAfterMs: reply.retryAfter === null ? null : parseRetryAfter(reply.retryAfter, now()),
    durationMs,
    ...redirectOf(reply, baseUrl, mask),
    ...(text.length > VALUE_LIMIT ? { isLong: true } : {}),
  };
}

/** The three forms of an HTTP date, of which one leaves out that it is GMT. */
const HTTP_DATE = /^[A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d( \d{4}| GMT)$/;

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date.
 *
 * @returns milliseconds to wait, 0 for a date that is over; null when there is no header or it cannot be read.
 * @see RFC 9110 §10.2.3
 */
export function parseRetryAfter(header: string | null, now: Instant): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, Number.MAX_SAFE_INTEGER);
  if (!HTTP_DATE.test(text)) return null;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.parse(now));
}
