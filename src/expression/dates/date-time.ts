/** .NET's DateTimeKind. The service's local zone is taken to be UTC. */
type DateKind = 'utc' | 'local' | 'unspecified';

/** A date and time, as in .NET. */
export interface DateTime {
  /** Units of 100 ns since 0001-01-01T00:00. */
  readonly ticks: bigint;
  readonly kind: DateKind;
}

/** The fields of a date; `fraction` is in units of 100 ns. */
export interface DateFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly fraction: number;
}

export const TICKS_PER_SECOND = 10_000_000n;
export const TICKS_PER_MINUTE = 60n * TICKS_PER_SECOND;
export const TICKS_PER_HOUR = 60n * TICKS_PER_MINUTE;
export const TICKS_PER_DAY = 24n * TICKS_PER_HOUR;

/** Days of 400 years, the period of the calendar. */
const DAYS_PER_ERA = 146_097;
/** Days from 0000-03-01, the origin of `daysBefore`, to 0001-01-01. */
const DAYS_TO_YEAR_ONE = 306;

/** Days from 0001-01-01 to a date. Years from March put the leap day last. */
const daysBefore = (year: number, month: number, day: number): number => {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return 365 * marchYear + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 1 - DAYS_TO_YEAR_ONE;
};

/** 10000-01-01: the first instant out of range. */
const END_OF_TIME = BigInt(daysBefore(10_000, 1, 1)) * TICKS_PER_DAY;
/** 1 January 1970. */
const UNIX_EPOCH = BigInt(daysBefore(1970, 1, 1)) * TICKS_PER_DAY;
/** 1601-01-01, the epoch of FILETIME. */
export const FILETIME_EPOCH = BigInt(daysBefore(1601, 1, 1)) * TICKS_PER_DAY;

/** The days of a month. */
export function daysInMonth(year: number, month: number): number {
  return month === 12 ? 31 : daysBefore(year, month + 1, 1) - daysBefore(year, month, 1);
}

/** Tells whether an instant lies in the years 1 to 9999. */
export function isInRange(ticks: bigint): boolean {
  return ticks >= 0n && ticks < END_OF_TIME;
}

/** The instant of fields; null: no valid date. */
export function ticksOf(fields: DateFields): bigint | null {
  const { year, month, day, hour, minute, second, fraction } = fields;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month))
    return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  return (
    BigInt(daysBefore(year, month, day)) * TICKS_PER_DAY +
    BigInt((hour * 60 + minute) * 60 + second) * TICKS_PER_SECOND +
    BigInt(fraction)
  );
}

/** The fields of an instant. */
export function fieldsOf(ticks: bigint): DateFields {
  const days = Number(ticks / TICKS_PER_DAY) + DAYS_TO_YEAR_ONE;
  const era = Math.floor(days / DAYS_PER_ERA);
  const dayOfEra = days - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = ((marchMonth + 2) % 12) + 1;
  const inDay = ticks % TICKS_PER_DAY;
  const seconds = Number(inDay / TICKS_PER_SECOND);
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    fraction: Number(inDay % TICKS_PER_SECOND),
  };
}

/** The day of the week: 0 is Sunday. */
export function dayOfWeek(ticks: bigint): number {
  return Number((ticks / TICKS_PER_DAY + 1n) % 7n);
}

/** The instant of an ISO 8601 text made by the program. */
export function ticksOfInstant(instant: string): bigint {
  return BigInt(Date.parse(instant)) * 10_000n + UNIX_EPOCH;
}
