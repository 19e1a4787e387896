import type { ElapsedTime } from '../../src/io/scim-client/flow/elapsed-time.ts';
import type { TargetClock } from '../../src/target/clock.ts';
import { type FakeWorld, fakeWorld } from './fake-world.ts';

/** One clock for a job, its client and its target. */
export interface SharedClock {
  readonly world: FakeWorld;
  readonly client: ElapsedTime;
  readonly target: TargetClock;
}

/**
 * Makes a clock that all parties share: whoever waits lets it run on, so that nobody waits for real.
 * @param patienceMs a target that means to wait for longer never answers, as far as its client is concerned
 */
export const sharedClock = (patienceMs = Number.POSITIVE_INFINITY): SharedClock => {
  const world = fakeWorld();
  const nowMs = (): number => Date.parse(world.now());
  const sleep = async (ms: number): Promise<void> => world.advance(ms);
  return {
    world,
    client: { nowMs, sleep },
    target: { now: nowMs, wait: (ms) => (ms > patienceMs ? new Promise(() => {}) : sleep(ms)) },
  };
};
