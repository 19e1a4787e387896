import type { Json } from '../model/json.ts';

/** Noncharacters, which no text of an endpoint keeps: they stand around what a reason quotes. @see Unicode §23.7 */
const OPENS = '\u{FDD0}';
const CLOSES = '\u{FDD1}';
const MARKS = new RegExp(`[${OPENS}${CLOSES}]`, 'gu');
const QUOTES = new RegExp(`${OPENS}([^${CLOSES}]*)${CLOSES}`, 'gu');

/** Marks a text of an answer in a reason or note, so that a run with `--read-only` does not show it. */
export function quoted(text: string): string {
  return `${OPENS}${text.replace(MARKS, '')}${CLOSES}`;
}

/** The path of a request, in which what follows the endpoint is quoted: `/Users/u-7f31`. */
export function quotedPath(path: string): string {
  return path.replace(/^(\/+[^/]+\/)(.+)$/s, (_, endpoint: string, id: string) => `${endpoint}${quoted(id)}`);
}

/** A value of an answer in a reason: what is no number and no boolean is quoted, at most 200 characters of it. */
export function quotedValue(value: Json | undefined): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value).slice(0, QUOTED);
  return value === null || typeof value === 'number' || typeof value === 'boolean' ? text : quoted(text);
}

/** The most characters that a reason quotes. */
export const QUOTED = 200;

/** A reason or note as it is shown, with what it quotes. */
export function withQuotes(text: string): string {
  return text.replace(MARKS, '');
}

/** A reason or note as `--read-only` shows it: of what it quotes only words of the standards, else the length. */
export function withoutQuotes(text: string): string {
  return text.replace(QUOTES, (_, quote: string) =>
    STANDARD.has(quote.replace(/^"(.*)"$/s, '$1').toLowerCase()) ? quote : lengthOf(quote),
  );
}

/** What stands for a text that is not shown. */
export function lengthOf(text: string): string {
  return `[${text.length} characters]`;
}

/** The values of `scimType`, in lower case. @see RFC 7644 §3.12, table 9 */
export const SCIM_TYPES: ReadonlySet<string> = new Set(
  'invalidfilter toomany uniqueness mutability invalidsyntax invalidpath notarget invalidvalue invalidvers sensitive'.split(
    ' ',
  ),
);

/** Media types of answers, in lower case. */
export const MEDIA_TYPES: ReadonlySet<string> = new Set(
  'application/scim+json application/json application/problem+json application/xml text/xml text/html text/plain'.split(
    ' ',
  ),
);

/** Types of attributes. @see RFC 7643 §2.3 */
const ATTRIBUTE_TYPES = 'string boolean decimal integer datetime binary reference complex'.split(' ');

const STANDARD: ReadonlySet<string> = new Set([...SCIM_TYPES, ...MEDIA_TYPES, ...ATTRIBUTE_TYPES]);
