import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Planned } from '../../src/model/pipeline.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { fakeWorld } from '../support/fake-world.ts';
import {
  type GeneratedDirectory,
  generateDirectory,
  storeDirectory,
} from '../support/generated-directory.ts';
import { type FinishedPlan, openLab } from '../support/lab.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';

let target: RunningTarget;

beforeAll(async () => {
  target = await startTarget();
  for (let n = 0; n < 60; n += 3)
    target.seed('User', { userName: `user${n}@contoso.com`, displayName: 'Somebody', active: n % 2 === 0 });
});

afterAll(() => target.stop());

const planOf = async (
  generated: GeneratedDirectory,
  random?: Pick<SeededRandom, 'shuffle'>,
): Promise<FinishedPlan> => {
  const clock = fakeWorld();
  const lab = openLab({ baseUrl: target.baseUrl, token: target.token, clock });
  try {
    await storeDirectory(generated, lab.directory, clock.now(), random);
    return await lab.plan();
  } finally {
    await lab.close();
  }
};

/** What a plan says of an object, in all its words. */
const said = (item: Planned): string => {
  if (item.kind === 'failure') return JSON.stringify(item);
  if (item.kind === 'stage') return JSON.stringify({ ...item, staged: { ...item.staged, matched: null } });
  if (item.kind !== 'skip') return JSON.stringify({ ...item, matched: null });
  const { matched, ...skip } = item;
  return JSON.stringify({ ...skip, match: matched.match });
};

const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort();

describe('the order in which a directory was built up', () => {
  it('changes nothing in the plan: the same changes, skips, reasons and requests', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 20, max: 80 }), async (seed, order, size) => {
        const generated = generateDirectory(seed, size);
        const plan = await planOf(generated);
        const shuffled = await planOf(generated, seededRandom(order));
        expect(sorted(shuffled.items.map(said))).toEqual(sorted(plan.items.map(said)));
        expect(sorted(shuffled.requests.map((request) => JSON.stringify(request)))).toEqual(
          sorted(plan.requests.map((request) => JSON.stringify(request))),
        );
        expect(shuffled.counts).toEqual(plan.counts);
      }),
      { numRuns: 15 },
    );
  });
});
