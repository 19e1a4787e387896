import { isInRange, TICKS_PER_MINUTE, ticksOf } from './date-time.ts';
import { MONTHS, SHORT } from './names.ts';

const MONTH = MONTHS.map((name) => `${name}|${name.slice(0, SHORT)}`).join('|');

/** Date forms, most specific first. */
const DATES = [
  /^(?<year>[0-9]{4})[-/](?<month>[0-9]{1,2})[-/](?<day>[0-9]{1,2})(?![0-9])/,
  /^(?<year>[0-9]{4})-(?<month>[0-9]{1,2})(?![0-9])/,
  /^(?<month>[0-9]{1,2})\/(?<day>[0-9]{1,2})\/(?<year>[0-9]{4})(?![0-9])/,
  new RegExp(`^(?<name>${MONTH})\\.? +(?<day>[0-9]{1,2}),? +(?<year>[0-9]{4})(?![0-9])`, 'i'),
  new RegExp(`^(?<day>[0-9]{1,2})[ -](?<name>${MONTH})[ -](?<year>[0-9]{4})(?![0-9])`, 'i'),
] as const;

const TIME =
  /^(?:T| +)(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(?::(?<second>[0-9]{2})(?:\.(?<fraction>[0-9]{1,7})[0-9]*)?)?(?: *(?<half>[AP]M))?/i;
const ZONE = /^ *(?:Z|(?<sign>[+-])(?<hours>[0-9]{1,2})(?::?(?<minutes>[0-9]{2}))?)$/i;

/** The forms that `parseDate` accepts, for messages. */
export const DATE_FORMS =
  'yyyy-MM-dd or M/d/yyyy, then perhaps a time (h:mm:ss, AM/PM) and a zone (Z, +hh:mm); Aug 24, 2021; 24 August 2021';

/**
 * Parses a date in the forms that .NET accepts without a format; without a zone it is UTC.
 * @returns null: no known form, or no valid date
 * @see https://learn.microsoft.com/dotnet/api/system.datetime.parse
 */
export function parseDate(text: string): bigint | null {
  // No form is longer.
  if (text.length > 100) return null;
  let rest = text.trim();
  const date = DATES.map((form) => form.exec(rest)).find((match) => match !== null);
  if (date === undefined || date === null) return null;
  rest = rest.slice(date[0].length);
  const time = TIME.exec(rest);
  rest = rest.slice(time?.[0].length ?? 0);
  const zone = ZONE.exec(rest);
  if (rest !== '' && zone === null) return null;
  const wall = ticksOf({ ...calendarFields(date.groups ?? {}), ...timeFields(time?.groups ?? {}) });
  if (wall === null) return null;
  const ticks = wall - offsetTicks(zone?.groups ?? {});
  return isInRange(ticks) ? ticks : null;
}

type Groups = Readonly<Record<string, string | undefined>>;

const calendarFields = ({ year, month, day, name }: Groups) => ({
  year: Number(year),
  month: name === undefined ? Number(month) : monthNamed(name),
  day: Number(day ?? 1),
});

const monthNamed = (name: string): number =>
  1 + MONTHS.findIndex((month) => month.toLowerCase().startsWith(name.slice(0, SHORT).toLowerCase()));

/** An hour that contradicts AM or PM becomes invalid. */
const timeFields = ({ hour, minute, second, fraction, half }: Groups) => {
  const read = Number(hour ?? 0);
  const noon = half?.toUpperCase() === 'PM' ? 12 : 0;
  return {
    hour: half === undefined ? read : read > 12 ? 99 : (read % 12) + noon,
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    fraction: Number((fraction ?? '').padEnd(7, '0')),
  };
};

const offsetTicks = ({ sign, hours, minutes }: Groups): bigint => {
  const offset = BigInt(Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * TICKS_PER_MINUTE;
  return sign === '-' ? -offset : offset;
};
