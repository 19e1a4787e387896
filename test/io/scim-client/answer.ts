import type { NoAnswer, ReadRequest, ScimAnswer } from '../../../src/model/scim.ts';

/** A request that any layer of the client takes. */
export const users: ReadRequest = { method: 'GET', path: '/Users', query: '', body: null };

/** An answer with nothing but a status. */
export const answer = (status: number, retryAfterMs: number | null = null): ScimAnswer => ({
  kind: 'answer',
  status,
  body: {},
  text: null,
  contentType: null,
  retryAfterMs,
  durationMs: 1,
});

/** A connection that was reset; stale: while idle. */
export const reset = (isStale: boolean): NoAnswer => ({
  kind: 'noAnswer',
  cause: 'reset',
  message: 'socket hang up',
  durationMs: 1,
  ...(isStale ? { isStale } : {}),
});
