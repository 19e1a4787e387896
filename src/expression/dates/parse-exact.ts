import { type DateTime, dayOfWeek, fieldsOf, isInRange, TICKS_PER_MINUTE, ticksOf } from './date-time.ts';
import { type FormatProblem, type FormatToken, tokenizeFormat } from './format-tokens.ts';
import { type Parts, readSpecifier } from './read-specifier.ts';
import type { DateStyles } from './styles.ts';

/** How FormatDateTime reads a date. */
export interface ExactReading {
  readonly format: string;
  readonly styles: DateStyles;
  readonly twoDigitYear: number;
  /** Whether an offset is converted to UTC; else the local time is kept. */
  readonly convertsOffset: boolean;
  /** The current instant, for missing fields. */
  readonly nowTicks: bigint;
}

/**
 * Parses a date exactly by a .NET format.
 * @returns null: the text does not fit the format
 * @see https://learn.microsoft.com/dotnet/api/system.datetime.parseexact
 */
export function parseExact(text: string, reading: ExactReading): DateTime | FormatProblem | null {
  const tokens = tokenizeFormat(trimmed(reading.format, reading.styles), 'Z');
  if ('problem' in tokens) return tokens;
  const parts = readTokens(trimmed(text, reading.styles), tokens, reading);
  return parts === null ? null : dateOf(parts, reading);
}

/** Trims the white space that the styles allow. */
const trimmed = (text: string, styles: DateStyles): string => {
  const left = styles.has('AllowLeadingWhite') ? text.trimStart() : text;
  return styles.has('AllowTrailingWhite') ? left.trimEnd() : left;
};

const readTokens = (text: string, tokens: readonly FormatToken[], reading: ExactReading): Parts | null => {
  const parts: Parts = {};
  const skipsWhite = reading.styles.has('AllowInnerWhite');
  let at = 0;
  for (const [index, token] of tokens.entries()) {
    if (skipsWhite) while (/\s/.test(text.charAt(at))) at += 1;
    const next =
      token.kind === 'specifier'
        ? readSpecifier(token, { text, at, parts }, reading.twoDigitYear)
        : readLiteral(token.text, text, at, tokens[index + 1], skipsWhite);
    if (next === null) return null;
    at = next;
  }
  return at === text.length ? parts : null;
};

/** A literal must match, except the point before an optional fraction, and skipped white space. */
const readLiteral = (
  literal: string,
  text: string,
  at: number,
  following: FormatToken | undefined,
  skipsWhite: boolean,
): number | null => {
  if (skipsWhite && literal.trim() === '') return at;
  if (text.startsWith(literal, at)) return at + literal.length;
  const isOptional = literal === '.' && following?.kind === 'specifier' && following.letter === 'F';
  return isOptional ? at : null;
};

/** Makes a date of the parts; null: invalid or contradictory. */
const dateOf = (parts: Parts, reading: ExactReading): DateTime | null => {
  const hour = hourOf(parts);
  if (hour === null) return null;
  const wall = ticksOf({
    ...calendarOf(parts, reading),
    hour,
    minute: parts.minute ?? 0,
    second: parts.second ?? 0,
    fraction: parts.fraction ?? 0,
  });
  if (wall === null) return null;
  if (parts.weekday !== undefined && parts.weekday !== dayOfWeek(wall)) return null;
  return zonedDate(wall, parts, reading);
};

/** Without any date field: today. Else the year defaults to this one, month and day to the first. */
const calendarOf = (parts: Parts, reading: ExactReading) => {
  const { year, month, day } = parts;
  const hasDate = year !== undefined || month !== undefined || day !== undefined;
  const fallback = reading.styles.has('NoCurrentDateDefault')
    ? { year: 1, month: 1, day: 1 }
    : fieldsOf(reading.nowTicks);
  if (!hasDate) return { year: fallback.year, month: fallback.month, day: fallback.day };
  return { year: year ?? fallback.year, month: month ?? 1, day: day ?? 1 };
};

/** The hour of the day; null: it contradicts AM or PM. */
const hourOf = ({ hour, hour12, isAfternoon }: Parts): number | null => {
  if (hour12 !== undefined) {
    if (hour12 > 12) return null;
    return (hour12 % 12) + (isAfternoon === true ? 12 : 0);
  }
  const read = hour ?? 0;
  const contradicts = hour !== undefined && isAfternoon !== undefined && read >= 12 !== isAfternoon;
  return contradicts ? null : read;
};

/** Converts local time to UTC. */
const zonedDate = (wall: bigint, parts: Parts, reading: ExactReading): DateTime | null => {
  if (parts.offsetMinutes === undefined) {
    const isUtc = reading.styles.has('AssumeUniversal') || reading.styles.has('AdjustToUniversal');
    return { ticks: wall, kind: isUtc ? 'utc' : reading.styles.has('AssumeLocal') ? 'local' : 'unspecified' };
  }
  if (!reading.convertsOffset && parts.isUtc !== true) return { ticks: wall, kind: 'unspecified' };
  const ticks = wall - BigInt(parts.offsetMinutes) * TICKS_PER_MINUTE;
  if (!isInRange(ticks)) return null;
  const isUtc =
    reading.styles.has('AdjustToUniversal') || (parts.isUtc === true && reading.styles.has('RoundtripKind'));
  return { ticks, kind: isUtc ? 'utc' : 'local' };
};
