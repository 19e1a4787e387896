import { join } from 'node:path';
import type { Ended } from '../child.ts';
import { generatedUser, longTail, writeRelations, writeUsers } from '../company.ts';
import { median } from '../figure.ts';
import { openWorkplace, type Workplace } from '../workplace.ts';

/** What is run with each build, in this order; what came before is the world of what comes after. */
const STEPS: readonly (readonly [name: string, run: (place: Workplace, users: number) => Promise<Ended>])[] =
  [
    ['--help', (place) => place.entrain('--help')],
    [
      'import of the users',
      (place) => place.entrain('directory', 'import', join(place.folder, 'users.json')),
    ],
    [
      'import of relations',
      (place) => place.entrain('directory', 'import', join(place.folder, 'relations.json')),
    ],
    ['status', (place) => place.entrain('status')],
    ['plan --offline', (place) => place.entrain('plan', '--offline')],
    ['initial cycle', (place) => place.cycle()],
    ['cycle with nothing to do', (place) => place.cycle()],
    ['import of 100 changes', importChanges],
    ['cycle with 100 changes', (place) => place.cycle()],
  ];

const CHANGED = 100;

function importChanges(place: Workplace, users: number): Promise<Ended> {
  const step = Math.floor(users / CHANGED);
  return place.importDocument({
    users: Array.from({ length: CHANGED }, (_, n) => ({ ...generatedUser(n * step), jobTitle: 'Architect' })),
  });
}

/** What a step took with both builds, in every round. */
interface Pair {
  readonly other: Ended;
  readonly own: Ended;
}

/**
 * Compares this build with another one, which is known by its command line alone. Each step runs with both builds, one
 * right after the other, so that a noisy machine slows both.
 * @param against the `main.js` of the other build
 * @returns lines of a table: medians of the seconds of both, and the median of this build's shares of the other's
 */
export async function compareBuilds(
  against: string,
  users: number,
  rounds: number,
): Promise<readonly string[]> {
  const pairs: Pair[][] = STEPS.map(() => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [step, pair] of (await runRound(against, users, round)).entries()) pairs[step]?.push(pair);
  const cells = (step: readonly Pair[], of: (ended: Ended) => number): readonly string[] =>
    [
      median(step.map(({ other }) => of(other))),
      median(step.map(({ own }) => of(own))),
      median(step.map(({ other, own }) => of(own) / of(other))),
    ].map((value) => value.toFixed(2));
  const line = (name: string, columns: readonly string[]): string =>
    [name.padEnd(26), ...columns.map((column) => column.padStart(12))].join('');
  return [
    line(`${users} users, ${rounds} rounds`, [
      'other CPU s',
      'own CPU s',
      'share',
      'other s',
      'own s',
      'share',
    ]),
    ...STEPS.map(([name], step) => {
      const measured = pairs[step] ?? [];
      return line(name, [
        ...cells(measured, ({ cpuSeconds }) => cpuSeconds),
        ...cells(measured, ({ seconds }) => seconds),
      ]);
    }),
  ];
}

async function runRound(against: string, users: number, round: number): Promise<readonly Pair[]> {
  const [other, own] = [await setUp(users, against), await setUp(users)];
  const pairs: Pair[] = [];
  try {
    for (const [, run] of STEPS) {
      // The second of the two finds warmer caches.
      const isOwnFirst = (round + pairs.length) % 2 === 1;
      const first = await run(isOwnFirst ? own : other, users);
      const second = await run(isOwnFirst ? other : own, users);
      pairs.push(isOwnFirst ? { own: first, other: second } : { own: second, other: first });
    }
    return pairs;
  } finally {
    other.close();
    own.close();
  }
}

async function setUp(users: number, main?: string): Promise<Workplace> {
  const place = await openWorkplace({ concurrency: 32, requestsPerSecond: 0, delayMs: 0 }, main);
  await writeUsers(join(place.folder, 'users.json'), users);
  await writeRelations(join(place.folder, 'relations.json'), users, longTail(users));
  return place;
}
