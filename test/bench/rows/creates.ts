import { join } from 'node:path';
import { runYardstick } from '../child.ts';
import { writeRelations, writeUsers } from '../company.ts';
import type { Figure } from '../figure.ts';
import { openWorkplace, type Sending } from '../workplace.ts';
import type { SendingFigures } from '../yardstick.ts';

/** What an initial cycle came to. */
export interface CycleFigures extends SendingFigures {
  readonly peakMegabytes: number;
  /** How long the endpoint kept a request, on average. */
  readonly latencyMs: number;
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
      latencyMs: (await place.endpoint.taken()).meanLatencyMs,
    };
  } finally {
    place.close();
  }
}

/** Measures an initial cycle of creations beside stock axios and undici, which send the same with nothing around it. */
export async function measureCreates(users: number, sending: Sending): Promise<Creates> {
  const place = await openWorkplace(sending);
  const yardstick = async (kind: string): Promise<SendingFigures> =>
    (
      await runYardstick<SendingFigures>([
        kind,
        place.endpoint.baseUrl,
        String(users),
        String(sending.concurrency),
      ])
    ).printed;
  try {
    const axios = await yardstick('axios');
    const entrain = await runCreations(users, sending);
    const undici = await yardstick('undici');
    return { axios, undici, entrain };
  } finally {
    place.close();
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

/** The figure of an initial cycle of creations at an endpoint that answers after some 20 ms. */
export async function slowFigures(users: number): Promise<readonly Figure[]> {
  const concurrency = 64;
  const { perSecond, latencyMs } = await runCreations(users, {
    concurrency,
    requestsPerSecond: 0,
    delayMs: 20,
  });
  const ideal = (concurrency * 1000) / latencyMs;
  return [
    {
      name: `${users} creations, 20 ms endpoint, concurrency ${concurrency}: share of the ideal`,
      value: perSecond / ideal,
      atLeast: 0.95,
      details: `${Math.round(perSecond)}/s of ${Math.round(ideal)}/s, at ${latencyMs.toFixed(1)} ms`,
    },
  ];
}
