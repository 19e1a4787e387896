import { createMeter } from '../flow/meter.ts';
import { openThreadedTransport, type ThreadedTransport } from './threaded-transport.ts';
import type { Destination, Transport } from './transport.ts';

/** As many requests within a second make a thread of their own worth its memory and the time to start it. */
const BUSY_PER_SECOND = 1_000;

/** When and how a transport switches to a thread. */
export interface Switching {
  /** Is asked with each request whether they follow each other so fast that a thread is worth it. */
  readonly isBusy: () => boolean;
  readonly openThread: (destination: Destination) => Promise<ThreadedTransport>;
}

const byMeter = (): Switching => {
  const meter = createMeter();
  return {
    isBusy: () => {
      const now = performance.now();
      meter.note(now);
      return meter.perSecond(now) > BUSY_PER_SECOND;
    },
    openThread: openThreadedTransport,
  };
};

/** The local transport, with what tells that nothing is under way. */
interface Local extends Transport {
  idle(): Promise<void>;
}

/**
 * Opens the local transport with the first request: axios and undici are loaded then, so that a command that sends
 * nothing starts without them.
 */
const createLocal = (destination: Destination): Local => {
  let opened: Transport | null = null;
  let opening: Promise<Transport> | null = null;
  let isClosed = false;
  let underWay = 0;
  let onIdle = (): void => {};
  const open = async (): Promise<Transport> => {
    const { createLocalTransport } = await import('./local-transport.ts');
    opened = createLocalTransport(destination);
    if (isClosed) opened.close();
    return opened;
  };
  return {
    send: async (request, isObserved) => {
      underWay += 1;
      try {
        opening ??= open();
        return await (opened ?? (await opening)).send(request, isObserved);
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
    close: () => {
      isClosed = true;
      opened?.close();
    },
  };
};

/**
 * Opens the way to a host, at first in this thread. Once requests follow each other fast it switches to a thread of its
 * own, where there can be one: requests then wait for those under way, so that there are never more than allowed.
 */
export function createTransport(
  destination: Destination,
  { isBusy, openThread }: Switching = byMeter(),
): Transport {
  const local = createLocal(destination);
  let threaded: Transport | null = null;
  let isClosed = false;

  const switchToThread = async (): Promise<void> => {
    const opened = await openThread(destination).catch(() => null);
    if (opened === null) return;
    if (isClosed) return opened.close();
    threaded = opened;
    const sendThreaded: Transport['send'] = (request, isObserved) =>
      (opened.isOver() ? local : opened).send(request, isObserved);
    const isFree = local.idle();
    send = (request, isObserved) => isFree.then(() => sendThreaded(request, isObserved));
    await isFree;
    send = sendThreaded;
  };

  let send: Transport['send'] = (request, isObserved) => {
    if (isBusy()) {
      send = local.send;
      void switchToThread();
    }
    return local.send(request, isObserved);
  };

  return {
    send: (request, isObserved) => send(request, isObserved),
    close: () => {
      isClosed = true;
      local.close();
      threaded?.close();
    },
  };
}
