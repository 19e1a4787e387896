import {
  dayOfWeek,
  daysInMonth,
  fieldsOf,
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
  ticksOf,
} from './date-time.ts';

/** The intervals of DateAdd and DateDiff; `n` is the minute, `m` the month. */
export const INTERVALS = ['yyyy', 'm', 'd', 'ww', 'h', 'n', 's'] as const;

/** An interval of DateAdd and DateDiff. */
export type Interval = (typeof INTERVALS)[number];

const LENGTHS: Readonly<Record<Exclude<Interval, 'yyyy' | 'm'>, bigint>> = {
  d: TICKS_PER_DAY,
  ww: 7n * TICKS_PER_DAY,
  h: TICKS_PER_HOUR,
  n: TICKS_PER_MINUTE,
  s: TICKS_PER_SECOND,
};

/** Adds intervals to an instant; a day beyond the month becomes its last. The result may be out of range. */
export function addInterval(ticks: bigint, interval: Interval, count: bigint): bigint {
  if (interval === 'yyyy') return addMonths(ticks, 12n * count);
  return interval === 'm' ? addMonths(ticks, count) : ticks + LENGTHS[interval] * count;
}

const addMonths = (ticks: bigint, count: bigint): bigint => {
  const fields = fieldsOf(ticks);
  const months = BigInt(fields.year * 12 + fields.month - 1) + count;
  // Any instant out of range.
  if (months < 12n || months >= 120_000n) return -1n;
  const year = Number(months / 12n);
  const month = Number(months % 12n) + 1;
  return ticksOf({ ...fields, year, month, day: Math.min(fields.day, daysInMonth(year, month)) }) ?? -1n;
};

/** Options of counting. */
interface Counting {
  /** Counts elapsed years and months, instead of field differences. */
  readonly elapsedCalendar: boolean;
  /** Counts midnights, instead of periods of 24 hours. */
  readonly midnights: boolean;
}

/**
 * Counts intervals between instants; positive when the second is later. Years and months differ by field; days and
 * smaller are elapsed time truncated toward zero; weeks count Sundays.
 * @see https://learn.microsoft.com/dotnet/api/microsoft.visualbasic.dateandtime.datediff
 */
export function countIntervals(from: bigint, to: bigint, interval: Interval, counting: Counting): bigint {
  switch (interval) {
    case 'yyyy':
    case 'm': {
      const months = counting.elapsedCalendar ? elapsedMonths(from, to) : monthsBetween(from, to);
      if (interval === 'm') return months;
      if (counting.elapsedCalendar) return months / 12n;
      return BigInt(fieldsOf(to).year - fieldsOf(from).year);
    }
    case 'ww':
      return (sundayOf(to) - sundayOf(from)) / TICKS_PER_DAY / 7n;
    case 'd':
      return counting.midnights ? to / TICKS_PER_DAY - from / TICKS_PER_DAY : (to - from) / TICKS_PER_DAY;
    default:
      return (to - from) / LENGTHS[interval];
  }
}

const monthsBetween = (from: bigint, to: bigint): bigint => {
  const [first, second] = [fieldsOf(from), fieldsOf(to)];
  return BigInt((second.year - first.year) * 12 + second.month - first.month);
};

const elapsedMonths = (from: bigint, to: bigint): bigint => {
  const months = monthsBetween(from, to);
  const reached = addMonths(from, months);
  if (months > 0n && reached > to) return months - 1n;
  return months < 0n && reached < to ? months + 1n : months;
};

const sundayOf = (ticks: bigint): bigint => ticks - BigInt(dayOfWeek(ticks)) * TICKS_PER_DAY;
