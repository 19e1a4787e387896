import type { OpenTrace } from '../record/trace.ts';
import {
  type Connection,
  createConnection,
  type ExchangeLimits,
  type RawAnswer,
  type WireRequest,
} from './connection.ts';
import { addressOf } from './socket.ts';
import { createSerialExecutor } from './turns.ts';

/** The connections to one host. */
export interface Connections {
  /**
   * Sends a request on a connection that nothing else is using, as soon as there is one, and reads the answer.
   * @throws what the connection fails with
   */
  exchange(request: WireRequest, trace: OpenTrace): Promise<RawAnswer>;
  /** Breaks off what is under way or waits. */
  close(): void;
}

const closed = (): Error => Object.assign(new Error('the client was closed'), { code: 'ECONNRESET' });

/** Keeps connections to a host alive, as many as requests may be under way; who comes first is served first. */
export const createConnections = (base: URL, concurrency: number, limits: ExchangeLimits): Connections => {
  const address = addressOf(base);
  const turns = createSerialExecutor();
  const all: Connection[] = [];
  const idle: Connection[] = [];
  const waiting: ((connection: Connection | null) => void)[] = [];
  let isClosed = false;

  const add = (): Connection => {
    const connection = createConnection(base.origin, address, limits, turns);
    all.push(connection);
    return connection;
  };

  const give = (connection: Connection): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(connection);
    else next(connection);
  };

  const wait = (): Promise<Connection | null> => new Promise((resolve) => waiting.push(resolve));

  return {
    exchange: async (request, trace) => {
      const connection = idle.pop() ?? (all.length < concurrency ? add() : await wait());
      if (connection === null || isClosed) throw closed();
      try {
        return await connection.exchange(request, trace);
      } finally {
        give(connection);
      }
    },
    close: () => {
      isClosed = true;
      for (const next of waiting.splice(0)) next(null);
      for (const connection of all) connection.close(closed());
    },
  };
};
