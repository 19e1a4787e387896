import type { SourceId } from '../../../model/identifiers.ts';
import type { World } from '../../../model/ports.ts';
import type { ScimResponse } from '../../../model/scim.ts';
import type { Mask } from '../../secrets/secrets.ts';
import type { ExchangeListeners } from '../record/exchange-listeners.ts';
import { httpExchangeOf, type RecordOptions } from '../record/http-exchange.ts';
import type { Trace } from '../record/trace.ts';
import { answerOf } from './answer.ts';
import { createTransport } from './moving-transport.ts';
import type { Destination, WireMessage, WireResult } from './transport.ts';

/** What came of sending a message once. */
export interface Sent {
  readonly response: ScimResponse;
  /** The connection was closed while it stood idle, which says nothing about the host. */
  readonly isStale: boolean;
}

/** Sends messages to one host, each once, and understands what comes back. */
export interface Sender {
  /** @param about the source object for whose sake it is sent; absent: none */
  send(message: WireMessage, about?: SourceId): Promise<Sent>;
  close(): void;
}

/** What a sender uses. */
export interface SenderOptions {
  readonly world: Pick<World, 'now'>;
  readonly mask: Mask;
  readonly listeners: ExchangeListeners;
  /** Reads secrets out of successful answers, which are not masked then, before anybody is told of the exchange. */
  readonly learn?: (response: ScimResponse) => void;
  /** Tells whether a response is what a message asked for. @param about null: for no object's sake */
  isFit(message: WireMessage, response: ScimResponse, about: SourceId | null): boolean;
}

/** What was seen of a message on its way; null: nobody listened. */
type Heard = (Omit<RecordOptions, 'mask'> & { readonly trace: Trace }) | null;

/** Makes a sender to a host. */
export const createSender = (
  destination: Destination,
  { world, mask, listeners, learn, isFit }: SenderOptions,
): Sender => {
  const transport = createTransport(destination);

  const responseOf = (result: WireResult, durationMs: number): ScimResponse =>
    result.kind === 'reply'
      ? answerOf(result, {
          durationMs,
          now: world.now,
          mask: learn !== undefined && result.status < 300 ? (text) => text : mask,
          baseUrl: destination.baseUrl,
        })
      : { kind: 'noAnswer', cause: result.cause, message: mask(result.message), durationMs };

  const sendHeard = async (message: WireMessage, about: SourceId | null): Promise<[WireResult, Heard]> => {
    const startedAt = world.now();
    let heard: Heard = null;
    const result = await transport.send(message, (trace) => {
      heard = { about, trace, startedAt, endedAt: performance.now() };
    });
    return [result, heard];
  };

  const tell = (message: WireMessage, result: WireResult, response: ScimResponse, heard: Heard): void => {
    if (heard === null) return;
    listeners.tell(
      () => !isFit(message, response, heard.about),
      () => httpExchangeOf(message, heard.trace, result, { ...heard, mask }),
    );
  };

  return {
    send: async (message, about) => {
      const start = performance.now();
      const [result, heard] = listeners.isAnyone()
        ? await sendHeard(message, about ?? null)
        : [await transport.send(message), null];
      const response = responseOf(result, Math.round(performance.now() - start));
      learn?.(response);
      tell(message, result, response, heard);
      // Who asked works on the answer before the next turn of the event loop, and keeps little of it.
      if (result.kind === 'reply' && result.leave !== undefined) setImmediate(result.leave);
      return { response, isStale: result.kind === 'failed' && result.isStale };
    },
    close: transport.close,
  };
};
