import type { World } from '../../model/ports.ts';
import type { ScimResponse } from '../../model/scim.ts';
import { answerOf } from './answer.ts';
import { type HttpExchange, httpExchangeOf } from './http-exchange.ts';
import type { Redact } from './secrets.ts';
import {
  createTransport,
  type Destination,
  type Observe,
  type WireMessage,
  type WireResult,
} from './transport.ts';

/** What came of sending a message once. */
export interface Sent {
  readonly response: ScimResponse;
  /** The connection was closed while it stood idle, which says nothing about the host. */
  readonly isStale: boolean;
}

/** Sends messages to one host, each once, and understands what comes back. */
export interface Sender {
  send(message: WireMessage): Promise<Sent>;
  close(): void;
}

/** What a sender uses. */
export interface SenderOptions {
  readonly world: Pick<World, 'now'>;
  readonly redact: Redact;
  /** Whom to tell of each exchange; null: nobody listens, and then no record is made of it. */
  listener(): ((exchange: HttpExchange) => void) | null;
}

/** Makes a sender to a host. */
export const createSender = (
  destination: Destination,
  { world, redact, listener }: SenderOptions,
): Sender => {
  const transport = createTransport(destination);

  const responseOf = (result: WireResult, durationMs: number): ScimResponse =>
    result.kind === 'reply'
      ? answerOf(result, { durationMs, now: world.now, redact, baseUrl: destination.baseUrl })
      : { kind: 'noAnswer', cause: result.cause, message: redact(result.message), durationMs };

  const observing = (message: WireMessage, tell: (exchange: HttpExchange) => void): Observe => {
    const startedAt = world.now();
    return (trace, result) =>
      tell(httpExchangeOf(message, trace, result, { startedAt, endedAt: performance.now(), redact }));
  };

  return {
    send: async (message) => {
      const tell = listener();
      const start = performance.now();
      const result = await transport.send(message, tell === null ? undefined : observing(message, tell));
      const response = responseOf(result, Math.round(performance.now() - start));
      return { response, isStale: result.kind === 'failed' && result.isStale };
    },
    close: transport.close,
  };
};
