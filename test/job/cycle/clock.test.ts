import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cycleClock, warnOfClock } from '../../../src/job/cycle/clock.ts';
import { nextCycleAt } from '../../../src/job/scheduler/scheduler.ts';
import { INITIAL_CONTROL } from '../../../src/model/control.ts';
import type { CycleRecord } from '../../../src/model/cycle.ts';
import { type SourceId, sourceId } from '../../../src/model/identifiers.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';
import type { Escrow } from '../../../src/model/state.ts';
import { isDue } from '../../../src/recording/escrow.ts';
import { type RunningTarget, startTarget } from '../../../src/target/start.ts';
import { fakeWorld } from '../../support/fake-world.ts';
import { type Lab, openLab } from '../../support/lab.ts';

/** The name that a deleted user had. */
const nameBefore = (userName: unknown): string => String(userName).replace(/^[0-9a-f]{32}/, '');

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

let target: RunningTarget;
let lab: Lab;
let clock: ReturnType<typeof fakeWorld>;
let ada: SourceId;

beforeEach(async () => {
  target = await startTarget();
  clock = fakeWorld();
  lab = openLab({ baseUrl: target.baseUrl, token: target.token, clock, acceptsClock: false });
  const attributes = { userPrincipalName: 'ada@contoso.com', displayName: 'Ada' };
  ada = await lab.directory.put({ type: 'User', attributes }, clock.now());
  await lab.directory.assign(ada, null, null, clock.now());
  await lab.run();
});
afterEach(async () => {
  await lab.close();
  await target.stop();
});

const context = () => ({ ...lab, world: clock }) as unknown as Parameters<typeof warnOfClock>[0];
const accounts = () =>
  target.resources('User').map(({ userName, active }) => `${nameBefore(userName)} ${active}`);

const failed = (cycle: CycleRecord): CycleRecord => ({
  ...cycle,
  error: { code: 'c', message: 'm', reason: 'Unknown' },
});

