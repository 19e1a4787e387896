import type { Respond } from './message.ts';
import { errorAnswer, ScimError } from './scim-error.ts';

/** A limit of requests. */
export interface Rate {
  readonly requestCount: number;
  /** In any period of this length. */
  readonly perMs: number;
}

/** Answers 429 with `Retry-After` beyond a rate; refused requests do not count. @see RFC 6585 §4 */
export function limitRate(respond: Respond, rate: Rate, now: () => number): Respond {
  const taken: number[] = [];
  return (request) => {
    const at = now();
    while (taken[0] !== undefined && taken[0] <= at - rate.perMs) taken.shift();
    const [oldest] = taken;
    if (oldest === undefined || taken.length < rate.requestCount) {
      taken.push(at);
      return respond(request);
    }
    const seconds = Math.ceil((oldest + rate.perMs - at) / 1000);
    const detail = `more than ${rate.requestCount} requests in ${rate.perMs / 1000} s; try again in ${seconds} s`;
    return {
      ...errorAnswer(new ScimError(429, null, detail)),
      wire: { headers: { 'retry-after': String(seconds) } },
    };
  };
}
