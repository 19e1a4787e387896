import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { QuarantineError } from '../../src/model/errors.ts';
import { FAULTS } from '../../src/target/faults/faults.ts';
import { startTarget } from '../../src/target/start.ts';
import { expectNothingToDo } from '../convergence/convergence-script.ts';
import { intendedTarget } from '../convergence/intended-state.ts';
import { changeDirectory } from '../convergence/random-changes.ts';
import { viewTarget } from '../convergence/target-view.ts';
import { generateDirectory, storeDirectory } from '../support/generated-directory.ts';
import { openLab } from '../support/lab.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { sharedClock } from '../support/shared-clock.ts';

const TWO_DAYS_MS = 48 * 60 * 60_000;

/** Those that are waited for in earnest have their cases, and so has the one that denies what is there. */
const LEFT_OUT: readonly string[] = ['slow', 'stall', '404-on-id'];

const aFault = fc.constantFrom(...FAULTS.map(({ name }) => name).filter((name) => !LEFT_OUT.includes(name)));

const aBlow = fc.record({
  fault: aFault,
  /** After which request of its cycle it is there. */
  from: fc.integer({ min: 1, max: 80 }),
});

const aTrial = fc.record({
  seed: fc.nat(),
  size: fc.integer({ min: 15, max: 40 }),
  blows: fc.array(aBlow, { minLength: 1, maxLength: 3 }),
  state: fc.constantFrom('cached' as const, 'live' as const),
  patch: fc.constantFrom('legacy' as const, 'aadOptscim062020' as const),
  concurrency: fc.constantFrom(1, 8),
});

type Trial = typeof aTrial extends fc.Arbitrary<infer Value> ? Value : never;

async function expectToSurvive({ seed, size, blows, state, patch, concurrency }: Trial): Promise<void> {
  const clock = sharedClock();
  let requestCount = 0;
  let strike = (): void => {};
  const onExchange = (): void => {
    requestCount += 1;
    strike();
  };
  const target = await startTarget({ clock: clock.target, onExchange });
  const { baseUrl, token } = target;
  const how = { state, dialect: { patch }, concurrency };
  const lab = openLab({ baseUrl, token, clock: clock.world, time: clock.client, ...how });
  const look = async () => viewTarget(target.resources('User'), target.resources('Group'));
  try {
    const generated = generateDirectory(seed, size);
    const random = seededRandom(seed);
    await storeDirectory(generated, lab.directory, clock.world.now());
    for (const { fault, from } of blows) {
      requestCount = 0;
      strike = () => {
        if (requestCount === from) target.fault(fault);
      };
      clock.world.advance(TWO_DAYS_MS);
      await lab.run().catch((error: unknown) => {
        if (!(error instanceof QuarantineError)) throw error;
      });
      strike = () => {};
      target.fault(null);
      const before = await look();
      clock.world.advance(TWO_DAYS_MS);
      expect(await lab.run()).toMatchObject({ state: 'Succeeded' });
      // References to those who came late are written by a full cycle.
      expect(await lab.run(true)).toMatchObject({ state: 'Succeeded' });
      expect(await look()).toEqual(intendedTarget(before, generated));
      const names = target.resources('User').map(({ userName }) => userName);
      expect(names).toEqual([...new Set(names)]);
      expect((await lab.state.control()).quarantine).toBeNull();
      lab.exchanges();
      await expectNothingToDo({ lab, clock: clock.world, generated, random, look }, new Set());
      await changeDirectory({ generated, store: lab.directory, random, now: clock.world.now() }, 12);
    }
  } finally {
    await lab.close();
    await target.stop();
  }
}

it('whatever faults strike, from whichever request on, the target holds what it should once they are over', async () => {
  await fc.assert(fc.asyncProperty(aTrial, expectToSurvive), { numRuns: 25 });
});
