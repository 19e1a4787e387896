import { describe, expect, test } from 'vitest';
import { waitingText } from '../../../src/cli/report/shared/summary.ts';
import { quarantined } from '../../../src/job/control/quarantine.ts';
import { waitingFailures } from '../../../src/job/control/waiting.ts';
import { nextCycleAt } from '../../../src/job/scheduler/scheduler.ts';
import { INITIAL_CONTROL } from '../../../src/model/control.ts';
import { QuarantineError } from '../../../src/model/errors.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';
import type { ScimRequest } from '../../../src/model/scim.ts';
import { isDue } from '../../../src/recording/escrow.ts';
import { whenAgain } from '../../../src/recording/log-retry.ts';
import { anAnswer } from '../../scim/scim-builders.ts';
import { aGroup, assigned, aUser } from '../../support/builders.ts';
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

describe('what waits for another object is tried in each cycle, and written in the one in which that succeeds', () => {
  const IN = { assignments: [assigned()] };
  const boss = aUser({}, { id: 'boss', ...IN });
  const ada = aUser({}, { id: 'ada', ...IN, manager: boss.id });
  const crew = aGroup({}, { id: 'crew', ...IN });

  test.each([
    { what: 'a reference', contents: { objects: [boss, ada] }, write: 'PATCH /Users/t-1' },
    {
      what: 'the memberships of a group',
      contents: { objects: [boss, crew], members: { crew: [boss.id] } },
      write: 'PATCH /Groups/t-1',
    },
  ])('$what', async ({ contents, write }) => {
    const job = fakeCycles();
    const refuseBoss = ({ method, body }: ScimRequest) =>
      method === 'POST' && body?.userName === 'boss@contoso.com' ? anAnswer(409) : null;
    job.misbehave(refuseBoss);
    await job.run(contents);
    job.world.advance(1);
    await job.run(contents);
    const waits = [...job.store.held.escrows.values()].find(({ isReference }) => isReference);
    if (waits === undefined) throw new Error('nothing waits');
    expect(waits.failure.message).toMatch(/tried again once (?:that object succeeds|they succeed)$/);
    expect(whenAgain(waits, retry)).toBe('it is tried again in the next cycle');
    expect(await waitingFailures(job.store, retry)).toMatchObject({ count: 2, isInNextCycle: true });
    job.misbehave(() => null);
    job.world.advance(6 * HOUR);
    job.sent();
    expect(await job.run(contents)).toMatchObject({ state: 'Succeeded' });
    expect(job.sent()).toContain(write);
    expect(await waitingFailures(job.store, retry)).toMatchObject({ count: 0 });
  });
});

describe('a job in quarantine begins its next cycle at the next attempt that is told, and not before', () => {
  const MINUTES = 60_000;
  test.each([
    { what: 'whose target refuses', isUnreachable: false, hours: [6, 12, 24, 48] },
    {
      what: 'whose target gives no answer, as where the connection is refused',
      isUnreachable: true,
      hours: [1 / 60, 5 / 60, 15 / 60, 30 / 60, 6, 12, 24, 48],
    },
  ])('$what', ({ isUnreachable, hours }) => {
    const began = Date.parse('2026-01-01T00:00:00.000Z');
    const at = (ms: number) => new Date(began + ms).toISOString();
    const error = new QuarantineError('Unknown', 'Timeout', 'no', { isUnreachable });
    let control = INITIAL_CONTROL;
    let now = at(0);
    const attempts = hours.map(() => {
      control = quarantined(control, error, now, DEFAULT_SAFETY.quarantine);
      const facts = { isEnabled: true, intervalMs: 40 * MINUTES, control, lastStartedAt: now };
      const told = control.quarantine?.nextAttempt ?? '';
      const due = nextCycleAt(facts, now);
      expect(due).toBe(
        isUnreachable ? told : [told, at(Date.parse(now) - began + 40 * MINUTES)].sort().at(-1),
      );
      now = told;
      return (Date.parse(told) - began) / HOUR;
    });
    expect(attempts).toEqual(hours);
  });
});

test('a staged deprovisioning is decided again in the next cycle, whenever that is', async () => {
  const safety = { ...DEFAULT_SAFETY, deletionThreshold: 1 };
  const job = fakeCycles({ safety });
  const all = ['a', 'b', 'c'].map((id) => aUser({}, { id, assignments: [assigned()] }));
  await job.run({ objects: all });
  const none = all.map((one) => ({ ...one, assignments: [] }));
  job.sent();
  await expect(job.run({ objects: none, changed: all.map(({ id }) => id) })).rejects.toThrow(QuarantineError);
  expect(job.sent()).toEqual([]);
  job.world.advance(1);
  const [first, ...others] = none;
  const kept = all.slice(1);
  if (first === undefined || others.length === 0) throw new Error('there are three');
  await job.run({ objects: [first, ...kept] });
  expect(job.sent()).toEqual(['PATCH /Users/t-1']);
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
