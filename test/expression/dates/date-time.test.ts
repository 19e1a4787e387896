import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  dayOfWeek,
  daysInMonth,
  fieldsOf,
  ticksOf,
  ticksOfInstant,
} from '../../../src/expression/dates/date-time.ts';

const instants = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

it('fields and days of the week are those of the calendar', () => {
  fc.assert(
    fc.property(instants, (date) => {
      const ticks = ticksOfInstant(date.toISOString());
      expect(fieldsOf(ticks)).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds(),
        fraction: date.getUTCMilliseconds() * 10_000,
      });
      expect(dayOfWeek(ticks)).toBe(date.getUTCDay());
      expect(ticksOf(fieldsOf(ticks))).toBe(ticks);
    }),
  );
});

it('a day that no month has is no date', () => {
  const time = { hour: 0, minute: 0, second: 0, fraction: 0 };
  expect(ticksOf({ year: 2023, month: 2, day: 29, ...time })).toBeNull();
  expect(ticksOf({ year: 2024, month: 2, day: 29, ...time })).not.toBeNull();
  expect(ticksOf({ year: 10_000, month: 1, day: 1, ...time })).toBeNull();
  expect(daysInMonth(1900, 2)).toBe(28);
  expect(daysInMonth(2000, 2)).toBe(29);
});
