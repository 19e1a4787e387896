import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { startTarget } from '../../src/target/start.ts';
import { fakeWorld } from '../support/fake-world.ts';
import { generateDirectory } from '../support/generated-directory.ts';
import { type LabOptions, openLab } from '../support/lab.ts';
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

interface Arranged {
  readonly seed: number;
  readonly size: number;
  readonly rounds: readonly number[];
}

async function converge(
  { seed, size, rounds }: Arranged,
  options: Pick<LabOptions, 'dialect' | 'state'>,
): Promise<void> {
  const target = await startTarget();
  const clock = fakeWorld();
  const { baseUrl, token } = target;
  const lab = openLab({ ...options, baseUrl, token, clock, concurrency: 8 });
  try {
    const generated = generateDirectory(seed, size);
    const look = async () => viewTarget(target.resources('User'), target.resources('Group'));
    await expectConvergence({ lab, clock, generated, random: seededRandom(seed), look }, rounds);
  } finally {
    await lab.close();
    await target.stop();
  }
}

describe.each(DIALECTS)('in the dialect %s', (patch) => {
  it.each(STATE_MODES)(
    'with %s target states any directory converges: the target holds what it should, and nothing is left to do',
    async (state) => {
      const holds = (arranged: Arranged) => converge(arranged, { dialect: { patch }, state });
      await fc.assert(fc.asyncProperty(aDirectory, holds), { numRuns: 15 });
    },
  );
});

it('a directory of several pages converges, with groups whose members take several requests', async () => {
  await converge({ seed: 1, size: 800, rounds: [60] }, {});
});
