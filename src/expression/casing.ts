/**
 * Maps case like .NET: letter by letter, and only where the other case is one letter. `ß` stays `ß`, and `Σ` becomes
 * `σ` also at the end of a word.
 */
const mapLetters = (text: string, map: (letter: string) => string): string => {
  let mapped = '';
  for (const letter of text) {
    const other = map(letter);
    mapped += [...other].length === 1 ? other : letter;
  }
  return mapped;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
const ASCII = /^[\x00-\x7f]*$/;

/** Lowers text without a culture: `İ` stays. */
export function lowerInvariant(text: string): string {
  return ASCII.test(text)
    ? text.toLowerCase()
    : mapLetters(text, (letter) => (letter === 'İ' ? letter : letter.toLowerCase()));
}

/** Raises text without a culture: `ı` stays. */
export function upperInvariant(text: string): string {
  return ASCII.test(text)
    ? text.toUpperCase()
    : mapLetters(text, (letter) => (letter === 'ı' ? letter : letter.toUpperCase()));
}

/** Lowers text in a culture, e.g. `tr-TR`. @throws {RangeError} when the culture is no language tag */
export function lowerIn(culture: string, text: string): string {
  return mapLetters(text, (letter) => letter.toLocaleLowerCase(culture));
}

/** Raises text in a culture. @throws {RangeError} when the culture is no language tag */
export function upperIn(culture: string, text: string): string {
  return mapLetters(text, (letter) => letter.toLocaleUpperCase(culture));
}

/** Digraph letters, whose title case differs from both cases. */
const DIGRAPHS: Readonly<Record<string, string>> = { ǆ: 'ǅ', ǉ: 'ǈ', ǌ: 'ǋ', ǳ: 'ǲ' };

const titleLetter = (letter: string): string => DIGRAPHS[letter] ?? upperInvariant(letter);

const LETTER = /^\p{L}$/u;
const SEPARATOR = /^[\p{Z}\p{Cc}\p{Cf}\p{Pc}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\p{S}]$/u;

/**
 * Writes text in proper case: lowered, with each word's first letter raised. A word starts at a letter and ends at
 * white space, punctuation or a symbol.
 * @param apostropheContinues whether `'` is part of a word
 * @see https://learn.microsoft.com/dotnet/api/system.globalization.textinfo.totitlecase
 */
export function properCase(text: string, apostropheContinues: boolean): string {
  return raiseWords(text, (letter) => SEPARATOR.test(letter) && !(apostropheContinues && letter === "'"));
}

/** Writes text in proper case; only the given characters separate words. */
export function properCaseBetween(text: string, separators: string): string {
  const set = new Set(separators);
  return raiseWords(text, (letter) => set.has(letter));
}

const raiseWords = (text: string, separates: (letter: string) => boolean): string => {
  let cased = '';
  let isInside = false;
  for (const letter of lowerInvariant(text)) {
    const begins: boolean = !isInside && LETTER.test(letter);
    cased += begins ? titleLetter(letter) : letter;
    isInside = (isInside || begins) && !separates(letter);
  }
  return cased;
};
