import type { Instant } from '../../../model/identifiers.ts';
import { isTooDeep, type Json } from '../../../model/json.ts';
import type { ScimAnswer } from '../../../model/scim.ts';
import { copyOf, VALUE_LIMIT } from '../../../scim/kept-value.ts';
import type { Mask } from '../../secrets/secrets.ts';
import type { WireReply } from './transport.ts';

/** Characters kept of a body that is not JSON. */
const TEXT_LIMIT = 1_000;

/** The JSON value of a body; null: empty; undefined: not JSON, or nested too deeply. */
const parseBody = (text: string): Json | undefined => {
  if (text.trim() === '') return null;
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** The context of a reply. */
interface AnswerContext {
  readonly durationMs: number;
  now(): Instant;
  readonly mask: Mask;
  /** Base URL of the target. */
  readonly baseUrl: string;
}

/** The host of a redirect; the rest of its location may hold secrets. */
const redirectOf = (
  { status, location }: WireReply,
  baseUrl: string,
  mask: Mask,
): Pick<ScimAnswer, 'redirectHost'> =>
  status >= 300 && status < 400 && location !== null && URL.canParse(location, baseUrl)
    ? { redirectHost: mask(new URL(location, baseUrl).host) }
    : {};

/**
 * Makes an answer from a reply. Masks echoed credentials in errors, lists and resources alike, because attributes and
 * ids are stored and shown.
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

/** The three forms of an HTTP date; one omits GMT. */
const HTTP_DATE = /^[A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d( \d{4}| GMT)$/;

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date.
 * @returns milliseconds, 0 for a past date; null: absent or unreadable
 * @see RFC 9110 §10.2.3
 */
export function parseRetryAfter(header: string | null, now: Instant): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, Number.MAX_SAFE_INTEGER);
  if (!HTTP_DATE.test(text)) return null;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.parse(now));
}
