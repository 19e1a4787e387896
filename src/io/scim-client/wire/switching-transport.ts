import { createMeter } from '../flow/meter.ts';
import { openThreadedTransport, type ThreadedTransport } from './threaded-transport.ts';
import type { Destination, Transport } from './transport.ts';

/** From this rate on, a thread is worth its memory and its start. */
const BUSY_PER_SECOND = 1_000;

/** When and how a transport switches to a thread. */
interface Switching {
  /** Called with each request: whether the rate justifies a thread. */
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

/** The local transport, and when it is idle. */
interface Local extends Transport {
  idle(): Promise<void>;
}

/**
 * Makes a local transport that loads axios and undici with the first request, so that a command that sends nothing
 * starts without them.
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
 * Opens a transport, at first in this thread. At a high rate it switches to a worker thread; new requests then wait
 * for the pending ones, so that the limit of concurrent requests holds.
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
