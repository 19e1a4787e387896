import type { ScimResponse } from '../../../model/scim.ts';
import type { Send } from '../send.ts';
import type { ElapsedTime } from './elapsed-time.ts';
import { createPace } from './pace.ts';
import { createRateLimit } from './rate-limit.ts';
import { askedWaitMs, isPutOff } from './retrying.ts';

/** What `paced` needs. */
interface PaceOptions {
  /** 0: no limit. */
  readonly requestsPerSecond: number;
  readonly honourRetryAfter: boolean;
  readonly time: ElapsedTime;
  /** Once aborted, nothing is sent. */
  readonly closing: AbortSignal;
}

/** Sends requests within the configured rate and the rate that the answers of the host allow. */
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
