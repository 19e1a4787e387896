import { accept, take } from '../scan.ts';
import { type InlineOptions, type PatternReader, readAlternatives } from './parse-pattern.ts';
import { type Pattern, PatternProblem } from './pattern-tree.ts';

const LOOKS = ['(?=', '(?!', '(?<=', '(?<!'] as const;

/**
 * Reads a group after its opening parenthesis.
 *
 * @returns null for inline options without a body, `(?i)`: they hold to the end of the group they stand in
 * @see https://learn.microsoft.com/dotnet/standard/base-types/grouping-constructs-in-regular-expressions
 */
export const readGroup = (reader: PatternReader): Pattern | null => {
  if (reader.text.charAt(reader.position) !== '?')
    return reader.options.n ? closed(reader, (body) => ({ kind: 'group', body })) : readCapture(reader, null);
  for (const open of LOOKS)
    if (accept(reader, open.slice(1))) return closed(reader, (body) => ({ kind: 'look', open, body }));
  if (accept(reader, '?:')) return closed(reader, (body) => ({ kind: 'group', body }));
  if (accept(reader, '?>')) {
    reader.parentheses += 1;
    const index = reader.parentheses;
    return closed(reader, (body) => ({ kind: 'atomic', body, index }));
  }
  const name = take(reader, /\?(?:<[\p{L}\p{Mn}\p{Nd}\p{Pc}]+>|'[\p{L}\p{Mn}\p{Nd}\p{Pc}]+')/uy);
  if (name !== null) return readCapture(reader, name.slice(2, -1));
  return readOptions(reader);
};

/** Reads the body of a group and its closing parenthesis. */
const closed = (reader: PatternReader, make: (body: Pattern) => Pattern): Pattern => {
  const body = readAlternatives(reader);
  if (!accept(reader, ')')) throw new PatternProblem('A group of the pattern is not closed.');
  return make(body);
};

const readCapture = (reader: PatternReader, name: string | null): Pattern => {
  reader.parentheses += 1;
  const index = reader.parentheses;
  if (name === '0') throw new PatternProblem('The pattern numbers a group 0, which is the whole match.');
  reader.captures.push({ index, name });
  return closed(reader, (body) => ({ kind: 'capture', body, index }));
};

/** options = "?" letters [ "-" letters ] ( ")" | ":" alternatives ")" ) */
const readOptions = (reader: PatternReader): Pattern | null => {
  const written = take(reader, /\?[imsnx]*(?:-[imsnx]+)?/y) ?? '?';
  const changed = withOptions(reader.options, written.slice(1));
  if (written !== '?' && accept(reader, ')')) {
    reader.options = changed;
    return null;
  }
  if (written !== '?' && accept(reader, ':')) {
    const outer = reader.options;
    reader.options = changed;
    const group = closed(reader, (body) => ({ kind: 'group', body }));
    reader.options = outer;
    return group;
  }
  const found = reader.text.slice(reader.position - 1, reader.position + 4);
  throw new PatternProblem(
    `The pattern has a group that begins with (${found}: conditions, balancing groups and other extensions are not supported here.`,
  );
};

const withOptions = (options: InlineOptions, letters: string): InlineOptions => {
  const [on = '', off = ''] = letters.split('-');
  const holds = (letter: keyof InlineOptions) =>
    !off.includes(letter) && (on.includes(letter) || options[letter]);
  return { i: holds('i'), m: holds('m'), s: holds('s'), n: holds('n'), x: holds('x') };
};
