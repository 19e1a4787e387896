import { adviceOnQuotes } from './elsewhere.ts';
import { ExpressionError } from './error.ts';
import type { Span } from './tree.ts';

/** The position in a text: the only mutable state of a parse. */
export interface Reader {
  readonly text: string;
  position: number;
}

/** Makes a syntax error at a span. */
export function syntaxError(reader: Reader, summary: string, span: Span): ExpressionError {
  return new ExpressionError('syntax', summary, reader.text, span);
}

/** Skips white space. */
export function skipWhiteSpace(reader: Reader): void {
  while (/\s/.test(reader.text.charAt(reader.position))) reader.position += 1;
}

/** Consumes a text if it is next; returns whether it was. */
export function accept(reader: Reader, text: string): boolean {
  if (!reader.text.startsWith(text, reader.position)) return false;
  reader.position += text.length;
  return true;
}

/** Consumes the match of a sticky pattern; null: no match. */
export function take(reader: Reader, sticky: RegExp): string | null {
  sticky.lastIndex = reader.position;
  const match = sticky.exec(reader.text);
  if (match === null) return null;
  reader.position += match[0].length;
  return match[0];
}

/**
 * string = '"' { char | '\\' | '\"' } '"'
 *
 * A backslash before anything else stays: published expressions write `"\+"` and `"\d"` for regular expressions.
 * @returns the text between the quotes with its escapes undone
 */
export function scanText(reader: Reader): string {
  const start = reader.position;
  let value = '';
  for (let at = start + 1; at < reader.text.length; at += 1) {
    const char = reader.text.charAt(at);
    if (char === '"') {
      reader.position = at + 1;
      return value;
    }
    const next = reader.text.charAt(at + 1);
    const isEscape = char === '\\' && (next === '\\' || next === '"');
    if (isEscape) at += 1;
    value += isEscape ? next : char;
  }
  const advice = adviceOnQuotes(value) ?? 'Write \\" for a quotation mark inside.';
  throw syntaxError(reader, `This text has no closing quotation mark. ${advice}`, {
    start,
    end: reader.text.length,
  });
}

/**
 * attribute = "[" any text, in which brackets and quotation marks are balanced "]"
 *
 * @returns the name between the outer brackets: SCIM paths have brackets and quotes of their own
 */
export function scanAttribute(reader: Reader): string {
  const start = reader.position;
  let depth = 0;
  let isQuoted = false;
  for (let at = start; at < reader.text.length; at += 1) {
    const char = reader.text.charAt(at);
    if (char === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (char === '[') depth += 1;
    else if (char === ']') depth -= 1;
    if (depth > 0) continue;
    reader.position = at + 1;
    const name = reader.text.slice(start + 1, at);
    if (name.trim() !== '') return name;
    throw syntaxError(reader, 'The brackets hold no attribute name.', { start, end: at + 1 });
  }
  throw syntaxError(reader, 'This attribute name has no closing bracket.', {
    start,
    end: reader.text.length,
  });
}
