/** The worker thread of `openThreadedTransport`: receives requests, and posts a reply to each. */
import { parentPort, workerData } from 'node:worker_threads';

import { createBatchDelivery } from './batch-delivery.ts';
import { createLocalTransport } from './local-transport.ts';
import type { ThreadRelease, ThreadReply, ThreadRequest, ThreadTask } from './threaded-transport.ts';
import type { Trace } from './transport.ts';

const { destination, timeOrigin } = workerData as ThreadTask;
/** One long answer at a time: this thread has a small heap, and the other handles them one by one. */
const ROOM_BYTES = 16 * 1024 * 1024;

const transport = createLocalTransport(destination, ROOM_BYTES);

/** Releases of delivered long answers, by the id of the request. */
const held = new Map<number, () => void>();

const replies = createBatchDelivery<ThreadReply>((batch) => parentPort?.postMessage(batch));

/** How much later the clock of this thread started. */
const lateMs = performance.timeOrigin - timeOrigin;

const onTheirClock = (at: number | null): number | null => (at === null ? null : at + lateMs);

/** A trace that can be posted: strings instead of buffer views, instants of the other clock. */
const postable = (trace: Trace): Trace => ({
  ...trace,
  head: trace.head && {
    statusText: trace.head.statusText,
    rawHeaders: trace.head.rawHeaders.map((part) => part.toString('latin1')),
  },
  socketAt: onTheirClock(trace.socketAt),
  connectedAt: onTheirClock(trace.connectedAt),
  headAt: onTheirClock(trace.headAt),
});

const carry = async ({ id, request, isObserved }: ThreadRequest): Promise<void> => {
  const { trace, ...result } = await transport.send(request, isObserved);
  const seen = trace === undefined ? {} : { trace: postable(trace) };
  if (result.kind !== 'reply' || result.release === undefined)
    return replies.add({ id, result: { ...result, ...seen } });
  const { release, ...reply } = result;
  held.set(id, release);
  replies.add({ id, result: { ...reply, ...seen }, isLong: true });
};

parentPort?.on('message', (requests: readonly (ThreadRequest | ThreadRelease)[]) => {
  for (const one of requests) {
    if ('request' in one) void carry(one);
    else {
      held.get(one.id)?.();
      held.delete(one.id);
    }
  }
});
parentPort?.postMessage('ready');
