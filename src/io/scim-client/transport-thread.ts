/** A thread that carries requests to one host; it takes orders, and reports what came of them. */
import { parentPort, workerData } from 'node:worker_threads';
import { createBatch } from './batch.ts';
import type { Order, Report, ThreadTask } from './thread-transport.ts';
import type { Trace } from './trace.ts';
import { createNearTransport } from './transport.ts';

const { destination, timeOrigin } = workerData as ThreadTask;
const transport = createNearTransport(destination);
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
  reports.add({ id, result, trace: seen });
};

parentPort?.on('message', (orders: readonly Order[]) => {
  for (const order of orders) void carry(order);
});
parentPort?.postMessage('ready');
