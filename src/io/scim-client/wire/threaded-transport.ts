import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { HttpRequest } from '../send.ts';
import { createBatchDelivery } from './batch-delivery.ts';
import type { Destination, Transport, WireResult } from './transport.ts';

/** A request for the thread. */
export interface ThreadRequest {
  readonly id: number;
  readonly request: HttpRequest;
  readonly isObserved: boolean;
}

/** The long answer to a request has been handled. */
export type ThreadRelease = Pick<ThreadRequest, 'id'>;

/** The result of a request. */
export interface ThreadReply {
  readonly id: number;
  readonly result: WireResult;
  /** The answer holds room until a `ThreadRelease`. */
  readonly isLong?: true;
}

/** What the thread starts with. */
export interface ThreadTask {
  readonly destination: Destination;
  /** `performance.timeOrigin` of the sending thread. @see performance.timeOrigin */
  readonly timeOrigin: number;
}

/** A transport in a worker thread. */
export interface ThreadedTransport extends Transport {
  /** Whether the thread has ended. */
  isOver(): boolean;
}

/** The module of the thread, compiled or as source. */
const MODULE = new URL(import.meta.url.replace(/threaded-transport(\.\w+)$/, 'transport-thread$1'));

/**
 * The thread keeps little, and its heap counts toward the memory of the process. An answer that does not fit ends the
 * thread and counts as unanswered.
 */
const LIMITS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 64 };

/** Two heaps share the memory of one: each is collected at 2.5 times its live size, not at 4. */
const COLLECT_SOONER = '--heap-growing-percent=150';

const ended = (message: string): WireResult => ({ kind: 'failed', cause: 'reset', message, isStale: false });

/**  @throws when the thread fails or ends before it is ready */
const untilReady = (worker: Worker): Promise<void> =>
  new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread ended with ${code} before it was ready`)));
  });

/**
 * Opens a transport in a worker thread, so that sockets are served while this thread computes. When the thread ends,
 * pending requests count as unanswered.
 * @throws when the thread cannot start
 */
export async function openThreadedTransport(
  destination: Destination,
  module: URL = MODULE,
): Promise<ThreadedTransport> {
  const task: ThreadTask = { destination, timeOrigin: performance.timeOrigin };
  // The worker inherits execArgv, so that TLS and DNS options apply to it.
  const worker = new Worker(module, { workerData: task, resourceLimits: LIMITS });
  // Only pending requests keep the process alive.
  worker.unref();
  await untilReady(worker);
  setFlagsFromString(COLLECT_SOONER);

  const pending = new Map<number, (result: WireResult) => void>();
  const requests = createBatchDelivery<ThreadRequest | ThreadRelease>((batch) => worker.postMessage(batch));
  let isOver = false;
  let lastId = 0;

  const settle = (id: number, result: WireResult): void => {
    const resolve = pending.get(id);
    if (resolve === undefined) return;
    pending.delete(id);
    if (pending.size === 0) worker.unref();
    resolve(result);
  };

  const end = (message: string): void => {
    isOver = true;
    for (const id of [...pending.keys()]) settle(id, ended(message));
  };

  worker.on('message', (replies: readonly ThreadReply[]) => {
    for (const { id, result, isLong } of replies)
      settle(
        id,
        isLong && result.kind === 'reply' ? { ...result, release: () => requests.add({ id }) } : result,
      );
  });
  worker.on('error', (error) => end(`the thread that sends requests failed: ${error.message}`));
  worker.on('exit', () => end('the thread that sends requests ended'));

  return {
    send: (request, isObserved = false) =>
      new Promise((resolve) => {
        lastId += 1;
        if (pending.size === 0) worker.ref();
        pending.set(lastId, resolve);
        requests.add({ id: lastId, request, isObserved });
      }),
    isOver: () => isOver,
    close: () => {
      end('the client was closed');
      void worker.terminate();
    },
  };
}
