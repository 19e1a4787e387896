/** Control and format characters, which nobody sees: a secret that line breaks cut is one all the same. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g;

/** Escape sequences of URLs, of JSON and JavaScript, and of HTML; and what nobody sees. */
const ESCAPES = new RegExp(
  [
    // Percent-encoding: the bytes of a character beyond ASCII together.
    '(?:%[89a-f][0-9a-f])+|%[0-7][0-9a-f]|%u[0-9a-f]{4}',
    String.raw`\\u[0-9a-f]{4}|\\u\{[0-9a-f]{1,6}\}|\\x[0-9a-f]{2}|\\[^a-tv-wyz0-9]|\\[bfnrt]`,
    '&#x[0-9a-f]{1,6};|&#[0-9]{1,7};|&[a-z]{2,6};',
    UNSEEN.source,
  ].join('|'),
  'gi',
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

const bytesText = (run: string): string => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8');

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

/** A text with one layer of escape sequences taken off. */
export const unescaped = (text: string): string => {
  const seen = text.replace(UNSEEN, '');
  return seen.includes('%') || seen.includes('\\') || seen.includes('&')
    ? seen.replace(ESCAPES, (sequence) => meaningOf(sequence) ?? sequence)
    : seen;
};

/** A text with one layer of escape sequences taken off, and where each of its characters came from. */
export interface Unescaped {
  readonly text: string;
  /** For each character, the first character in the text before, and the one behind its last. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

/** Takes one layer of escape sequences off as `unescaped` does, and remembers the places. */
export const unescapedWithPlaces = (text: string): Unescaped => {
  const from = new Uint32Array(text.length);
  const to = new Uint32Array(text.length);
  const parts: string[] = [];
  let length = 0;
  const add = (part: string, start: number, end: (index: number) => number, step: 0 | 1): void => {
    for (let index = 0; index < part.length; index += 1) {
      from[length] = start + index * step;
      to[length] = end(index);
      length += 1;
    }
    parts.push(part);
  };
  let done = 0;
  for (const { 0: sequence, index } of text.matchAll(ESCAPES)) {
    const meaning = meaningOf(sequence);
    if (meaning === null) continue;
    const start = done;
    add(text.slice(start, index), start, (offset) => start + offset + 1, 1);
    done = index + sequence.length;
    const end = done;
    add(meaning, index, () => end, 0);
  }
  const start = done;
  add(text.slice(start), start, (offset) => start + offset + 1, 1);
  return { text: parts.join(''), from, to };
};
