import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { startTarget } from '../../src/target/start.ts';
import { fakeWorld } from '../support/fake-world.ts';
import { generateDirectory, storeDirectory } from '../support/generated-directory.ts';
import { openLab, RETRIED_SOON } from '../support/lab.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { expectNothingToDo, INTERVAL_MS } from './convergence-script.ts';
import { guardTarget, type Passage } from './guarded-target.ts';
import { intendedTarget } from './intended-state.ts';
import { changeDirectory } from './random-changes.ts';
import { viewTarget } from './target-view.ts';

/** Long enough for whatever waits for its next attempt. */
const TWO_DAYS_MS = 48 * 60 * 60_000;

it('a target that refuses writes, or carries them out and fails, holds what it should once it is well again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 20, max: 50 }), async (seed, size) => {
      const target = await startTarget();
      const faults = seededRandom(seed);
      let isWell = false;
      const guarded = await guardTarget(target, ({ method, path }): Passage => {
        if (isWell || method === 'GET' || faults.chance(0.7)) return 'pass';
        return method === 'PATCH' && path.startsWith('/Users/') && faults.chance(0.5)
          ? { lostAnswer: 500 }
          : 400;
      });
      const clock = fakeWorld();
      const lab = openLab({
        baseUrl: guarded.baseUrl,
        token: target.token,
        clock,
        concurrency: 4,
        job: { safety: RETRIED_SOON },
      });
      const look = async () => viewTarget(target.resources('User'), target.resources('Group'));
      try {
        const generated = generateDirectory(seed, size);
        const random = seededRandom(seed);
        await storeDirectory(generated, lab.directory, clock.now());
        let failed = (await lab.run()).counts.failed;
        for (let round = 0; round < 3; round++) {
          await changeDirectory({ generated, store: lab.directory, random, now: clock.now() }, 15);
          clock.advance(INTERVAL_MS);
          failed += (await lab.run()).counts.failed;
        }
        // Whatever is generated, something must have been refused.
        fc.pre(failed > 0);

        isWell = true;
        const before = await look();
        clock.advance(TWO_DAYS_MS);
        expect((await lab.run()).counts.failed).toBe(0);
        await lab.run(true);
        expect(await look()).toEqual(intendedTarget(before, generated));
        lab.exchanges();
        await expectNothingToDo({ lab, clock, generated, random, look }, new Set());
        expect(await lab.state.escrowsOf([...generated.users.keys(), ...generated.groups.keys()])).toEqual(
          [],
        );
      } finally {
        await lab.close();
        await guarded.close();
        await target.stop();
      }
    }),
    { numRuns: 15 },
  );
});
