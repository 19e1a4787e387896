import { describe, expect, test } from 'vitest';
import type { Guard, SafetySettings } from '../../src/model/safety.ts';
import { DEFAULT_SAFETY } from '../../src/model/safety.ts';
import { judgeDeprovisioning, judgeSource, judgeUpheaval } from '../../src/planning/safety.ts';

const safety = (guard: Partial<Guard> = {}, deletionThreshold: number | null = null): SafetySettings => ({
  ...DEFAULT_SAFETY,
  deletionThreshold,
  guard: { ...DEFAULT_SAFETY.guard, ...guard },
});

describe('the deprovisionings of a cycle', () => {
  const leaving = (count: number, userCount = count, linkedUserCount = 20) => ({
    count,
    userCount,
    linkedUserCount,
  });

  test('are without a limit by default', () => {
    expect(judgeDeprovisioning(leaving(20), safety())).toBeNull();
  });

  test.each([
    { count: 3, threshold: 3, isHeldBack: false },
    { count: 4, threshold: 3, isHeldBack: true },
    { count: 1, threshold: 0, isHeldBack: true },
    { count: 0, threshold: 0, isHeldBack: false },
    { count: 500, threshold: 500, isHeldBack: false },
    { count: 501, threshold: 500, isHeldBack: true },
  ])(
    '$count of them, with a threshold of $threshold, are held back: $isHeldBack',
    ({ count, threshold, isHeldBack }) => {
      const error = judgeDeprovisioning(leaving(count, count, 1_000), safety({}, threshold));
      expect(error?.reason ?? null).toBe(isHeldBack ? 'TooManyDeletes' : null);
    },
  );

  test('count groups and users together', () => {
    expect(judgeDeprovisioning(leaving(4, 2), safety({}, 3))?.reason).toBe('TooManyDeletes');
  });

  test('say what there is, what the limit is, and both ways out', () => {
    expect(judgeDeprovisioning(leaving(4), safety({}, 3))?.message).toBe(
      '4 objects would be disabled or deleted, the threshold is 3; none of them is carried out; allow them with "entrain restart --reset-scope ForceDeletes", or correct the cause and restart',
    );
  });

  test.each([
    { users: 6, linked: 20, isHeldBack: false },
    { users: 7, linked: 20, isHeldBack: true },
    { users: 1, linked: 1, isHeldBack: true },
    { users: 0, linked: 0, isHeldBack: false },
  ])(
    '$users of $linked linked users, with a guard of 30 %, are held back: $isHeldBack',
    ({ users, linked, isHeldBack }) => {
      const error = judgeDeprovisioning(
        leaving(users + 50, users, linked),
        safety({ maxDisablesPercent: 30 }),
      );
      expect(error?.reason ?? null).toBe(isHeldBack ? 'TooManyDeletes' : null);
    },
  );
});

describe('the other changes of a cycle', () => {
  const calm = { updatedUserCount: 0, linkedUserCount: 20, removedMembershipCount: 0, membershipCount: 40 };

  test('are without a limit by default', () => {
    expect(judgeUpheaval({ ...calm, updatedUserCount: 20, removedMembershipCount: 40 }, safety())).toBeNull();
  });

  test.each([
    { updatedUserCount: 10, message: null },
    {
      updatedUserCount: 11,
      message: /^11 of 20 users would be updated \(55\.0 %\), the limit is 50 %; nothing was sent/,
    },
  ])('update $updatedUserCount of 20 users', ({ updatedUserCount, message }) => {
    const error = judgeUpheaval({ ...calm, updatedUserCount }, safety({ maxUpdatesPercent: 50 }));
    expect(error?.message ?? null).toEqual(message === null ? null : expect.stringMatching(message));
  });

  test.each([
    { removedMembershipCount: 4, message: null },
    {
      removedMembershipCount: 5,
      message: /^5 of 40 memberships would be removed \(12\.5 %\), the limit is 10 %; nothing was sent/,
    },
  ])('remove $removedMembershipCount of 40 memberships', ({ removedMembershipCount, message }) => {
    const error = judgeUpheaval(
      { ...calm, removedMembershipCount },
      safety({ maxMembershipsRemovedPercent: 10 }),
    );
    expect(error?.message ?? null).toEqual(message === null ? null : expect.stringMatching(message));
  });
});

describe('the source', () => {
  test.each([
    { before: null, now: 0, isRefused: false, why: 'nothing is known of before' },
    { before: 20, now: 20, isRefused: false, why: 'nothing is gone' },
    { before: 20, now: 30, isRefused: false, why: 'it grew' },
    { before: 10, now: 0, isRefused: false, why: 'ten may go' },
    { before: 11, now: 0, isRefused: true, why: 'it is empty' },
    { before: 40, now: 20, isRefused: false, why: 'half of it is left' },
    { before: 40, now: 19, isRefused: true, why: 'less than half of it is left' },
    { before: 1_000_000, now: 499_999, isRefused: true, why: 'less than half of it is left' },
  ])('that held $before and holds $now is refused: $isRefused, for $why', ({ before, now, isRefused }) => {
    expect(judgeSource(now, before, safety())?.reason ?? null).toBe(
      isRefused ? 'IngestionInterrupted' : null,
    );
  });

  test('may lose whatever it likes where the guard is off', () => {
    expect(judgeSource(0, 1_000, safety({ maxSourceShrinkPercent: null }))).toBeNull();
  });

  test('is refused with what it held, what it holds, the limit, and the way out', () => {
    expect(judgeSource(2, 20, safety())?.message).toBe(
      'the directory holds 2 users and groups, 20 when the job last ran (90.0 % gone), the limit is 50 %; nothing was done; if that is right, allow it with "entrain restart --reset-scope ForceDeletes"',
    );
  });
});
