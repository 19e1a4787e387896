import { type Reader, take } from '../scan.ts';
import { type ClassMember, PatternProblem } from './pattern-tree.ts';

/** `\d`, `\w` and `\s` are Unicode classes in .NET. */
const SHORTHANDS: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  w: '[\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}]',
  W: '[^\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}]',
  s: '[\\t-\\r\\u0085\\p{Z}]',
  S: '[^\\t-\\r\\u0085\\p{Z}]',
};

const CONTROLS: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\u0007',
  e: '\u001b',
};

/**
 * Supported named blocks.
 * @see https://learn.microsoft.com/dotnet/standard/base-types/character-classes-in-regular-expressions
 */
const BLOCKS: Readonly<Record<string, readonly [from: string, to: string]>> = {
  IsBasicLatin: ['\u0000', '\u007f'],
  'IsLatin-1Supplement': ['\u0080', '\u00ff'],
  'IsLatinExtended-A': ['\u0100', '\u017f'],
  'IsLatinExtended-B': ['\u0180', '\u024f'],
  IsCombiningDiacriticalMarks: ['\u0300', '\u036f'],
  IsGreek: ['\u0370', '\u03ff'],
  IsGreekandCoptic: ['\u0370', '\u03ff'],
  IsCyrillic: ['\u0400', '\u04ff'],
  IsArmenian: ['\u0530', '\u058f'],
  IsHebrew: ['\u0590', '\u05ff'],
  IsArabic: ['\u0600', '\u06ff'],
  IsThai: ['\u0e00', '\u0e7f'],
  IsLatinExtendedAdditional: ['\u1e00', '\u1eff'],
  IsHiragana: ['\u3040', '\u309f'],
  IsKatakana: ['\u30a0', '\u30ff'],
  IsCJKUnifiedIdeographs: ['\u4e00', '\u9fff'],
  IsHangulSyllables: ['\uac00', '\ud7af'],
};

const CATEGORY = /^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfson]?)$/;

/** A character as a class member. */
export function single(char: string): ClassMember {
  return { kind: 'range', from: char, to: char };
}

/**
 * Reads a character escape after its backslash.
 * @returns a character or a set of them
 * @throws {PatternProblem} for an unknown escape
 */
export function readEscape(reader: Reader): ClassMember {
  const letter = take(reader, /[\s\S]/uy);
  if (letter === null) throw new PatternProblem('The pattern ends with a backslash.');
  const shorthand = SHORTHANDS[letter];
  if (shorthand !== undefined) return { kind: 'set', source: shorthand };
  const control = CONTROLS[letter];
  if (control !== undefined) return single(control);
  if (letter === 'x' || letter === 'u')
    return single(readHexadecimal(reader, letter === 'x' ? /[0-9A-Fa-f]{2}/y : /[0-9A-Fa-f]{4}/y));
  if (letter === 'c') return single(readControl(reader));
  if (letter === 'p' || letter === 'P') return readCategory(reader, letter === 'P');
  if (/[0-7]/.test(letter)) return single(readOctal(reader, letter));
  if (/[\p{L}\p{Mn}\p{Nd}\p{Pc}]/u.test(letter))
    throw new PatternProblem(`The pattern has the unknown escape \\${letter}.`);
  return single(letter);
}

const readHexadecimal = (reader: Reader, digits: RegExp): string => {
  const hexadecimal = take(reader, digits);
  if (hexadecimal === null) throw new PatternProblem('An escape of the pattern lacks hexadecimal digits.');
  return String.fromCharCode(Number.parseInt(hexadecimal, 16));
};

const readControl = (reader: Reader): string => {
  const letter = take(reader, /[A-Za-z@[\\\]^_]/y);
  if (letter === null) throw new PatternProblem('After \\c the pattern names no control character.');
  return String.fromCharCode(letter.toUpperCase().charCodeAt(0) - 64);
};

const readOctal = (reader: Reader, first: string): string => {
  const digits = first + (take(reader, /[0-7]{0,2}/y) ?? '');
  return String.fromCharCode(Number.parseInt(digits, 8) & 0xff);
};

const readCategory = (reader: Reader, isNegated: boolean): ClassMember => {
  const name = take(reader, /\{[A-Za-z0-9-]{1,40}\}/y)?.slice(1, -1);
  if (name === undefined) throw new PatternProblem('After \\p the pattern names no category in braces.');
  if (CATEGORY.test(name)) return { kind: 'set', source: `\\${isNegated ? 'P' : 'p'}{${name}}` };
  const block = BLOCKS[name];
  if (block === undefined)
    throw new PatternProblem(`The pattern names the category ${name}, which is not known here.`);
  const [from, to] = block.map(escapeCharacter);
  return { kind: 'set', source: `[${isNegated ? '^' : ''}${from}-${to}]` };
};

/** Escapes a character for any position of a JavaScript pattern. */
export function escapeCharacter(char: string): string {
  return /^[A-Za-z0-9]$/.test(char) ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}
