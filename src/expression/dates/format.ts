import { type DateFields, type DateTime, dayOfWeek, fieldsOf } from './date-time.ts';
import { type FormatProblem, type FormatToken, tokenizeFormat } from './format-tokens.ts';
import { MONTHS, SHORT, WEEKDAYS } from './names.ts';

/** Formats a date in a .NET format, invariant culture; or returns the problem of the format. */
export function formatDate(date: DateTime, format: string): string | FormatProblem {
  const tokens = tokenizeFormat(format);
  return 'problem' in tokens ? tokens : writeTokens(date, tokens);
}

/** Formats an instant like every date of the language: `8/25/2021 5:41:18 PM`. */
export function dateText(ticks: bigint): string {
  const { year, month, day, hour, minute, second } = fieldsOf(ticks);
  const time = `${hourOf12(hour)}:${padded(minute, 2)}:${padded(second, 2)}`;
  return `${month}/${day}/${padded(year, 4)} ${time} ${hour < 12 ? 'AM' : 'PM'}`;
}

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');

const hourOf12 = (hour: number): number => hour % 12 || 12;

const writeTokens = (date: DateTime, tokens: readonly FormatToken[]): string => {
  const fields = fieldsOf(date.ticks);
  let written = '';
  for (const token of tokens) {
    if (token.kind === 'literal') {
      written += token.text;
      continue;
    }
    const piece = writeSpecifier(token.letter, token.count, fields, date);
    // An empty fraction removes the point before it.
    if (token.letter === 'F' && piece === '' && written.endsWith('.')) written = written.slice(0, -1);
    written += piece;
  }
  return written;
};

const writeSpecifier = (letter: string, count: number, fields: DateFields, date: DateTime): string => {
  switch (letter) {
    case 'd':
      return count > 2 ? nameOf(WEEKDAYS[dayOfWeek(date.ticks)], count) : padded(fields.day, count);
    case 'M':
      return count > 2 ? nameOf(MONTHS[fields.month - 1], count) : padded(fields.month, count);
    case 'y':
      return count > 2 ? padded(fields.year, count) : padded(fields.year % 100, count);
    case 'h':
      return padded(hourOf12(fields.hour), Math.min(count, 2));
    case 'H':
      return padded(fields.hour, Math.min(count, 2));
    case 'm':
      return padded(fields.minute, Math.min(count, 2));
    case 's':
      return padded(fields.second, Math.min(count, 2));
    case 'f':
      return padded(fields.fraction, 7).slice(0, count);
    case 'F':
      return padded(fields.fraction, 7).slice(0, count).replace(/0+$/, '');
    case 't':
      return (fields.hour < 12 ? 'AM' : 'PM').slice(0, Math.min(count, 2));
    case 'z':
      return ['', '+0', '+00'][count] ?? '+00:00';
    case 'K':
      return { utc: 'Z', local: '+00:00', unspecified: '' }[date.kind];
    default:
      return 'A.D.';
  }
};

/** A full name, or its first letters for three specifiers. */
const nameOf = (name: string | undefined, count: number): string =>
  (name ?? '').slice(0, count === 3 ? SHORT : undefined);
