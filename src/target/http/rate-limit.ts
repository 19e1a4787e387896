import type { Respond } from './message.ts';
import { errorAnswer, ScimError } from './scim-error.ts';

/** How many requests a target takes. */
export interface Rate {
  readonly requestCount: number;
  /** In any so many milliseconds. */
  readonly perMs: number;
}

/**
 * Answers 429 to what exceeds a rate, with the seconds after which a request will be taken again; refused requests
 * do not count.
 * @see RFC 6585 §4
 */
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
