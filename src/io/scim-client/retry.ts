import type { ScimResponse } from '../../model/scim.ts';

/** How often a request that the target put off is sent again inside the run. */
export const MAX_RETRIES = 3;

/**
 * The longest `Retry-After` that is waited for; a target that asks for more is asked again after this, and the
 * object is escrowed when it still says no, instead of the whole cycle standing still for it.
 */
export const MAX_RETRY_AFTER_MS = 30_000;

/** The wait before the first retry when the target names none; it doubles with each further one. */
export const BACKOFF_MS = 500;

/** The answers that promise that the same request may succeed a little later. @see RFC 6585 §4, RFC 9110 §15.6.4 */
const PUT_OFF: ReadonlySet<number> = new Set([429, 503]);

/**
 * Tells how long to wait before a request is sent again: never less than the target asked for (up to the limit),
 * and a random bit longer, so that requests put off together do not come back together.
 *
 * @param retries how often it was sent again already.
 * @param random draws a number, 0 ≤ n < 1.
 * @returns milliseconds; null when it is not to be sent again.
 */
export const retryDelayMs = (
  response: ScimResponse,
  retries: number,
  random: () => number,
): number | null => {
  if (response.kind !== 'answer' || !PUT_OFF.has(response.status) || retries >= MAX_RETRIES) return null;
  const backoff = BACKOFF_MS * 2 ** retries;
  return Math.round(
    response.retryAfterMs === null
      ? backoff / 2 + random() * backoff
      : Math.min(response.retryAfterMs, MAX_RETRY_AFTER_MS) + random() * BACKOFF_MS,
  );
};
