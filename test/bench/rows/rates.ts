import { join } from 'node:path';
import { writeRelations, writeUsers } from '../company.ts';
import type { Figure } from '../figure.ts';
import { openWorkplace } from '../workplace.ts';

/** The rates that are configured, in requests a second; the first is Entra's. */
const RATES = [25, 200, 1000];

/** The figures of configured rates, as the endpoint sees them. */
export async function rateFigures(seconds: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const rate of RATES) figures.push(...(await figuresOf(rate, Math.ceil((rate * seconds) / 2))));
  return figures;
}

async function figuresOf(rate: number, users: number): Promise<readonly Figure[]> {
  const place = await openWorkplace({ concurrency: 32, requestsPerSecond: rate, delayMs: 0 });
  try {
    const files = [join(place.folder, 'users.json'), join(place.folder, 'relations.json')] as const;
    await writeUsers(files[0], users, false);
    await writeRelations(files[1], users, []);
    for (const file of files) await place.entrain('directory', 'import', file);
    await place.cycle();
    const { perSecond, mostInASecond, requests } = await place.endpoint.taken();
    return [
      {
        name: `${rate} requests a second configured: share reached`,
        value: perSecond / rate,
        atLeast: 0.95,
        details: `${perSecond.toFixed(1)}/s over ${requests} requests`,
      },
      {
        name: `${rate} requests a second configured: most in any second, as a share`,
        value: mostInASecond / rate,
        atMost: 1,
        details: `${mostInASecond}`,
      },
    ];
  } finally {
    place.close();
  }
}
