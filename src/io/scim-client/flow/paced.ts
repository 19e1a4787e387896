import type { ScimResponse } from '../../../model/scim.ts';
import type { Send } from '../send.ts';
import type { ElapsedTime } from './elapsed-time.ts';
import { createPace } from './pace.ts';
import { createRateLimit } from './rate-limit.ts';
import { askedWaitMs, isPutOff } from './retrying.ts';

/** What pacing takes. */
export interface PaceOptions {
  /** 0: no limit. */
  readonly requestsPerSecond: number;
  readonly honourRetryAfter: boolean;
  readonly time: ElapsedTime;
  /** Once aborted, nothing is sent any more. */
  readonly closing: AbortSignal;
}

/** Sends requests no faster than the configured rate allows and than the answers of the host teach. */
export function paced<Request>(
  send: Send<Request>,
  { requestsPerSecond, honourRetryAfter, time, closing }: PaceOptions,
): Send<Request> {
  const rateLimit = requestsPerSecond > 0 ? createRateLimit(requestsPerSecond, closing) : null;
  const pace = createPace(requestsPerSecond, time);

  const learn = (response: ScimResponse, sentAt: number): void => {
    if (response.kind === 'noAnswer') return;
    if (response.status === 429) pace.slowDown(sentAt);
    else if (!isPutOff(response)) pace.succeeded();
    pace.pause(askedWaitMs(response, honourRetryAfter) ?? 0);
  };

  return async (request, about, signal) => {
    do {
      await pace.turn(signal);
      await rateLimit?.(signal);
    } while (pace.isPaused());
    closing.throwIfAborted();
    const sentAt = pace.noteSent();
    const response = await send(request, about, signal);
    learn(response, sentAt);
    return response;
  };
}
