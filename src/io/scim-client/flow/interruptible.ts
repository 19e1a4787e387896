import { setMaxListeners } from 'node:events';
import { Interruption } from '../../../model/errors.ts';
import type { NoAnswer } from '../../../model/scim.ts';
import type { Send } from '../send.ts';

const CLOSED: NoAnswer = {
  kind: 'noAnswer',
  cause: 'reset',
  message: 'the client was closed',
  durationMs: 0,
};

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/**
 * Joins the signals of caller and client into one that ends all waits of a request. An abort by the caller throws
 * `Interruption`, one by the client counts as no answer. The answer to a request that was sent is always awaited.
 * @param closing aborted when the client is closed
 * @throws {Interruption} when the signal of the caller cuts a wait short
 */
export function interruptible<Request>(send: Send<Request>, closing: AbortSignal): Send<Request> {
  const joined = new WeakMap<AbortSignal, AbortSignal>();
  const withClosing = (signal: AbortSignal): AbortSignal => {
    let both = joined.get(signal);
    if (both === undefined) {
      both = AbortSignal.any([signal, closing]);
      // All requests of a cycle share its signal.
      setMaxListeners(0, both);
      joined.set(signal, both);
    }
    return both;
  };
  return async (request, about, signal) => {
    try {
      return await send(request, about, withClosing(signal));
    } catch (error) {
      if (signal.aborted && isAbort(error)) throw new Interruption();
      if (closing.aborted) return CLOSED;
      throw error;
    }
  };
}
