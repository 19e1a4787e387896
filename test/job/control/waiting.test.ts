import { describe, expect, test } from 'vitest';
import { waitingText } from '../../../src/cli/report/shared/summary.ts';
import { waitingFailures } from '../../../src/job/control/waiting.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';
import { isDue } from '../../../src/recording/escrow.ts';
import { whenAgain } from '../../../src/recording/log-retry.ts';
import { anAnswer } from '../../scim/scim-builders.ts';
import { assigned, aUser } from '../../support/builders.ts';
import { fakeCycles } from '../../support/fake-cycles.ts';

const HOUR = 3_600_000;
const { retry } = DEFAULT_SAFETY;
const objects = [aUser({}, { id: 'a', assignments: [assigned()] })];

/** A user who is refused in as many cycles, each when the one before said so. */
async function refusedTimes(count: number, status: number) {
  const job = fakeCycles();
  job.misbehave(({ method }) => (method === 'POST' ? anAnswer(status) : null));
  const escrowNow = () => {
    const [escrow] = job.store.held.escrows.values();
    if (escrow === undefined) throw new Error('nothing failed');
    return escrow;
  };
  const waitingNow = () => waitingFailures(job.store, retry);
  const cycle = async () => {
    job.sent();
    await job.run({ objects });
    return job.sent().filter((sent) => sent.startsWith('POST')).length;
  };
  for (let n = 0; n < count; n++) {
    if (n > 0) {
      const { nextAttempt } = await waitingNow();
      job.world.advance(Math.max(1, Date.parse(nextAttempt ?? '') - Date.parse(job.world.now())));
    }
    expect(await cycle()).toBe(1);
  }
  return { job, escrowNow, waitingNow, cycle };
}

describe.each([
  { what: 'the first failure', count: 1, status: 409, hours: null },
  { what: 'the second failure', count: 2, status: 409, hours: 6 },
  { what: 'the third failure', count: 3, status: 409, hours: 12 },
  { what: 'the fourth failure', count: 4, status: 409, hours: 24 },
  { what: 'a transient failure', count: 4, status: 500, hours: null },
])('the time that is told after $what', ({ count, status, hours }) => {
  test('is the time at which it is tried again, in the log and in the count of what waits', async () => {
    const { job, escrowNow, waitingNow, cycle } = await refusedTimes(count, status);
    const waiting = await waitingNow();
    expect(waiting).toMatchObject({ count: 1, isInNextCycle: hours === null });
    const words = whenAgain(escrowNow(), retry);
    if (hours === null) {
      expect(words).toBe('it is tried again in the next cycle');
      expect(waitingText(waiting)).toMatch(/^1 failure waits; the next is tried again in the next cycle; /);
      job.world.advance(1);
      expect(await cycle()).toBe(1);
      return;
    }
    const at = new Date(Date.parse(job.world.now()) + hours * HOUR).toISOString();
    expect(words).toBe(`it is tried again after ${at}`);
    expect(waitingText(waiting)).toContain(`the next is tried again after ${at}`);
    job.world.advance(hours * HOUR - 1);
    expect(await cycle()).toBe(0);
    job.world.advance(1);
    expect(await cycle()).toBe(1);
  });
});

test('after 28 days no time is told, and it is not due any more', async () => {
  const { escrowNow } = await refusedTimes(1, 409);
  const old = { ...escrowNow(), firstFailedAt: '2025-12-01T00:00:00.000Z', attemptCount: 30, attempts: [] };
  const { attempts: _, ...expired } = old;
  expect(whenAgain(expired, retry)).toContain('only if the object changes, or the job is restarted');
  expect(isDue(expired, '2026-12-01T00:00:00.000Z', retry)).toBe(false);
  const escrows = async function* () {
    yield [expired];
  };
  const nothing = async function* () {};
  const state = { escrows: (type: string) => (type === 'User' ? escrows() : nothing()) };
  expect(waitingText(await waitingFailures(state, retry))).toContain('none is tried again until');
});
