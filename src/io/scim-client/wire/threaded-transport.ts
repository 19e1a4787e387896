import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { HttpRequest } from '../send.ts';
import { createBatchDelivery } from './batch-delivery.ts';
import type { Destination, Transport, WireResult } from './transport.ts';

/** A request for the thread to carry. */
export interface ThreadRequest {
  readonly id: number;
  readonly request: HttpRequest;
  readonly isObserved: boolean;
}

/** Nobody holds the long answer to a request any more. */
export type ThreadRelease = Pick<ThreadRequest, 'id'>;

/** What came of a request. */
export interface ThreadReply {
  readonly id: number;
  readonly result: WireResult;
  /** The thread waits until it is told that nobody holds the answer any more. */
  readonly isLong?: true;
}

/** What the thread is given. */
export interface ThreadTask {
  readonly destination: Destination;
  /** When the clock began of the thread that sends. @see performance.timeOrigin */
  readonly timeOrigin: number;
}

/** A transport in a thread of its own. */
export interface ThreadedTransport extends Transport {
  /** The thread came to its end, and nothing can be sent by it any more. */
  isOver(): boolean;
}

/** The module of the thread, built or as a source. */
const MODULE = new URL(import.meta.url.replace(/threaded-transport(\.\w+)$/, 'transport-thread$1'));

/**
 * The thread keeps little: without limits its heap grows far before it is collected, and counts toward the memory of
 * the process. Answers that do not fit end the thread, and count as unanswered.
 */
const LIMITS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 64 };

/** Two heaps take what one may take alone: each is collected at two and a half times what it holds, not at four. */
const COLLECT_SOONER = '--heap-growing-percent=150';

const ended = (message: string): WireResult => ({ kind: 'failed', cause: 'reset', message, isStale: false });

/** @throws when the thread fails or ends before it is ready */
const untilReady = (worker: Worker): Promise<void> =>
  new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread ended with ${code} before it was ready`)));
  });

/**
 * Opens the way to a host from a thread of its own, so that sockets are served while this one computes. Should the
 * thread end, what was under way counts as unanswered.
 * @throws when the thread cannot be started
 */
export async function openThreadedTransport(
  destination: Destination,
  module: URL = MODULE,
): Promise<ThreadedTransport> {
  const task: ThreadTask = { destination, timeOrigin: performance.timeOrigin };
  // It has the options of this process, those for TLS and names among them: it is to speak as this thread does.
  const worker = new Worker(module, { workerData: task, resourceLimits: LIMITS });
  // Only what is under way keeps the process alive.
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
