import { MAX_PATTERN_LENGTH } from '../limits.ts';
import { STANDARD_FORMATS } from './names.ts';

/** A token of a date format: a repeated specifier, or literal text. */
export type FormatToken =
  | { readonly kind: 'specifier'; readonly letter: string; readonly count: number }
  | { readonly kind: 'literal'; readonly text: string };

/** .NET's specifiers; everything else is literal. */
const SPECIFIERS = 'dfFghHKmMstyz';

/** A format that .NET refuses. */
export type FormatProblem = { readonly problem: string };

/**
 * Tokenizes a date format. A single letter is a standard format, `%` makes it a custom one; quotes and backslashes
 * mark literals.
 * @param extra further specifiers: `Z` when reading
 * @see https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings
 */
export function tokenizeFormat(format: string, extra = ''): readonly FormatToken[] | FormatProblem {
  if (format === '') return { problem: 'The date format is empty.' };
  if (format.length > MAX_PATTERN_LENGTH)
    return { problem: `The date format is longer than ${MAX_PATTERN_LENGTH} characters.` };
  if (format.length > 1) return tokenizeCustom(format, SPECIFIERS + extra);
  const standard = STANDARD_FORMATS[format];
  if (standard === undefined)
    return { problem: `${format} alone is no standard date format; %${format} makes it a custom one.` };
  return tokenizeCustom(standard, SPECIFIERS);
}

const tokenizeCustom = (format: string, specifiers: string): readonly FormatToken[] | FormatProblem => {
  const tokens: FormatToken[] = [];
  for (let at = 0; at < format.length; ) {
    const char = format.charAt(at);
    if (specifiers.includes(char)) {
      const count = repetition(format, at);
      if ((char === 'f' || char === 'F') && count > 7)
        return { problem: `A fraction has at most 7 digits; the date format asks for ${count}.` };
      // K does not repeat: KK is the zone twice.
      const taken = char === 'K' || char === 'Z' ? 1 : count;
      tokens.push({ kind: 'specifier', letter: char, count: taken });
      at += taken;
      continue;
    }
    const literal = takeLiteral(format, at, specifiers);
    if (typeof literal === 'string') return { problem: literal };
    if (literal.text !== '') tokens.push({ kind: 'literal', text: literal.text });
    at = literal.next;
  }
  return tokens;
};

/** The length of a run of one letter. */
const repetition = (format: string, at: number): number => {
  let end = at;
  while (format.charAt(end) === format.charAt(at) && end < format.length) end += 1;
  return end - at;
};

/** The literal at an offset, with the offset after it; or the problem. */
const takeLiteral = (
  format: string,
  at: number,
  specifiers: string,
): { readonly text: string; readonly next: number } | string => {
  const char = format.charAt(at);
  if (char === '\\') {
    const next = format.charAt(at + 1);
    return next === '' ? 'The date format ends with a backslash.' : { text: next, next: at + 2 };
  }
  if (char === '%') {
    const next = format.charAt(at + 1);
    return next === '' || next === '%' || !specifiers.includes(next)
      ? 'In a date format, % precedes a specifier.'
      : { text: '', next: at + 1 };
  }
  if (char !== "'" && char !== '"') return { text: char, next: at + 1 };
  return takeQuoted(format, at, char);
};

const takeQuoted = (format: string, at: number, mark: string) => {
  let text = '';
  for (let next = at + 1; next < format.length; next += 1) {
    const char = format.charAt(next);
    if (char === mark) return { text, next: next + 1 };
    if (char === '\\') next += 1;
    text += format.charAt(next);
  }
  return 'A quotation in the date format is not closed.';
};
