import type { Instant } from '../../../model/identifiers.ts';
import type { Json } from '../../../model/json.ts';
import type { ScimAnswer } from '../../../model/scim.ts';
import { copyOf, VALUE_LIMIT } from '../../../scim/kept-value.ts';
import type { Mask } from '../../secrets/secrets.ts';
import { isTooDeep } from './depth.ts';
import { parseRetryAfter } from './retry-after.ts';

/** What came over the wire, before it is understood. */
export interface WireReply {
  readonly status: number;
  readonly contentType: string | null;
  readonly retryAfter: string | null;
  readonly location: string | null;
  /** Decompressed; what is not UTF-8 became U+FFFD. */
  readonly text: string;
}

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
export const answerOf = (reply: WireReply, { durationMs, now, mask, baseUrl }: AnswerContext): ScimAnswer => {
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
};
