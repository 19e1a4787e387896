import { MONTHS, SHORT, WEEKDAYS } from './names.ts';

/** Fields read so far; absent: not in the format. */
export interface Parts {
  year?: number;
  month?: number;
  day?: number;
  weekday?: number;
  hour?: number;
  hour12?: number;
  minute?: number;
  second?: number;
  fraction?: number;
  isAfternoon?: boolean;
  offsetMinutes?: number;
  isUtc?: boolean;
}

type NumericPart =
  | 'year'
  | 'month'
  | 'day'
  | 'weekday'
  | 'hour'
  | 'hour12'
  | 'minute'
  | 'second'
  | 'fraction';

const NUMERIC: Readonly<Record<string, NumericPart>> = { H: 'hour', h: 'hour12', m: 'minute', s: 'second' };

/** The text, the current offset, and the fields read so far. */
interface Cursor {
  readonly text: string;
  readonly at: number;
  readonly parts: Parts;
}

/**
 * Reads the text of one specifier into the parts.
 * @returns the offset after it; null: the text does not fit, or contradicts a field
 */
export function readSpecifier(
  { letter, count }: { readonly letter: string; readonly count: number },
  cursor: Cursor,
  twoDigitYear: number,
): number | null {
  const { text, at } = cursor;
  switch (letter) {
    case 'd':
      return count > 2 ? readName(WEEKDAYS, 0, 'weekday', count, cursor) : readDigits('day', count, cursor);
    case 'M':
      return count > 2 ? readName(MONTHS, 1, 'month', count, cursor) : readDigits('month', count, cursor);
    case 'y':
      return readYear(count, cursor, twoDigitYear);
    case 'f':
    case 'F':
      return readFraction(count, letter === 'F', cursor);
    case 't':
      return readHalf(count, cursor);
    case 'z':
      return readOffset(count, cursor);
    case 'K':
      if (text.charAt(at) === 'Z') return noteOffset(0, true, at + 1, cursor.parts);
      return /^[+-]/.test(text.slice(at)) ? readOffset(3, cursor) : at;
    case 'Z':
      return text.charAt(at) === 'Z' ? noteOffset(0, true, at + 1, cursor.parts) : null;
    case 'g':
      return text.slice(at, at + 4).toUpperCase() === 'A.D.' ? at + 4 : null;
    default:
      return readDigits(NUMERIC[letter] ?? 'second', count, cursor);
  }
}

/** Sets a field; null: it has another value already. */
const note = (part: NumericPart, value: number, next: number, parts: Parts): number | null => {
  if (parts[part] !== undefined && parts[part] !== value) return null;
  parts[part] = value;
  return next;
};

/** One letter reads one or two digits, more letters exactly two. */
const readDigits = (part: NumericPart, count: number, { text, at, parts }: Cursor): number | null => {
  const digits = (count === 1 ? /^[0-9]{1,2}/ : /^[0-9]{2}/).exec(text.slice(at, at + 2));
  return digits === null ? null : note(part, Number(digits[0]), at + digits[0].length, parts);
};

/** Two digits mean a year of the century that ends with `twoDigitYear`. */
const readYear = (count: number, { text, at, parts }: Cursor, twoDigitYear: number): number | null => {
  const wanted = count === 1 ? '{1,2}' : `{${Math.min(count, 9)}}`;
  const digits = new RegExp(`^[0-9]${wanted}`).exec(text.slice(at, at + 9));
  if (digits === null) return null;
  const read = Number(digits[0]);
  const century = twoDigitYear - (twoDigitYear % 100);
  const year = count > 2 ? read : century + read - (read > twoDigitYear % 100 ? 100 : 0);
  return note('year', year, at + digits[0].length, parts);
};

const readFraction = (count: number, isOptional: boolean, { text, at, parts }: Cursor): number | null => {
  const digits = /^[0-9]*/.exec(text.slice(at, at + count))?.[0] ?? '';
  if (!isOptional && digits.length < count) return null;
  return note('fraction', Number(digits.padEnd(7, '0')), at + digits.length, parts);
};

const readHalf = (count: number, { text, at, parts }: Cursor): number | null => {
  const length = Math.min(count, 2);
  const half = text.slice(at, at + length).toUpperCase();
  const index = ['AM', 'PM'].findIndex((name) => name.slice(0, length) === half);
  if (index === -1) return null;
  parts.isAfternoon = index === 1;
  return at + length;
};

/** Three letters read the abbreviation, more the full name. */
const readName = (
  names: readonly string[],
  base: number,
  part: NumericPart,
  count: number,
  { text, at, parts }: Cursor,
): number | null => {
  const rest = text.slice(at, at + 9).toLowerCase();
  const wanted = names.map((name) => (count === 3 ? name.slice(0, SHORT) : name).toLowerCase());
  const index = wanted.findIndex((name) => rest.startsWith(name));
  const found = wanted[index];
  return found === undefined ? null : note(part, index + base, at + found.length, parts);
};

const OFFSETS = [
  /^([+-])([0-9]{1,2})/,
  /^([+-])([0-9]{1,2})/,
  /^([+-])([0-9]{2})/,
  /^([+-])([0-9]{1,2}):?([0-9]{2})/,
] as const;

const readOffset = (count: number, { text, at, parts }: Cursor): number | null => {
  const match = (OFFSETS[count] ?? OFFSETS[3]).exec(text.slice(at, at + 6));
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  if (Number(match[3] ?? 0) > 59 || minutes > 14 * 60) return null;
  return noteOffset(match[1] === '-' ? -minutes : minutes, false, at + match[0].length, parts);
};

const noteOffset = (minutes: number, isUtc: boolean, next: number, parts: Parts): number | null => {
  if (parts.offsetMinutes !== undefined && parts.offsetMinutes !== minutes) return null;
  parts.offsetMinutes = minutes;
  parts.isUtc = isUtc;
  return next;
};
