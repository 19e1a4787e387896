import type { SourceId } from '../../../model/identifiers.ts';
import type { World } from '../../../model/ports.ts';
import type { ScimResponse } from '../../../model/scim.ts';
import { hasWords } from '../../../scim/answer.ts';
import type { Mask } from '../../secrets/secrets.ts';
import type { HttpRequest, Send } from '../send.ts';
import { answerOf } from '../wire/answer.ts';
import type { Transport, WireResult } from '../wire/transport.ts';
import { type HttpExchange, httpExchangeOf, type Redaction } from './http-exchange.ts';

/** Which exchanges a listener receives: all, or those that failed. */
export type Heard = 'all' | 'failed';

/** Receives completed exchanges. */
export type ExchangeListener = (exchange: HttpExchange) => void;

/** The listeners of a client. */
export interface ExchangeListeners {
  /**  @returns removes the listener */
  add(listener: ExchangeListener, heard: Heard): () => void;
  isAnyone(): boolean;
  /**
   * Passes an exchange to the listeners that want it.
   * @param record makes the record; called only where a listener wants it
   */
  tell(isFailed: () => boolean, record: () => HttpExchange): void;
}

/** Makes an empty list of listeners. */
export function createExchangeListeners(): ExchangeListeners {
  const listeners = new Map<ExchangeListener, Heard>();
  return {
    add: (listener, heard) => {
      listeners.set(listener, heard);
      return () => {
        listeners.delete(listener);
      };
    },
    isAnyone: () => listeners.size > 0,
    tell: (isFailed, record) => {
      const all = [...listeners];
      const concerned = all.some(([, heard]) => heard === 'failed') && isFailed();
      const told = concerned ? all : all.filter(([, heard]) => heard === 'all');
      if (told.length === 0) return;
      const exchange = record();
      for (const [listener] of told) listener(exchange);
    },
  };
}

/** What `recorded` needs. */
interface RecordedOptions {
  /** Base URL of the host. */
  readonly baseUrl: string;
  readonly world: Pick<World, 'now'>;
  readonly mask: Mask;
  readonly listeners: ExchangeListeners;
  /** Learns secrets from successful answers, which are then not masked, before listeners see the exchange. */
  readonly learn?: (response: ScimResponse) => void;
  /** Tells whether a response is what the request asked for. @param about null: the request concerns no object */
  isFit(request: HttpRequest, response: ScimResponse, about: SourceId | null): boolean;
  /** Tells whether an answer may repeat values that are redacted. Default: never */
  readonly mayRepeatRedacted?: (request: HttpRequest) => boolean;
}

/** What of a record is redacted. */
const redactionOf = (response: ScimResponse): Redaction => {
  if (response.kind === 'noAnswer' || !response.isRedacted) return 'nothing';
  return hasWords(response) ? 'words' : 'head';
};

/** Sends requests over a transport, reads the answers, and passes the exchanges to the listeners. */
export function recorded(
  transport: Transport,
  { baseUrl, world, mask, listeners, learn, isFit, mayRepeatRedacted = () => false }: RecordedOptions,
): Send<HttpRequest> {
  const responseOf = (request: HttpRequest, result: WireResult, durationMs: number): ScimResponse => {
    if (result.kind === 'reply') {
      const isMasked = learn === undefined || result.status >= 300;
      const answer = answerOf(result, {
        durationMs,
        now: world.now,
        mask: isMasked ? mask : (text) => text,
        baseUrl,
      });
      return mayRepeatRedacted(request) ? { ...answer, isRedacted: true } : answer;
    }
    const { cause, message, isStale } = result;
    return {
      kind: 'noAnswer',
      cause,
      message: mask(message),
      durationMs,
      ...(isStale ? { isStale } : {}),
    };
  };

  return async (request, about) => {
    const isObserved = listeners.isAnyone();
    const startedAt = isObserved ? world.now() : null;
    const from = performance.now();
    const result = await transport.send(request, isObserved);
    const to = performance.now();
    const response = responseOf(request, result, Math.round(to - from));
    learn?.(response);
    const { trace } = result;
    if (trace !== undefined && startedAt !== null)
      listeners.tell(
        () => !isFit(request, response, about),
        () =>
          httpExchangeOf(request, trace, result, {
            about,
            startedAt,
            span: [from, to],
            mask,
            redacts: redactionOf(response),
          }),
      );
    // The caller handles the answer before the next turn of the event loop, and keeps little of it.
    if (result.kind === 'reply' && result.release !== undefined) setImmediate(result.release);
    return response;
  };
}
