import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Trace } from '../record/trace.ts';
import { createBatch } from './batch.ts';
import type { Destination, Observe, Transport, WireMessage, WireResult } from './transport.ts';

/** A request for the thread to carry. */
export interface Order {
  readonly id: number;
  readonly message: WireMessage;
  /** When it was given, on the clock of who gave it; null: nobody observes it. */
  readonly startedAt: number | null;
}

/** Nobody holds the long answer to an order any more. */
export type Leaving = Pick<Order, 'id'>;

/** What came of an order. */
export interface Report {
  readonly id: number;
  readonly result: WireResult;
  /** On the clock of who gave the order; null: nobody observes it. */
  readonly trace: Trace | null;
  /** The thread waits until it is told that nobody holds the answer any more. */
  readonly isLong?: true;
}

/** What the thread is given. */
export interface ThreadTask {
  readonly destination: Destination;
  /** When the clock began of who gives the orders. @see performance.timeOrigin */
  readonly timeOrigin: number;
}

/** A transport in a thread of its own. */
export interface ThreadTransport extends Transport {
  /** The thread came to its end, and nothing can be sent by it any more. */
  isOver(): boolean;
}

/** The module of the thread, built or as a source. */
const MODULE = new URL(import.meta.url.replace(/thread-transport(\.\w+)$/, 'transport-thread$1'));

/**
 * The thread has little to keep: without limits its heap would grow far before it is swept, and count toward the memory
 * of the process. Answers so long that they do not fit end the thread, and count as unanswered.
 */
const LIMITS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 64 };

/** Two heaps are to take what one may take alone: each is swept at two and a half times what it holds, not at four. */
const SWEEP_SOONER = '--heap-growing-percent=150';

interface Pending {
  readonly resolve: (result: WireResult) => void;
  readonly observe: Observe | undefined;
}

const ended = (message: string): WireResult => ({ kind: 'failed', cause: 'reset', message, isStale: false });

/**
 * Opens the way to a host from a thread of its own, so that sockets are served while this one computes. Should the
 * thread end, what was under way counts as unanswered.
 * @throws when the thread cannot be started
 */
export const openThreadTransport = async (
  destination: Destination,
  module: URL = MODULE,
): Promise<ThreadTransport> => {
  const task: ThreadTask = { destination, timeOrigin: performance.timeOrigin };
  // It has the options of this process, those for TLS and names among them: it is to speak as this thread does.
  const worker = new Worker(module, { workerData: task, resourceLimits: LIMITS });
  // Only what is under way keeps the process alive.
  worker.unref();
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
  setFlagsFromString(SWEEP_SOONER);

  const pending = new Map<number, Pending>();
  const orders = createBatch<Order | Leaving>((batch) => worker.postMessage(batch));
  let isOver = false;
  let lastId = 0;

  const settle = (id: number, result: WireResult, trace: Trace | null): void => {
    const waiting = pending.get(id);
    if (waiting === undefined) return;
    pending.delete(id);
    if (pending.size === 0) worker.unref();
    if (trace !== null) waiting.observe?.(trace, result);
    waiting.resolve(result);
  };

  const end = (message: string): void => {
    isOver = true;
    for (const id of [...pending.keys()]) settle(id, ended(message), null);
  };

  worker.on('message', (reports: readonly Report[]) => {
    for (const { id, result, trace, isLong } of reports)
      settle(
        id,
        isLong && result.kind === 'reply' ? { ...result, leave: () => orders.add({ id }) } : result,
        trace,
      );
  });
  worker.on('error', (error) => end(`the thread that sends requests failed: ${error.message}`));
  worker.on('exit', () => end('the thread that sends requests ended'));

  return {
    send: (message, observe) =>
      new Promise((resolve) => {
        lastId += 1;
        if (pending.size === 0) worker.ref();
        pending.set(lastId, { resolve, observe });
        orders.add({ id: lastId, message, startedAt: observe === undefined ? null : performance.now() });
      }),
    isOver: () => isOver,
    close: () => {
      end('the client was closed');
      void worker.terminate();
    },
  };
};
