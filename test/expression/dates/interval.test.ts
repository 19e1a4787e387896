import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ticksOfInstant } from '../../../src/expression/dates/date-time.ts';
import { addInterval, countIntervals, INTERVALS } from '../../../src/expression/dates/interval.ts';
import { errorOf, resultOf } from '../support.ts';

const BY_FIELDS = { elapsedCalendar: false, midnights: false };
const instant = fc
  .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => ticksOfInstant(date.toISOString()));

describe('DateDiff', () => {
  it('is the opposite when the dates change places', () => {
    fc.assert(
      fc.property(instant, instant, fc.constantFrom(...INTERVALS), (from, to, interval) => {
        expect(countIntervals(to, from, interval, BY_FIELDS)).toBe(
          -countIntervals(from, to, interval, BY_FIELDS),
        );
      }),
    );
  });

  it('counts what DateAdd added', () => {
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: -500, max: 500 }),
        fc.constantFrom(...INTERVALS),
        (from, count, interval) => {
          const to = addInterval(from, interval, BigInt(count));
          expect(countIntervals(from, to, interval, BY_FIELDS)).toBe(BigInt(count));
        },
      ),
    );
  });

  it('truncates days toward zero and counts weeks by their Sundays', () => {
    expect(resultOf('DateDiff("d", CDate("2021-08-24"), CDate("2021-08-22T00:00:01"))')).toBe('-1');
    expect(resultOf('DateDiff("ww", CDate("2021-08-28"), CDate("2021-08-29"))')).toBe('1');
    expect(resultOf('DateDiff("yyyy", CDate("2020-12-31"), CDate("2021-01-01"))')).toBe('1');
  });
});

describe('DateAdd', () => {
  it('stays in the years 1 to 9999', () => {
    expect(errorOf('DateAdd("yyyy", 9000, "2021-08-24")').code).toBe('outOfRange');
    expect(errorOf('DateAdd("s", -99999999999999999999, "2021-08-24")').code).toBe('outOfRange');
  });

  it('has no other intervals', () => {
    expect(errorOf('DateAdd("q", 1, "2021-08-24")').summary).toBe(
      'There is no interval "q"; there are yyyy, m, d, ww, h, n, s.',
    );
  });
});

it('FILETIME numbers round-trip', () => {
  expect(resultOf('NumFromDate(DateFromNum("129699324000000000"))')).toBe('129699324000000000');
  expect(errorOf('DateFromNum(-1)').code).toBe('outOfRange');
  expect(errorOf('NumFromDate("1600-12-31")').code).toBe('outOfRange');
});
