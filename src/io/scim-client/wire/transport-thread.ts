/** A thread that carries requests to one host; it takes orders, and reports what came of them. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Trace } from '../record/trace.ts';
import { createBatch } from './batch.ts';
import type { Leaving, Order, Report, ThreadTask } from './thread-transport.ts';
import { createNearTransport } from './transport.ts';

const { destination, timeOrigin } = workerData as ThreadTask;
/** One long answer at a time: this thread has a small heap, and another thread works on them one after the other anyway. */
const ROOM_BYTES = 16 * 1024 * 1024;

const transport = createNearTransport(destination, ROOM_BYTES);

/** What gives back the room of long answers that were handed over, by the order. */
const leaving = new Map<number, () => void>();

const reports = createBatch<Report>((batch) => parentPort?.postMessage(batch));

/** How much later the clock of this thread began. */
const lateMs = performance.timeOrigin - timeOrigin;

const onTheirClock = (at: number | null): number | null => (at === null ? null : at + lateMs);

/** A trace as it can be handed over: text instead of views of whole buffers, and instants of the other clock. */
const handedOver = (trace: Trace, startedAt: number): Trace => ({
  ...trace,
  head: trace.head && {
    statusText: trace.head.statusText,
    rawHeaders: trace.head.rawHeaders.map((part) => part.toString('latin1')),
  },
  startedAt,
  socketAt: onTheirClock(trace.socketAt),
  connectedAt: onTheirClock(trace.connectedAt),
  headAt: onTheirClock(trace.headAt),
});

const carry = async ({ id, message, startedAt }: Order): Promise<void> => {
  let seen: Trace | null = null;
  const observe = startedAt === null ? undefined : (trace: Trace) => (seen = handedOver(trace, startedAt));
  const result = await transport.send(message, observe);
  if (result.kind !== 'reply' || result.leave === undefined) return reports.add({ id, result, trace: seen });
  const { leave, ...reply } = result;
  leaving.set(id, leave);
  reports.add({ id, result: reply, trace: seen, isLong: true });
};

parentPort?.on('message', (orders: readonly (Order | Leaving)[]) => {
  for (const order of orders) {
    if ('message' in order) void carry(order);
    else {
      leaving.get(order.id)?.();
      leaving.delete(order.id);
    }
  }
});
parentPort?.postMessage('ready');
