import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PatchDialect } from '../../src/model/dialect.ts';
import { fakeWorld } from '../support/fake-world.ts';
import { generateDirectory, storeDirectory } from '../support/generated-directory.ts';
import { openLab, RETRIED_SOON } from '../support/lab.ts';
import { startScimmy } from '../support/scimmy-target.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { ForeignTarget } from '../targets/foreign-target.ts';
import { expectConvergence, INTERVAL_MS, writesOf } from './convergence-script.ts';
import { intendedTarget } from './intended-state.ts';
import { schemaWithout } from './lean-schema.ts';
import { EMPTY_TARGET, VIEWED_ATTRIBUTES, viewTarget } from './target-view.ts';

/** What SCIMMY refuses: a manager by its bare id, and a value path that no entry matches. */
const REFUSED = ['manager', 'mobile', 'city'];
const HELD = VIEWED_ATTRIBUTES.filter((name) => !REFUSED.includes(name));
const dialect = { patch: 'aadOptscim062020' } as const;

/** The options with which SCIMMY takes everything. */
const NEEDED = { absentValuePath: 'object', managerValue: 'object', legacyScalars: 'typed' } as const;

let scimmy: ForeignTarget;

beforeEach(async () => {
  scimmy = await startScimmy();
});

afterEach(() => scimmy.stop());

const look = async (attributes: readonly string[]) =>
  viewTarget(await scimmy.users(), await scimmy.groups(), attributes);

describe('against SCIMMY, a server we did not write', () => {
  it('any directory converges in what the server can hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 20, max: 40 }), async (seed, size) => {
        await scimmy.stop();
        scimmy = await startScimmy();
        const clock = fakeWorld();
        const { baseUrl, token } = scimmy;
        const lab = openLab({ baseUrl, token, clock, dialect, schema: schemaWithout(REFUSED) });
        try {
          const generated = generateDirectory(seed, size);
          const random = seededRandom(seed);
          await expectConvergence(
            { lab, clock, generated, random, look: () => look(HELD), attributes: HELD },
            [15, 15],
          );
        } finally {
          await lab.close();
        }
      }),
      { numRuns: 6 },
    );
  });

  it.each<PatchDialect>(['legacy', 'aadOptscim062020'])(
    'any directory converges whole with the options that it needs, in the form %s',
    async (patch) => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.integer({ min: 10, max: 25 }), async (seed, size) => {
          await scimmy.stop();
          scimmy = await startScimmy();
          const clock = fakeWorld();
          const { baseUrl, token } = scimmy;
          const lab = openLab({ baseUrl, token, clock, dialect: { patch, ...NEEDED } });
          try {
            const generated = generateDirectory(seed, size);
            const random = seededRandom(seed);
            await expectConvergence(
              { lab, clock, generated, random, look: () => look(VIEWED_ATTRIBUTES) },
              [15, 15],
            );
          } finally {
            await lab.close();
          }
        }),
        { numRuns: 3 },
      );
    },
  );

  it('managers, which it refuses, end in escrow: each is tried once a cycle, and all else is written once', async () => {
    const clock = fakeWorld();
    const { baseUrl, token } = scimmy;
    const lab = openLab({ baseUrl, token, clock, dialect, job: { safety: RETRIED_SOON } });
    const generated = generateDirectory(3, 50);
    await storeDirectory(generated, lab.directory, clock.now());
    const intended = intendedTarget(EMPTY_TARGET, generated);
    const managed = Object.values(intended.users).filter(({ manager }) => manager !== null);
    const populated = Object.values(intended.groups).filter(({ members }) => members.length > 0);
    expect(managed.length).toBeGreaterThan(5);
    expect(populated.length).toBeGreaterThan(1);

    const first = await lab.run();
    const written = writesOf(lab).map(({ method, path }) => `${method} ${path.split('/')[1]}`);
    expect(first).toMatchObject({ state: 'EntryLevelErrors', counts: { failed: managed.length } });
    expect(written).toEqual([
      ...Object.keys(intended.users).map(() => 'POST Users'),
      ...Object.keys(intended.groups).map(() => 'POST Groups'),
      ...managed.map(() => 'PATCH Users'),
      ...populated.map(() => 'PATCH Groups'),
    ]);
    const inEveryWay = VIEWED_ATTRIBUTES.filter((name) => name !== 'manager');
    expect(await look(inEveryWay)).toEqual(intendedTarget(EMPTY_TARGET, generated, inEveryWay));

    for (const full of [false, true, false]) {
      clock.advance(INTERVAL_MS);
      expect((await lab.run(full)).counts).toMatchObject({ failed: managed.length, update: 0, create: 0 });
      const repeated = writesOf(lab);
      expect(repeated).toHaveLength(managed.length);
      for (const { body } of repeated) expect(JSON.stringify(body)).toContain('manager');
    }
    const escrows = await lab.state.escrowsOf([...generated.users.keys()]);
    expect(escrows.filter(({ isReference }) => isReference)).toHaveLength(managed.length);
    expect(escrows[0]).toMatchObject({ attemptCount: 4, failure: { status: 400 } });
    await lab.close();
  });
});
