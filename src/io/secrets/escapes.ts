import { isUtf8 } from 'node:buffer';

/**
 * Characters that nobody sees, or that are shown as a mark: control and format characters, halves of surrogate pairs,
 * unassigned ones, separators of lines, and those that are ignored where they are not known. A secret that they cut is
 * one all the same.
 * @see Unicode Standard Annex 44, Default_Ignorable_Code_Point
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufffd]/u;

/** Escape sequences of URLs, of JSON and JavaScript, and of HTML. */
const ESCAPE = new RegExp(
  [
    // Percent-encoding: the bytes of a character beyond ASCII together.
    '(?:%[89a-f][0-9a-f])+|%[0-7][0-9a-f]|%u[0-9a-f]{4}',
    String.raw`\\u[0-9a-f]{4}|\\u\{[0-9a-f]{1,6}\}|\\x[0-9a-f]{2}|\\[^a-tv-wyz0-9]|\\[bfnrt]`,
    '&#x[0-9a-f]{1,6};|&#[0-9]{1,7};|&[a-z]{2,6};',
  ].join('|'),
  'iy',
);

/** Names of HTML character references for the punctuation that secrets are made of. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  ast: '*',
  bsol: '\\',
  colon: ':',
  comma: ',',
  commat: '@',
  dollar: '$',
  equals: '=',
  excl: '!',
  grave: '`',
  gt: '>',
  hat: '^',
  lcub: '{',
  lowbar: '_',
  lpar: '(',
  lsqb: '[',
  lt: '<',
  num: '#',
  percnt: '%',
  period: '.',
  plus: '+',
  quest: '?',
  quot: '"',
  rcub: '}',
  rpar: ')',
  rsqb: ']',
  semi: ';',
  sol: '/',
  verbar: '|',
};

const character = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '');

/** The text of percent-encoded bytes: UTF-8, or Latin-1 where they are none. */
const bytesText = (run: string): string => {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
};

/** What an escape sequence stands for; null when it is none. */
const meaningOf = (sequence: string): string | null => {
  const body = sequence.slice(2).replace(/[{};]/g, '');
  switch (sequence[0]) {
    case '%':
      if (sequence[1] === 'u' || sequence[1] === 'U') return character(Number.parseInt(body, 16));
      return bytesText(sequence);
    case '\\':
      if (/^\\[ux]/i.test(sequence) && body !== '') return character(Number.parseInt(body, 16));
      // A line break that is written out is left out, as one that is there is.
      return /^\\[bfnrt]$/i.test(sequence) ? '' : sequence.slice(1);
    case '&':
      if (sequence[1] !== '#') return NAMED[sequence.slice(1, -1).toLowerCase()] ?? null;
      return character(/^x/i.test(body) ? Number.parseInt(body.slice(1), 16) : Number.parseInt(body, 10));
    default:
      return '';
  }
};

/** A part of a text that stands for something else. */
interface Sequence {
  /** The place behind its last character. */
  readonly end: number;
  readonly meaning: string;
}

/** The sequence that begins at a place; null when none does. */
type SequenceAt = (text: string, at: number) => Sequence | null;

/** For each code point: 0 it was not looked at yet, 1 it is seen, 2 it is not. */
const KNOWN = new Uint8Array(0x110000);

const isUnseen = (code: number): boolean => {
  if (KNOWN[code] === 0) KNOWN[code] = UNSEEN.test(String.fromCodePoint(code)) ? 2 : 1;
  return KNOWN[code] === 2;
};

/** Most texts need no closer look. */
const BEYOND_PRINTABLE_ASCII = /[^ -~]/;
const MAY_BE_ESCAPED = /[%\\&]/;

const unseenAt: SequenceAt = (text, at) => {
  let end = at;
  for (let code = text.codePointAt(end); code !== undefined && isUnseen(code); code = text.codePointAt(end))
    end += code > 0xffff ? 2 : 1;
  return end === at ? null : { end, meaning: '' };
};

const [PERCENT, BACKSLASH, AMPERSAND] = [0x25, 0x5c, 0x26] as const;

const escapeAt: SequenceAt = (text, at) => {
  const code = text.charCodeAt(at);
  if (code !== PERCENT && code !== BACKSLASH && code !== AMPERSAND) return null;
  // By far the most frequent ones in a text that is escaped again and again.
  if (text.startsWith('%25', at)) return { end: at + 3, meaning: '%' };
  if (text.startsWith('\\\\', at)) return { end: at + 2, meaning: '\\' };
  if (text.startsWith('&amp;', at)) return { end: at + 5, meaning: '&' };
  ESCAPE.lastIndex = at;
  const [sequence] = ESCAPE.exec(text) ?? [];
  const meaning = sequence === undefined ? null : meaningOf(sequence);
  return sequence === undefined || meaning === null ? null : { end: at + sequence.length, meaning };
};

/** Where each character of a text came from: its first character in the source, and the place behind its last. */
export interface Places {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

/** The places of a text that is its own source. */
export function placesIn(text: string): Places {
  return {
    from: Uint32Array.from({ length: text.length }, (_, index) => index),
    to: Uint32Array.from({ length: text.length }, (_, index) => index + 1),
  };
}

/** What is left is never longer than what it came from: no place is overwritten before it was read. */
const movePlaces = ({ from, to }: Places, start: number, end: number, target: number): void => {
  for (let at = start; at < end; at += 1) {
    from[target + at - start] = from[at] ?? 0;
    to[target + at - start] = to[at] ?? 0;
  }
};

const joinPlaces = (
  { from, to }: Places,
  start: number,
  end: number,
  target: number,
  count: number,
): void => {
  const [first, last] = [from[start] ?? 0, to[end - 1] ?? 0];
  for (let at = target; at < target + count; at += 1) {
    from[at] = first;
    to[at] = last;
  }
};

const replaced = (text: string, sequenceAt: SequenceAt, places: Places | null): string => {
  const parts: string[] = [];
  let [done, length] = [0, 0];
  const keep = (end: number): void => {
    if (end === done) return;
    parts.push(text.slice(done, end));
    if (places !== null && length < done) movePlaces(places, done, end, length);
    length += end - done;
  };
  for (let at = 0; at < text.length; at += 1) {
    const sequence = sequenceAt(text, at);
    if (sequence === null) continue;
    const { end, meaning } = sequence;
    keep(at);
    if (meaning !== '') parts.push(meaning);
    if (places !== null) joinPlaces(places, at, end, length, meaning.length);
    length += meaning.length;
    done = end;
    at = end - 1;
  }
  if (done === 0) return text;
  keep(text.length);
  return parts.join('');
};

/**
 * A text without the characters that nobody sees, and with one layer of escape sequences taken off. The work is linear
 * in the text.
 * @param places where the characters of the text came from, which are changed to those of the result
 */
export function unescaped(text: string, places: Places | null = null): string {
  const seen = BEYOND_PRINTABLE_ASCII.test(text) ? replaced(text, unseenAt, places) : text;
  return MAY_BE_ESCAPED.test(seen) ? replaced(seen, escapeAt, places) : seen;
}
