import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { startTarget } from '../../src/target/start.ts';
import { fakeWorld } from '../support/fake-world.ts';
import { generateDirectory } from '../support/generated-directory.ts';
import { openLab } from '../support/lab.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { expectConvergence } from './convergence-script.ts';
import { viewTarget } from './target-view.ts';

const DIALECTS = ['legacy', 'aadOptscim062020'] as const;
const STATE_MODES = ['cached', 'live'] as const;

const aDirectory = fc.record({
  seed: fc.nat(),
  size: fc.integer({ min: 20, max: 60 }),
  rounds: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }),
});

describe.each(DIALECTS)('in the dialect %s', (patch) => {
  describe.each(STATE_MODES)('with %s target states', (state) => {
    it('any directory converges: the target holds what it should, and nothing is left to do', async () => {
      await fc.assert(
        fc.asyncProperty(aDirectory, async ({ seed, size, rounds }) => {
          const target = await startTarget();
          const clock = fakeWorld();
          const { baseUrl, token } = target;
          const lab = openLab({ baseUrl, token, clock, dialect: { patch }, state, concurrency: 8 });
          try {
            await expectConvergence(
              {
                lab,
                clock,
                generated: generateDirectory(seed, size),
                random: seededRandom(seed),
                look: async () => viewTarget(target.resources('User'), target.resources('Group')),
              },
              rounds,
            );
          } finally {
            lab.close();
            await target.stop();
          }
        }),
        { numRuns: 15 },
      );
    });
  });
});
