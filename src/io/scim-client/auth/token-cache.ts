import type { World } from '../../../model/ports.ts';
import type { NoAnswer } from '../../../model/scim.ts';
import type { AccessToken } from './token-answer.ts';

/** A token is renewed this long before it expires, or at half its life where that is later. */
const RENEWAL_MARGIN_MS = 60_000;

/** A failure to get a token answers all requests for this long, so that each does not ask again. */
const FAILURE_STANDS_MS = 5_000;

/** A refused token that never succeeded is replaced at most this often: a new one would be refused too. */
const REFUSAL_STANDS_MS = 60_000;

/** Keeps one token for all requests. */
interface TokenCache {
  /** The token to use now, or why there is none. Concurrent callers share one request for a token. */
  token(): Promise<string | NoAnswer>;
  /** Notes that a request was accepted with a token. */
  accepted(token: string): void;
  /** Notes that a request was refused with a token; returns whether another token may succeed. */
  refused(token: string): boolean;
}

interface Held {
  readonly value: string;
  readonly renewAt: number;
  readonly endsAt: number;
}

/**
 * Makes a cache of one token. It is fetched for the first request, again shortly before it expires, and again when
 * the target refuses it. A token without a lifetime is used until it is refused.
 * @param issue asks for a token; never throws
 */
export function createTokenCache(
  issue: () => Promise<AccessToken | NoAnswer>,
  { now }: Pick<World, 'now'>,
): TokenCache {
  let held: Held | null = null;
  let failed: { readonly failure: NoAnswer; readonly until: number } | null = null;
  let underWay: Promise<string | NoAnswer> | null = null;
  let isAccepted = false;
  let dropAllowedAt = Number.NEGATIVE_INFINITY;

  const clock = (): number => Date.parse(now());

  const hold = ({ value, lifetimeMs }: AccessToken, askedAt: number): void => {
    const life = lifetimeMs ?? Number.POSITIVE_INFINITY;
    const endsAt = askedAt + life;
    held = { value, endsAt, renewAt: endsAt - Math.min(RENEWAL_MARGIN_MS, life / 2) };
    isAccepted = false;
  };

  /** Falls back to the held token until it expires. */
  const instead = (failure: NoAnswer): string | NoAnswer =>
    held !== null && clock() < held.endsAt ? held.value : failure;

  const ask = async (): Promise<string | NoAnswer> => {
    const askedAt = clock();
    const issued = await issue();
    underWay = null;
    if ('kind' in issued) {
      failed = { failure: issued, until: clock() + FAILURE_STANDS_MS };
      return instead(issued);
    }
    failed = null;
    hold(issued, askedAt);
    return issued.value;
  };

  return {
    token: async () => {
      const at = clock();
      if (held !== null && at < held.renewAt) return held.value;
      if (failed !== null && at < failed.until) return instead(failed.failure);
      underWay ??= ask();
      return underWay;
    },
    accepted: (token) => {
      if (token === held?.value) isAccepted = true;
    },
    refused: (token) => {
      // Another request has replaced it already.
      if (token !== held?.value) return true;
      const at = clock();
      if (!isAccepted && at < dropAllowedAt) return false;
      held = null;
      dropAllowedAt = at + REFUSAL_STANDS_MS;
      return true;
    },
  };
}
