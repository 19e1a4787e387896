import type { Instant } from '../../../model/identifiers.ts';

/** The three forms of an HTTP date, of which one leaves out that it is GMT. */
const HTTP_DATE = /^[A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d( \d{4}| GMT)$/;

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date.
 *
 * @returns milliseconds to wait, 0 for a date that is over; null when there is no header or it cannot be read.
 * @see RFC 9110 §10.2.3
 */
export const parseRetryAfter = (header: string | null, now: Instant): number | null => {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, Number.MAX_SAFE_INTEGER);
  if (!HTTP_DATE.test(text)) return null;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.parse(now));
};
