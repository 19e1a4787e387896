import { isUtf8 } from 'node:buffer';

/**
 * Invisible characters, and those shown as a mark: controls, formats, lone surrogates, unassigned ones, line
 * separators, default ignorables. A secret that they split is still a secret.
 * @see Unicode Standard Annex 44, Default_Ignorable_Code_Point
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufffd]/u;

/** Escape sequences of URLs, of JSON and JavaScript, and of HTML. */
const ESCAPE = new RegExp(
  [
    // Percent-encoding; the bytes of a non-ASCII character together.
    '(?:%[89a-f][0-9a-f])+|%[0-7][0-9a-f]|%u[0-9a-f]{4}',
    String.raw`\\u[0-9a-f]{4}|\\u\{[0-9a-f]{1,6}\}|\\x[0-9a-f]{2}|\\[^a-tv-wyz0-9]|\\[bfnrt]`,
    '&#x[0-9a-f]{1,6};|&#[0-9]{1,7};|&[a-z]{2,6};',
  ].join('|'),
  'iy',
);

/** HTML character references for the punctuation in secrets. */
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

/** Decodes percent-encoded bytes: UTF-8, else Latin-1. */
const bytesText = (run: string): string => {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
};

/** The text that an escape sequence stands for; null: it is none. */
const meaningOf = (sequence: string): string | null => {
  const body = sequence.slice(2).replace(/[{};]/g, '');
  switch (sequence[0]) {
    case '%':
      if (sequence[1] === 'u' || sequence[1] === 'U') return character(Number.parseInt(body, 16));
      return bytesText(sequence);
    case '\\':
      if (/^\\[ux]/i.test(sequence) && body !== '') return character(Number.parseInt(body, 16));
      // An escaped line break is dropped, like a literal one.
      return /^\\[bfnrt]$/i.test(sequence) ? '' : sequence.slice(1);
    case '&':
      if (sequence[1] !== '#') return NAMED[sequence.slice(1, -1).toLowerCase()] ?? null;
      return character(/^x/i.test(body) ? Number.parseInt(body.slice(1), 16) : Number.parseInt(body, 10));
    default:
      return '';
  }
};

/** A part of a text that stands for another text. */
interface Sequence {
  /** The offset after its last character. */
  readonly end: number;
  readonly meaning: string;
}

/** The sequence at an offset; null: none. */
type SequenceAt = (text: string, at: number) => Sequence | null;

/** For each code point: 0 unknown, 1 visible, 2 invisible. */
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
  // The most frequent ones in repeatedly escaped texts.
  if (text.startsWith('%25', at)) return { end: at + 3, meaning: '%' };
  if (text.startsWith('\\\\', at)) return { end: at + 2, meaning: '\\' };
  if (text.startsWith('&amp;', at)) return { end: at + 5, meaning: '&' };
  ESCAPE.lastIndex = at;
  const [sequence] = ESCAPE.exec(text) ?? [];
  const meaning = sequence === undefined ? null : meaningOf(sequence);
  return sequence === undefined || meaning === null ? null : { end: at + sequence.length, meaning };
};

/** The source range of each character: its first offset, and the one after its last. */
interface Places {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

/** The places of an unchanged text. */
export function placesIn(text: string): Places {
  return {
    from: Uint32Array.from({ length: text.length }, (_, index) => index),
    to: Uint32Array.from({ length: text.length }, (_, index) => index + 1),
  };
}

/** The result is never longer than its source: no entry is overwritten before it is read. */
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
 * Removes invisible characters and one layer of escape sequences, in linear time.
 * @param places the source ranges of the text; updated to those of the result
 */
export function unescaped(text: string, places: Places | null = null): string {
  const seen = BEYOND_PRINTABLE_ASCII.test(text) ? replaced(text, unseenAt, places) : text;
  return MAY_BE_ESCAPED.test(seen) ? replaced(seen, escapeAt, places) : seen;
}

const encodedAt: SequenceAt = (text, at) => (text.charCodeAt(at) === BACKSLASH ? null : escapeAt(text, at));

/**
 * Removes one layer of the escape sequences of URLs and HTML, and leaves backslashes: so a secret is read that holds such
 * a sequence, once the layer of JSON around it is removed.
 */
export function decoded(text: string): string {
  return MAY_BE_ESCAPED.test(text) ? replaced(text, encodedAt, null) : text;
}
