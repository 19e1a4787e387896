import { join } from 'node:path';
import { runYardstick, startEndpoint } from '../child.ts';
import { writeRelations, writeUsers } from '../company.ts';
import type { Figure } from '../figure.ts';
import { openWorkplace, type Sending } from '../workplace.ts';
import type { LatencyFigures, SendingFigures } from '../yardstick.ts';

/** What an initial cycle came to. */
export interface CycleFigures extends SendingFigures {
  readonly peakMegabytes: number;
}

/** The requests a second of an initial cycle of creations, and of the yardsticks. */
export interface Creates {
  readonly axios: SendingFigures;
  readonly undici: SendingFigures;
  readonly entrain: CycleFigures;
}

/** Runs an initial cycle of so many creations. */
export async function runCreations(users: number, sending: Sending): Promise<CycleFigures> {
  const place = await openWorkplace(sending);
  try {
    const files = [join(place.folder, 'users.json'), join(place.folder, 'relations.json')] as const;
    await writeUsers(files[0], users, false);
    await writeRelations(files[1], users, []);
    for (const file of files) await place.entrain('directory', 'import', file);
    const { requests, durationMs, cpuSeconds, peakMegabytes } = await place.cycle();
    return {
      perSecond: (requests * 1000) / durationMs,
      cpuMicroseconds: (cpuSeconds * 1e6) / requests,
      peakMegabytes,
    };
  } finally {
    place.close();
  }
}

/** Measures an initial cycle of creations beside stock axios and undici, which send the same with nothing around it. */
export async function measureCreates(users: number, sending: Sending): Promise<Creates> {
  const axios = await measureYardstick('axios', users, sending);
  const entrain = await runCreations(users, sending);
  const undici = await measureYardstick('undici', users, sending);
  return { axios, undici, entrain };
}

async function measureYardstick(
  kind: 'axios' | 'undici',
  users: number,
  { concurrency, delayMs }: Sending,
): Promise<SendingFigures> {
  const endpoint = await startEndpoint(delayMs);
  try {
    const args = [kind, endpoint.baseUrl, String(users), String(concurrency)];
    return (await runYardstick<SendingFigures>(args)).printed;
  } finally {
    endpoint.stop();
  }
}

const rate = (name: string, { perSecond, cpuMicroseconds }: SendingFigures): string =>
  `${name} ${Math.round(perSecond)}/s ${cpuMicroseconds.toFixed(0)} µs`;

/** The figures of an initial cycle of creations at an endpoint that answers at once. */
export async function createFigures(users: number): Promise<readonly Figure[]> {
  const sending: Sending = { concurrency: 32, requestsPerSecond: 0, delayMs: 0 };
  const { axios, undici, entrain } = await measureCreates(users, sending);
  const what = `initial cycle, ${users} creations, concurrency 32`;
  return [
    {
      name: `${what}: × stock axios`,
      value: entrain.perSecond / axios.perSecond,
      atLeast: 1.5,
      details: `${rate('entrain', entrain)}, ${rate('axios', axios)} CPU a request`,
    },
    {
      name: `${what}: share of undici`,
      value: entrain.perSecond / undici.perSecond,
      atLeast: 0.3,
      details: rate('undici', undici),
    },
  ];
}

/**
 * The figures of an initial cycle of creations at an endpoint that answers after some 20 ms: beside what that many
 * connections could carry at the latency that a client alone with it sees, and beside what undici's carry.
 */
export async function slowFigures(users: number): Promise<readonly Figure[]> {
  const concurrency = 64;
  const sending: Sending = { concurrency, requestsPerSecond: 0, delayMs: 20 };
  const { latencyMs } = await measureLatency(sending);
  const entrain = await runCreations(users, sending);
  const undici = await measureYardstick('undici', users, sending);
  const ideal = (concurrency * 1000) / latencyMs;
  return [
    {
      name: `${users} creations, 20 ms endpoint, concurrency ${concurrency}: share of the ideal`,
      value: entrain.perSecond / ideal,
      atLeast: 0.95,
      details: `${Math.round(entrain.perSecond)}/s of ${Math.round(ideal)}/s, at ${latencyMs.toFixed(1)} ms; undici ${Math.round(undici.perSecond)}/s`,
    },
  ];
}

async function measureLatency(sending: Sending): Promise<LatencyFigures> {
  const endpoint = await startEndpoint(sending.delayMs);
  try {
    return (await runYardstick<LatencyFigures>(['latency', endpoint.baseUrl, '200'])).printed;
  } finally {
    endpoint.stop();
  }
}
