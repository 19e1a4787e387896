/**
 * Prints how many mapping expressions are evaluated in a second, for the 22 default user mappings of the generic SCIM
 * schema, and what compiling them for every object would cost instead.
 */
import { readSchema } from '../../src/io/schema-file/read-schema.ts';
import { compileMappings } from '../../src/mapping/compile.ts';
import { mapAttributes } from '../../src/mapping/map.ts';
import type { ScopedObject } from '../../src/model/pipeline.ts';
import type { ObjectMapping } from '../../src/model/schema.ts';
import { schemaDocument } from '../support/lab.ts';
import { aScopedUser } from './scoped-user.ts';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 2);
const WORLD = { now: '2026-01-01T00:00:00.000Z', guid: () => '', random: () => 0 };

const users: readonly ScopedObject[] = Array.from({ length: 1000 }, (_, n) => aScopedUser(n));
const mapping = readSchema(schemaDocument('config/scim.schema.json'), 'schema').user as ObjectMapping;
const expressions = mapping.attributeMappings.length;

const once = compileMappings(mapping);
const compiledOnce = perSecond((user) => mapAttributes(user, once, WORLD));
const compiledEach = perSecond((user) => mapAttributes(user, compileMappings(mapping), WORLD));

console.log(`${expressions} default user mappings, ${SECONDS} s each`);
console.log(
  `compiled once         ${format(compiledOnce)} users/s   ${format(compiledOnce * expressions)} evaluations/s`,
);
console.log(
  `compiled per object   ${format(compiledEach)} users/s   ${format(compiledEach * expressions)} evaluations/s`,
);
console.log(`ratio                 ${(compiledOnce / compiledEach).toFixed(1)}`);

function perSecond(work: (user: ScopedObject) => unknown): number {
  for (const user of users) work(user);
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < SECONDS * 1000) {
    for (const user of users) work(user);
    count += users.length;
  }
  return (count * 1000) / (performance.now() - began);
}

function format(value: number): string {
  return Math.round(value).toLocaleString('en').padStart(12);
}
