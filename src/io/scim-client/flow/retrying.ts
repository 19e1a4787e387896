import type { ScimAnswer, ScimRequest, ScimResponse } from '../../../model/scim.ts';
import type { Send } from '../send.ts';
import type { ElapsedTime } from './elapsed-time.ts';

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

/** Tells whether the target did nothing because it is busy. */
export function isPutOff(response: ScimResponse): response is ScimAnswer {
  return response.kind === 'answer' && PUT_OFF.has(response.status);
}

/** How long the target asks to wait, as far as it is waited for; null: it did not say, or nobody asks. */
export function askedWaitMs(response: ScimResponse, honourRetryAfter: boolean): number | null {
  return honourRetryAfter && isPutOff(response) && response.retryAfterMs !== null
    ? Math.min(response.retryAfterMs, MAX_RETRY_AFTER_MS)
    : null;
}

/**
 * Tells how long to wait before a request is sent again: never less than the target asked for (up to the limit),
 * and a random bit longer, so that requests put off together do not come back together.
 *
 * @param retries how often it was sent again already.
 * @param random draws a number, 0 ≤ n < 1.
 * @param honourRetryAfter false: the wait is what it would be had the target named none.
 * @returns milliseconds; null when it is not to be sent again.
 */
export function retryDelayMs(
  response: ScimResponse,
  retries: number,
  random: () => number,
  honourRetryAfter = true,
): number | null {
  if (!isPutOff(response) || retries >= MAX_RETRIES) return null;
  const backoff = BACKOFF_MS * 2 ** retries;
  const asked = askedWaitMs(response, honourRetryAfter);
  return Math.round(asked === null ? backoff / 2 + random() * backoff : asked + random() * BACKOFF_MS);
}

/** What sending again takes. */
export interface RetryOptions {
  readonly time: ElapsedTime;
  /** Draws a number, 0 ≤ n < 1. */
  readonly random: () => number;
  readonly honourRetryAfter: boolean;
  /** Once aborted, nothing is sent again. */
  readonly closing: AbortSignal;
}

/**
 * Sends a request again that the host put off, after a wait, up to three times. A connection that the host closed while
 * it stood idle says nothing about the host: a read is sent anew at once, and a write fails, as it may have been done.
 */
export function retrying<Request extends Pick<ScimRequest, 'method'>>(
  send: Send<Request>,
  { time, random, honourRetryAfter, closing }: RetryOptions,
): Send<Request> {
  const sendFresh: Send<Request> = async (request, about, signal) => {
    const response = await send(request, about, signal);
    const isStale = response.kind === 'noAnswer' && response.isStale === true;
    return isStale && request.method === 'GET' && !closing.aborted ? send(request, about, signal) : response;
  };
  return async (request, about, signal) => {
    for (let retries = 0; ; retries += 1) {
      const response = await sendFresh(request, about, signal);
      const delayMs = retryDelayMs(response, retries, random, honourRetryAfter);
      if (delayMs === null) return response;
      await time.sleep(delayMs, signal);
      if (closing.aborted) return response;
    }
  };
}
