import { setTimeout as realSleep } from 'node:timers/promises';
import type { Instant } from '../../model/identifiers.ts';
import type { TargetSettings } from '../../model/job.ts';
import type { TargetReader, TargetWriter, World } from '../../model/ports.ts';
import type { ScimExchange, ScimRequest, ScimResponse } from '../../model/scim.ts';
import { answerOf } from './answer.ts';
import { createRateLimit } from './rate-limit.ts';
import { retryDelayMs } from './retry.ts';
import { redactionOf } from './secrets.ts';
import { createTransport, type WireResult } from './transport.ts';

/** One request as it went over the wire, each retry on its own, with what came of it. */
export interface WireExchange extends ScimExchange {
  readonly startedAt: Instant;
}

/** Speaks with one target; nothing but the requests it is given goes out. */
export interface ScimClient extends TargetReader, TargetWriter {
  /** Requests sent so far, retries included. */
  requestCount(): number;
  /** Tells a listener of each exchange when it is over; returns what stops that. */
  onExchange(listener: (exchange: WireExchange) => void): () => void;
  /** Closes the connections; requests under way break off and are not sent again. */
  close(): void;
}

/** Waits for some milliseconds. */
export type Sleep = (ms: number) => Promise<unknown>;

/** Opens a client of a job's target. The connection is made with the first request. */
export const createScimClient = (
  settings: TargetSettings,
  world: World,
  sleep: Sleep = realSleep,
): ScimClient => {
  const transport = createTransport(settings);
  const redact = redactionOf(settings.auth);
  const rateLimit = settings.requestsPerSecond > 0 ? createRateLimit(settings.requestsPerSecond) : null;
  const listeners = new Set<(exchange: WireExchange) => void>();
  let requestCount = 0;
  let isClosed = false;

  const responseOf = (result: WireResult, durationMs: number): ScimResponse =>
    result.kind === 'reply'
      ? answerOf(result, durationMs, world.now(), redact)
      : { kind: 'noAnswer', cause: result.cause, message: redact(result.message), durationMs };

  const sendOnce = async (request: ScimRequest): Promise<{ response: ScimResponse; isStale: boolean }> => {
    if (rateLimit !== null) await rateLimit();
    requestCount += 1;
    const startedAt = world.now();
    const start = performance.now();
    const result = await transport.send(request);
    const response = responseOf(result, Math.round(performance.now() - start));
    for (const listener of listeners) listener({ request, response, startedAt });
    return { response, isStale: result.kind === 'failed' && result.isStale };
  };

  /** A connection that the target closed while it stood idle says nothing about the target: a read is sent anew. */
  const sendFresh = async (request: ScimRequest): Promise<ScimResponse> => {
    const first = await sendOnce(request);
    const isSentAnew = first.isStale && request.method === 'GET' && !isClosed;
    return isSentAnew ? (await sendOnce(request)).response : first.response;
  };

  const send = async (request: ScimRequest): Promise<ScimResponse> => {
    let response = await sendFresh(request);
    for (let retries = 0; ; retries += 1) {
      const delayMs = retryDelayMs(response, retries, world.random);
      if (delayMs === null) return response;
      await sleep(delayMs);
      if (isClosed) return response;
      response = await sendFresh(request);
    }
  };

  return {
    read: send,
    write: send,
    requestCount: () => requestCount,
    onExchange: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close: () => {
      isClosed = true;
      transport.close();
    },
  };
};
