import { describe, expect, test } from 'vitest';
import type { Guard, SafetySettings } from '../../src/model/safety.ts';
import { DEFAULT_SAFETY } from '../../src/model/safety.ts';
import { checkChangeLimits, judgeDeprovisioning, judgeSource } from '../../src/planning/safety.ts';

const safety = (guard: Partial<Guard> = {}, deletionThreshold: number | null = null): SafetySettings => ({
  ...DEFAULT_SAFETY,
  deletionThreshold,
  guard: { ...DEFAULT_SAFETY.guard, ...guard },
});

describe('the deprovisionings of a cycle', () => {
  const leaving = (users: number, groups = 0, linked = 20) => ({
    counts: { User: users, Group: groups },
    linked: { User: linked, Group: 10 },
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
      const error = judgeDeprovisioning(leaving(count, 0, 1_000), safety({}, threshold));
      expect(error?.reason ?? null).toBe(isHeldBack ? 'TooManyDeletes' : null);
    },
  );

  test('count groups and users together', () => {
    expect(judgeDeprovisioning(leaving(2, 2), safety({}, 3))?.reason).toBe('TooManyDeletes');
  });

  test('say what there is, what the limit is, and both ways out', () => {
    expect(judgeDeprovisioning(leaving(4), safety({}, 3))?.message).toBe(
      '4 objects would be disabled or deleted, the threshold is 3; none of them is carried out; allow them with "entrain restart --reset-scope ForceDeletes", or correct the cause and restart',
    );
  });

  test.each([
    { users: 6, linked: 20, isHeldBack: false },
    { users: 7, linked: 20, isHeldBack: true },
    { users: 4, linked: 10, isHeldBack: true },
    { users: 9, linked: 9, isHeldBack: true },
    { users: 3, linked: 3, isHeldBack: true },
    { users: 2, linked: 3, isHeldBack: false },
    { users: 0, linked: 0, isHeldBack: false },
  ])(
    '$users of $linked linked users, with a guard of 30 %, are held back: $isHeldBack',
    ({ users, linked, isHeldBack }) => {
      const error = judgeDeprovisioning(leaving(users, 0, linked), safety({ maxDisablesPercent: 30 }));
      expect(error?.reason ?? null).toBe(isHeldBack ? 'TooManyDeletes' : null);
    },
  );

  test('are staged by the share of groups, although few of the users leave', () => {
    const error = judgeDeprovisioning(leaving(1, 6, 1_000), safety({ maxDisablesPercent: 30 }));
    expect(error?.message).toMatch(
      /^6 of 10 groups would be disabled or deleted \(60\.0 %\), the limit is 30 %/,
    );
    expect(judgeDeprovisioning(leaving(1, 3, 1_000), safety({ maxDisablesPercent: 30 }))).toBeNull();
  });

  test('are judged by their share however few they are, where the guard has no minimum', () => {
    const strict = safety({ maxDisablesPercent: 30, minimumObjects: 0 });
    expect(judgeDeprovisioning(leaving(1, 0, 3), strict)?.reason).toBe('TooManyDeletes');
    expect(judgeDeprovisioning(leaving(0, 0, 0), strict)).toBeNull();
  });
});

describe('the other changes of a cycle', () => {
  const calm = { updatedUserCount: 0, linkedUserCount: 20, removedMembershipCount: 0, membershipCount: 40 };

  test('are without a limit by default', () => {
    expect(
      checkChangeLimits({ ...calm, updatedUserCount: 20, removedMembershipCount: 40 }, safety()),
    ).toBeNull();
  });

  test.each([
    { updatedUserCount: 10, message: null },
    {
      updatedUserCount: 11,
      message: /^11 of 20 users would be updated \(55\.0 %\), the limit is 50 %; nothing was sent/,
    },
  ])('update $updatedUserCount of 20 users', ({ updatedUserCount, message }) => {
    const error = checkChangeLimits({ ...calm, updatedUserCount }, safety({ maxUpdatesPercent: 50 }));
    expect(error?.message ?? null).toEqual(message === null ? null : expect.stringMatching(message));
  });

  test.each([
    { removedMembershipCount: 4, message: null },
    {
      removedMembershipCount: 5,
      message: /^5 of 40 memberships would be removed \(12\.5 %\), the limit is 10 %; nothing was sent/,
    },
  ])('remove $removedMembershipCount of 40 memberships', ({ removedMembershipCount, message }) => {
    const error = checkChangeLimits(
      { ...calm, removedMembershipCount },
      safety({ maxMembershipsRemovedPercent: 10 }),
    );
    expect(error?.message ?? null).toEqual(message === null ? null : expect.stringMatching(message));
  });
});

describe('the source', () => {
  test.each([
    { before: 0, lost: 0, isRefused: false, why: 'nothing is known of before' },
    { before: 20, lost: 0, isRefused: false, why: 'nothing is gone' },
    { before: 9, lost: 9, isRefused: true, why: 'all are gone' },
    { before: 2, lost: 2, isRefused: false, why: 'two are too few to tell' },
    { before: 10, lost: 10, isRefused: true, why: 'nobody is left' },
    { before: 40, lost: 20, isRefused: false, why: 'half of it is left' },
    { before: 40, lost: 21, isRefused: true, why: 'less than half of it is left' },
    { before: 1_000_000, lost: 500_001, isRefused: true, why: 'less than half of it is left' },
  ])('that lost $lost of $before is refused: $isRefused, for $why', ({ before, lost, isRefused }) => {
    expect(judgeSource({ lost, before }, safety())?.reason ?? null).toBe(
      isRefused ? 'IngestionInterrupted' : null,
    );
  });

  test('may lose whatever it likes where the guard is off', () => {
    expect(judgeSource({ lost: 1_000, before: 1_000 }, safety({ maxSourceShrinkPercent: null }))).toBeNull();
  });

  test('is refused with what is gone, the limit, and the way out', () => {
    expect(judgeSource({ lost: 18, before: 20 }, safety())?.message).toBe(
      '18 of 20 users and groups are gone from the directory since the job last ran (90.0 %), the limit is 50 %; nothing was done; if that is right, allow it with "entrain restart --reset-scope ForceDeletes"',
    );
  });
});
