import { expect, it } from 'vitest';
import { startTarget } from '../../src/target/start.ts';
import { fakeWorld } from '../support/fake-world.ts';
import { generateDirectory, storeDirectory } from '../support/generated-directory.ts';
import { openLab, RETRIED_SOON } from '../support/lab.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { INTERVAL_MS } from './convergence-script.ts';
import { guardTarget, type Passage } from './guarded-target.ts';
import { intendedTarget } from './intended-state.ts';
import { changeDirectory } from './random-changes.ts';
import { viewTarget } from './target-view.ts';

const SEEDS = [1, 2, 3, 4];
const USERS = 60;
const ROUNDS = 4;
const LEAST_FAULTS = 200;

const TWO_DAYS_MS = 48 * 60 * 60_000;

/** Runs cycles over a changing directory while writes are executed and their answers are lost. @returns the faults */
const loseAnswers = async (seed: number): Promise<number> => {
  const target = await startTarget();
  const faults = seededRandom(seed);
  let isWell = false;
  let faultCount = 0;
  const guarded = await guardTarget(target, ({ method }): Passage => {
    if (isWell || method === 'GET' || faults.chance(0.6)) return 'pass';
    faultCount += 1;
    return faults.chance(0.5) ? 'reset' : 'late';
  });
  const clock = fakeWorld();
  const lab = openLab({
    baseUrl: guarded.baseUrl,
    token: target.token,
    clock,
    concurrency: 8,
    job: { safety: RETRIED_SOON },
  });
  const look = () => viewTarget(target.resources('User'), target.resources('Group'));
  try {
    const generated = generateDirectory(seed, USERS);
    const random = seededRandom(seed);
    await storeDirectory(generated, lab.directory, clock.now());
    await lab.run();
    for (let round = 0; round < ROUNDS; round++) {
      await changeDirectory({ generated, store: lab.directory, random, now: clock.now() }, 25);
      clock.advance(INTERVAL_MS);
      await lab.run();
    }
    isWell = true;
    await guarded.settled();
    const before = look();
    clock.advance(TWO_DAYS_MS);
    expect((await lab.run()).counts.failed).toBe(0);
    await lab.run(true);
    expect(look()).toEqual(intendedTarget(before, generated));
    const names = target.resources('User').map(({ userName }) => String(userName).toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    return faultCount;
  } finally {
    await lab.close();
    await guarded.close();
    await target.stop();
  }
};

it(`${LEAST_FAULTS} writes that are executed and never confirmed, or executed late, leave the target as it should be`, async () => {
  let faults = 0;
  for (const seed of SEEDS) faults += await loseAnswers(seed);
  expect(faults).toBeGreaterThanOrEqual(LEAST_FAULTS);
});
