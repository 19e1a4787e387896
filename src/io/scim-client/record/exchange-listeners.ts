import type { HttpExchange } from './http-exchange.ts';

/** Which exchanges a listener is told of: all of them, or those only that did not come to what was asked for. */
export type Heard = 'all' | 'failed';

/** Is told of exchanges when they are over. */
export type ExchangeListener = (exchange: HttpExchange) => void;

/** Those who listen to what a client says and hears. */
export interface ExchangeListeners {
  /** @returns what ends it */
  add(listener: ExchangeListener, heard: Heard): () => void;
  isAnyone(): boolean;
  /**
   * Tells those whom an exchange concerns.
   * @param record makes the record of it; it costs a walk through head and body, and nobody pays for it in vain
   */
  tell(isFailed: () => boolean, record: () => HttpExchange): void;
}

/** Makes a list of listeners, at first empty. */
export const createExchangeListeners = (): ExchangeListeners => {
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
};
