import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FailureCode } from '../../src/model/failure.ts';
import { DEFAULT_SAFETY } from '../../src/model/safety.ts';
import type { Escrow } from '../../src/model/state.ts';
import { isDue, nextAttemptAt, nextRung } from '../../src/recording/escrow.ts';
import { idOf } from '../support/builders.ts';

const FIGURES = DEFAULT_SAFETY.retry;
const HOUR = 3_600_000;
const BEGAN = Date.parse('2026-01-01T00:00:00.000Z');
const at = (hours: number): string => new Date(BEGAN + hours * HOUR).toISOString();

/** A failure that was first seen at the beginning and last seen some hours later. */
const anEscrow = (code: FailureCode, attemptCount = 1, lastHours = 0): Escrow => ({
  sourceId: idOf('u1'),
  objectType: 'User',
  label: 'u1@contoso.com',
  isReference: false,
  failure: { code, message: '', status: null },
  firstFailedAt: at(0),
  lastFailedAt: at(lastHours),
  attemptCount,
});

const hoursUntil = (escrow: Escrow): number | null => {
  const next = nextAttemptAt(escrow, FIGURES);
  return next === null ? null : (Date.parse(next) - BEGAN) / HOUR;
};

/** When an object is tried that fails each time, in cycles at every hour. */
function attempts(code: FailureCode, untilHours: number): readonly number[] {
  const tried = [0];
  for (let hour = 1; hour <= untilHours; hour++)
    if (isDue(anEscrow(code, tried.length, tried.at(-1)), at(hour), FIGURES)) tried.push(hour);
  return tried;
}

describe('an object that keeps failing', () => {
  test('is tried again in the next cycle, then 6, 12 and 24 hours after the last attempt, and then daily', () => {
    expect(attempts('Conflict', 150)).toEqual([0, 1, 7, 19, 43, 67, 91, 115, 139]);
  });

  test.each([
    'InternalServerError',
    'WebExceptionProtocolError',
    'InternalError',
    'Timeout',
    'TooManyRequests',
  ] as const)('with the passing failure %s is tried in each cycle', (code) => {
    expect(attempts(code, 5)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('is not tried any more after 28 days', () => {
    const tried = attempts('Conflict', 40 * 24);
    expect([tried.length, tried.at(-1)]).toEqual([31, 667]);
    expect(hoursUntil(anEscrow('Conflict', 31, 667))).toBeNull();
  });

  test('is due from the instant on that was named, and not before', () => {
    const escrow = anEscrow('Conflict', 2, 1);
    expect([isDue(escrow, at(6.999), FIGURES), isDue(escrow, at(7), FIGURES)]).toEqual([false, true]);
  });
});

describe('a reference that cannot be resolved', () => {
  test('waits for another object and not for the clock: it is due in each cycle', () => {
    const escrow = anEscrow('UnableToResolveReferenceAttributeValue', 9, 100);
    expect(isDue(escrow, at(100), FIGURES)).toBe(true);
  });
});

describe('the rung of a ladder', () => {
  test('lies above the time passed, and above no other rung that does', () => {
    const rungs = fc
      .uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 })
      .map((some) => some.sort((a, b) => a - b));
    fc.assert(
      fc.property(rungs, fc.nat({ max: 5000 }), fc.integer({ min: 1, max: 300 }), (ladder, elapsed, step) => {
        const last = ladder.at(-1) ?? 0;
        const beyond = Array.from({ length: 5001 }, (_, n) => last + (n + 1) * step);
        expect(nextRung(ladder, elapsed, step)).toBe([...ladder, ...beyond].find((rung) => rung > elapsed));
      }),
      { numRuns: 50 },
    );
  });

  test('exists even where the steps have no length', () => {
    expect(nextRung([10], 10, 0)).toBe(11);
  });
});
