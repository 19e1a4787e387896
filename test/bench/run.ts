/**
 * Measures how fast entrain is, and how that grows, beside what it is made of; prints a table and writes it as JSON.
 * The built program is measured, in processes of its own. Figures in one table may be compared, absolute ones only on
 * one machine.
 * @example npm run bench                      # under a minute, small sizes, in which the start of everything weighs
 * @example npm run bench -- --full            # up to a million users
 * @example npm run bench -- --only sizes --sizes 10000,100000 --json figures.json
 * @example npm run bench -- --against ../other/dist --sizes 10000 --rounds 5   # this build beside another one, no bounds
 */
import { writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Extent, type Figure, isKept, lineOf } from './figure.ts';
import { compareBuilds } from './rows/builds.ts';
import { createFigures, slowFigures } from './rows/creates.ts';
import { rateFigures } from './rows/rates.ts';
import { sizeFigures } from './rows/sizes.ts';

const SHORT: Extent = {
  creations: 10_000,
  slowCreations: 2_000,
  rateSeconds: 2,
  sizes: [1_000, 10_000],
  repetitions: 1,
};
const FULL: Extent = {
  creations: 100_000,
  slowCreations: 100_000,
  rateSeconds: 20,
  sizes: [10_000, 100_000, 1_000_000],
  repetitions: 3,
};

const PARTS: Readonly<Record<string, (extent: Extent) => Promise<readonly Figure[]>>> = {
  creates: ({ creations }) => createFigures(creations),
  slow: ({ slowCreations }) => slowFigures(slowCreations),
  rates: ({ rateSeconds }) => rateFigures(rateSeconds),
  sizes: sizeFigures,
};

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    sizes: { type: 'string' },
    against: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'string', default: join(tmpdir(), 'entrain-bench.json') },
  },
});
const extent: Extent = {
  ...(values.full ? FULL : SHORT),
  ...(values.sizes === undefined ? {} : { sizes: values.sizes.split(',').map(Number) }),
};

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
console.log(machine);
if (values.against !== undefined) {
  const main = resolve(values.against, 'cli/main.js');
  for (const users of extent.sizes)
    console.log((await compareBuilds(main, users, Number(values.rounds))).join('\n'));
  process.exit();
}
const figures: Figure[] = [];
for (const name of values.only ?? Object.keys(PARTS)) {
  const part = PARTS[name];
  if (part === undefined) throw new Error(`there is no part ${name}, only ${Object.keys(PARTS).join(', ')}`);
  for (const figure of await part(extent)) {
    figures.push(figure);
    console.log(lineOf(figure));
  }
}
const document = { machine, extent, figures: figures.map((one) => ({ ...one, isKept: isKept(one) })) };
writeFileSync(values.json, `${JSON.stringify(document, null, 2)}\n`);
console.log(`written to ${values.json}`);