describe('a clock', () => {
  test.each([
    { aheadMs: 40 * 60_000, isHeld: false, why: 'an interval' },
    { aheadMs: DAY + 39 * 60_000, isHeld: false, why: 'a daily run with some delay' },
    { aheadMs: DAY + 41 * 60_000, isHeld: true, why: 'more than a day and an interval' },
    { aheadMs: 30 * 365 * DAY, isHeld: true, why: 'thirty years' },
    { aheadMs: -30 * 365 * DAY, isHeld: false, why: 'thirty years back' },
  ])('that is $why past the last cycle is not trusted: $isHeld', async ({ aheadMs, isHeld }) => {
    const last = clock.now();
    clock.advance(aheadMs);
    expect((await cycleClock(context())).confirmed).toBe(isHeld ? last : clock.now());
    expect((await cycleClock(context(), true)).confirmed).toBe(clock.now());
  });

  test('that jumps forward hard-deletes no object in that cycle, is reported, and does in the next one', async () => {
    await lab.directory.delete(ada, clock.now());
    clock.advance(HOUR);
    await lab.run();
    expect(accounts()).toEqual(['ada@contoso.com false']);
    clock.advance(31 * DAY);
    expect(await warnOfClock(context())).toEqual([
      expect.stringMatching(
        /^the clock says 2026-02-01T01:00:00\.000Z, 31 days after the last cycle that ended well began .*: 1 object whose 30 days in the recycle bin ended in between is not deleted for good in this cycle, but in the next one; .* --accept-clock$/,
      ),
    ]);
    expect((await lab.plan()).requests).toEqual([]);
    await lab.run();
    expect(accounts()).toEqual(['ada@contoso.com false']);
    expect(await warnOfClock(context())).toEqual([]);
    clock.advance(HOUR);
    await lab.run();
    expect(accounts()).toEqual([]);
  });

  test('that jumps over the whole stay in the recycle bin disables first, and deletes in the next cycle', async () => {
    await lab.directory.delete(ada, clock.now());
    clock.advance(60 * DAY);
    await lab.run();
    expect(accounts()).toEqual(['ada@contoso.com false']);
    clock.advance(HOUR);
    await lab.run();
    expect(accounts()).toEqual([]);
  });

  test('that jumps forward while the target is down is still not trusted in the first cycle that ends well', async () => {
    await lab.directory.delete(ada, clock.now());
    clock.advance(HOUR);
    await lab.run();
    clock.advance(40 * DAY);
    const down = lab.with({ baseUrl: 'http://127.0.0.1:9', acceptsClock: false });
    for (let again = 0; again < 2; again++) {
      await expect(down.run()).rejects.toThrow();
      clock.advance(HOUR);
    }
    expect(await warnOfClock(context())).toHaveLength(1);
    await lab.run();
    expect(accounts()).toEqual(['ada@contoso.com false']);
    clock.advance(HOUR);
    await lab.run();
    expect(accounts()).toEqual([]);
  });

  test('is compared with the oldest cycle where none has ended well, and confirmed by none of them', async () => {
    await lab.restart('Full');
    const fresh = {
      ...lab.state,
      cycles: async (limit: number) => (await lab.state.cycles(limit)).map(failed),
    };
    const began = clock.now();
    clock.advance(40 * DAY);
    const clockNow = await cycleClock({ ...context(), state: fresh });
    expect([clockNow.confirmed, clockNow.isFirst]).toEqual([began, true]);
  });

  test('of a job that runs once a week delays a deletion by one cycle, and no more', async () => {
    await lab.directory.delete(ada, clock.now());
    const weeks: number[] = [];
    for (let week = 1; week <= 6; week++) {
      clock.advance(7 * DAY);
      await lab.run();
      weeks.push(target.resources('User').length);
    }
    expect(weeks).toEqual([1, 1, 1, 1, 1, 0]);
  });

  test('deletes objects that were hard-deleted by hand, whatever it says', async () => {
    await lab.directory.deletePermanently(ada, clock.now());
    clock.advance(60 * DAY);
    expect(await warnOfClock(context())).toEqual([]);
    await lab.run();
    expect(accounts()).toEqual([]);
  });

  test('forgets no failure where it jumps forward, but in the next cycle', async () => {
    const gone = sourceId('00000000-0000-4000-8000-00000000dead');
    const escrow: Escrow = {
      sourceId: gone,
      objectType: 'User',
      label: 'gone',
      isReference: false,
      failure: { code: 'Conflict', message: '', status: 409 },
      firstFailedAt: clock.now(),
      lastFailedAt: clock.now(),
      attemptCount: 1,
    };
    await lab.state.apply([{ kind: 'escrow', escrow }]);
    clock.advance(60 * DAY);
    await lab.run();
    expect(await lab.state.escrowsOf([gone])).toEqual([escrow]);
    clock.advance(HOUR);
    await lab.run();
    expect(await lab.state.escrowsOf([gone])).toEqual([]);
  });
});

describe('a clock that was set back', () => {
  const NOW = '2026-01-01T00:00:00.000Z';
  const AHEAD = '2036-01-01T00:00:00.000Z';

  test('has failures tried again that it says lie ahead', () => {
    const escrow: Escrow = {
      sourceId: ada,
      objectType: 'User',
      label: 'ada',
      isReference: false,
      failure: { code: 'Conflict', message: '', status: 409 },
      firstFailedAt: AHEAD,
      lastFailedAt: AHEAD,
      attemptCount: 3,
    };
    expect(isDue(escrow, NOW, DEFAULT_SAFETY.retry)).toBe(true);
  });

  test('does not have a quarantined job wait for years', () => {
    const quarantine = {
      reason: 'Unknown',
      error: { code: 'c', message: 'm' },
      seriesBegan: AHEAD,
      currentBegan: AHEAD,
      nextAttempt: '2036-01-01T06:00:00.000Z',
      seriesCount: 1,
    } as const;
    const facts = {
      isEnabled: true,
      intervalMs: HOUR,
      lastStartedAt: null,
      control: { ...INITIAL_CONTROL, quarantine },
    };
    expect(nextCycleAt(facts, NOW)).toBe(NOW);
  });

  test('is compared with the cycle that ran last, and not with the one that lies ahead', async () => {
    clock.advance(10 * 365 * DAY);
    await lab.run();
    clock.advance(-10 * 365 * DAY);
    await lab.run();
    const last = clock.now();
    clock.advance(10 * 365 * DAY);
    expect((await cycleClock(context())).confirmed).toBe(last);
  });
});
