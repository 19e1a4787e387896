import type { ScimAnswer, ScimRequest, ScimResponse } from '../../../model/scim.ts';
import type { Send } from '../send.ts';
import type { ElapsedTime } from './elapsed-time.ts';

/** Retries of a request that was answered 429 or 503. */
export const MAX_RETRIES = 3;

/**
 * The longest `Retry-After` that is honoured. A target that asks for more is asked again after this, and the object
 * is escrowed if it refuses again.
 */
export const MAX_RETRY_AFTER_MS = 30_000;

/** The wait before the first retry without `Retry-After`; it doubles with each retry. */
export const BACKOFF_MS = 500;

/** Statuses after which the same request may succeed later. @see RFC 6585 §4, RFC 9110 §15.6.4 */
const PUT_OFF: ReadonlySet<number> = new Set([429, 503]);

/** Tells whether the target did nothing because it is busy. */
export function isPutOff(response: ScimResponse): response is ScimAnswer {
  return response.kind === 'answer' && PUT_OFF.has(response.status);
}

/** The wait that the target asks for, capped; null: none, or `honourRetryAfter` is false. */
export function askedWaitMs(response: ScimResponse, honourRetryAfter: boolean): number | null {
  return honourRetryAfter && isPutOff(response) && response.retryAfterMs !== null
    ? Math.min(response.retryAfterMs, MAX_RETRY_AFTER_MS)
    : null;
}

/**
 * Computes the wait before a retry: at least what the target asks for (capped), plus jitter.
 * @param retries retries so far
 * @param random draws a number, 0 ≤ n < 1
 * @param honourRetryAfter false: ignores `Retry-After`
 * @returns milliseconds; null: do not retry
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

/** What `retrying` needs. */
interface RetryOptions {
  readonly time: ElapsedTime;
  /** Draws a number, 0 ≤ n < 1. */
  readonly random: () => number;
  readonly honourRetryAfter: boolean;
  /** Once aborted, nothing is retried. */
  readonly closing: AbortSignal;
}

/**
 * Retries requests that the host answered 429 or 503, up to three times. A read that met a stale connection is sent
 * again at once; a write fails then, because it may have been done.
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
