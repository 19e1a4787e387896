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
 * Gives each request one signal that ends all its waits: that of the caller, and that of the client. A wait that the
 * caller cuts short is an interruption; one that ends with the client counts as no answer. What was sent is waited for.
 *
 * @param closing aborted when the client is closed
 * @returns sends as `Send` says
 * @throws {Interruption} when the signal of the caller cuts a wait short
 */
export function interruptible(send: Send, closing: AbortSignal): Send {
  const joined = new WeakMap<AbortSignal, AbortSignal>();
  const withClosing = (signal: AbortSignal): AbortSignal => {
    let both = joined.get(signal);
    if (both === undefined) {
      both = AbortSignal.any([signal, closing]);
      // All requests of a cycle wait with the one signal of that cycle.
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
