import { createMeter } from '../flow/meter.ts';
import { openThreadTransport, type ThreadTransport } from './thread-transport.ts';
import type { Destination, Transport, WireResult } from './transport.ts';

/** As many requests within a second make a thread of their own worth its memory and the time to start it. */
const BUSY_PER_SECOND = 1_000;

/** When and how a transport moves. */
export interface Moving {
  /** Is asked with each request whether they follow each other so fast that a thread is worth it. */
  readonly isBusy: () => boolean;
  readonly openThread: (destination: Destination) => Promise<ThreadTransport>;
}

const byMeter = (): Moving => {
  const meter = createMeter();
  return {
    isBusy: () => {
      const now = performance.now();
      meter.note(now);
      return meter.perSecond(now) > BUSY_PER_SECOND;
    },
    openThread: openThreadTransport,
  };
};

const CLOSED: WireResult = {
  kind: 'failed',
  cause: 'reset',
  message: 'the client was closed',
  isStale: false,
};

/** Loads the HTTP client with the first request, so that a command that sends none starts without it. */
const createLocalTransport = (destination: Destination): Transport => {
  let loading: Promise<Transport> | null = null;
  let isClosed = false;
  const load = async (): Promise<Transport> => {
    const { createNearTransport } = await import('./transport.ts');
    const loaded = isClosed
      ? { send: async () => CLOSED, close: () => {} }
      : createNearTransport(destination);
    local = loaded;
    return loaded;
  };
  let local: Transport = {
    send: async (message, observe) => {
      loading ??= load();
      return (await loading).send(message, observe);
    },
    close: () => {
      isClosed = true;
    },
  };
  return {
    send: (message, observe) => local.send(message, observe),
    close: () => local.close(),
  };
};

/** Counts what is under way, and tells when it is nothing. */
const counting = (transport: Transport): Transport & { idle(): Promise<void> } => {
  let underWay = 0;
  let onIdle = (): void => {};
  return {
    send: async (message, observe) => {
      underWay += 1;
      try {
        return await transport.send(message, observe);
      } finally {
        underWay -= 1;
        if (underWay === 0) onIdle();
      }
    },
    idle: () =>
      new Promise((resolve) => {
        onIdle = resolve;
        if (underWay === 0) resolve();
      }),
    close: transport.close,
  };
};

/**
 * Opens the way to a host, at first in this thread. Once requests follow each other fast it moves to a thread of its
 * own, where there can be one: requests then wait for those under way, so that there are never more than allowed.
 */
export const createTransport = (
  destination: Destination,
  { isBusy, openThread }: Moving = byMeter(),
): Transport => {
  const near = counting(createLocalTransport(destination));
  let far: Transport | null = null;
  let isClosed = false;

  const moveOut = async (): Promise<void> => {
    const opened = await openThread(destination).catch(() => null);
    if (opened === null) return;
    if (isClosed) return opened.close();
    far = opened;
    const sendFar: Transport['send'] = (message, observe) =>
      (opened.isOver() ? near : opened).send(message, observe);
    const isFree = near.idle();
    send = (message, observe) => isFree.then(() => sendFar(message, observe));
    await isFree;
    send = sendFar;
  };

  let send: Transport['send'] = (message, observe) => {
    if (isBusy()) {
      send = near.send;
      void moveOut();
    }
    return near.send(message, observe);
  };

  return {
    send: (message, observe) => send(message, observe),
    close: () => {
      isClosed = true;
      near.close();
      far?.close();
    },
  };
};
