import { accept, type Reader, take } from '../scan.ts';
import { readEscape } from './escapes.ts';
import { readClass } from './parse-class.ts';
import { type CapturingGroup, type ParsedPattern, type Pattern, PatternProblem } from './pattern-tree.ts';

/** Maximum nesting of groups. */
const MAX_GROUP_DEPTH = 100;

/** The inline options of .NET: `(?imsnx)`. */
interface InlineOptions {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly n: boolean;
  readonly x: boolean;
}

/** The state of reading a pattern. */
interface PatternReader extends Reader {
  options: InlineOptions;
  depth: number;
  /** Capturing parentheses emitted so far. */
  parentheses: number;
  readonly captures: CapturingGroup[];
}

/** Word characters of `\b`: those of `\w` and the two joiners. */
const WORD = '[\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}\\u200c\\u200d]';

/** The end, or before a final line break. */
const END = '(?=\\n?$)';

const ASSERTIONS: Readonly<Record<string, string>> = {
  A: '^',
  z: '$',
  Z: END,
  b: `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`,
  B: `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`,
};

const DOT: Pattern = anyBut('\n');
const EVERYTHING: Pattern = anyBut(null);

const LOOKS = ['(?=', '(?!', '(?<=', '(?<!'] as const;

/** Any character, or any but one. */
function anyBut(char: string | null): Pattern {
  const members = char === null ? [] : [{ kind: 'range', from: char, to: char } as const];
  return { kind: 'class', isNegated: true, members, subtracted: null, ignoresCase: false };
}

/** Parses a .NET regular expression. @throws {PatternProblem} */
export function parsePattern(text: string): ParsedPattern {
  const reader: PatternReader = {
    text,
    position: 0,
    depth: 0,
    parentheses: 0,
    captures: [],
    options: { i: false, m: false, s: false, n: false, x: false },
  };
  const root = readAlternatives(reader);
  if (reader.position < text.length)
    throw new PatternProblem('The pattern closes a parenthesis that it did not open.');
  return { root, captures: reader.captures };
}

/** alternatives = sequence { "|" sequence }; inline options end with the group they stand in */
const readAlternatives = (reader: PatternReader): Pattern => {
  reader.depth += 1;
  if (reader.depth > MAX_GROUP_DEPTH)
    throw new PatternProblem(`The pattern nests groups more than ${MAX_GROUP_DEPTH} deep.`);
  const outer = reader.options;
  const branches = [readSequence(reader)];
  while (accept(reader, '|')) branches.push(readSequence(reader));
  reader.options = outer;
  reader.depth -= 1;
  const [only] = branches;
  return branches.length === 1 && only !== undefined ? only : { kind: 'alternatives', branches };
};

/** sequence = { atom [ quantifier ] } */
const readSequence = (reader: PatternReader): Pattern => {
  const items: Pattern[] = [];
  for (;;) {
    skipComments(reader);
    const next = reader.text.charAt(reader.position);
    if (next === '' || next === '|' || next === ')') return { kind: 'sequence', items };
    const atom = readAtom(reader);
    if (atom !== null) items.push(readQuantifier(reader, atom));
  }
};

/** Skips `(?#…)` and, under the option x, white space and `#…`. */
const skipComments = (reader: PatternReader): void => {
  const skipped = reader.options.x ? /(?:\s|#[^\n]*|\(\?#[^)]*\))*/y : /(?:\(\?#[^)]*\))*/y;
  take(reader, skipped);
  if (reader.text.startsWith('(?#', reader.position))
    throw new PatternProblem('A comment of the pattern is not closed.');
};

/** atom = "^" | "$" | "." | class | group | "\" escape | character; null for inline options, which match nothing */
const readAtom = (reader: PatternReader): Pattern | null => {
  const { i, m, s } = reader.options;
  const char = take(reader, /[\s\S]/uy) ?? '';
  switch (char) {
    case '^':
      return { kind: 'assertion', source: m ? '(?<![^\\n])' : '^' };
    case '$':
      return { kind: 'assertion', source: m ? '(?![^\\n])' : END };
    case '.':
      return s ? EVERYTHING : DOT;
    case '[':
      return readClass(reader, i);
    case '(':
      return readGroup(reader);
    case '\\':
      return readBackslash(reader);
    case '*':
    case '+':
    case '?':
      throw new PatternProblem(`The quantifier ${char} of the pattern follows nothing.`);
    default:
      return { kind: 'literal', char, ignoresCase: i };
  }
};

/**
 * Reads a group after its opening parenthesis.
 *
 * @returns null for inline options without a body, `(?i)`: they hold to the end of the group they stand in
 * @see https://learn.microsoft.com/dotnet/standard/base-types/grouping-constructs-in-regular-expressions
 */
const readGroup = (reader: PatternReader): Pattern | null => {
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

/** Reads an assertion, a back-reference or an escaped character, after the backslash. */
const readBackslash = (reader: PatternReader): Pattern => {
  const ignoresCase = reader.options.i;
  const next = reader.text.charAt(reader.position);
  const source = ASSERTIONS[next];
  if (source !== undefined) {
    reader.position += 1;
    return { kind: 'assertion', source };
  }
  if (next === 'G') throw new PatternProblem('The pattern uses \\G, which is not supported here.');
  if (next === 'k') {
    const name = take(reader, /k(?:<\w+>|'\w+')/uy);
    if (name === null) throw new PatternProblem('After \\k the pattern names no group.');
    return { kind: 'reference', group: name.slice(2, -1), ignoresCase };
  }
  const number = take(reader, /[1-9][0-9]?/y);
  if (number !== null) return { kind: 'reference', group: number, ignoresCase };
  const member = readEscape(reader);
  return member.kind === 'range'
    ? { kind: 'literal', char: member.from, ignoresCase }
    : { kind: 'class', isNegated: false, members: [member], subtracted: null, ignoresCase: false };
};

/** quantifier = ( "*" | "+" | "?" | "{" n [ "," [ m ] ] "}" ) [ "?" ]; other braces are characters */
const readQuantifier = (reader: PatternReader, body: Pattern): Pattern => {
  skipComments(reader);
  const written = take(reader, /[*+?]|\{[0-9]{1,9}(?:,[0-9]{0,9})?\}/y);
  if (written === null) return body;
  const [minimum, maximum] = boundsOf(written);
  if (minimum > maximum)
    throw new PatternProblem(`The quantifier ${written} of the pattern is in reverse order.`);
  const isLazy = accept(reader, '?');
  skipComments(reader);
  if (take(reader, /[*+?]|\{[0-9]+(?:,[0-9]*)?\}/y) !== null)
    throw new PatternProblem('The pattern has a quantifier after a quantifier.');
  return { kind: 'repeat', body, minimum, maximum, isLazy };
};

const boundsOf = (written: string): readonly [minimum: number, maximum: number] => {
  if (written === '*') return [0, Number.POSITIVE_INFINITY];
  if (written === '+') return [1, Number.POSITIVE_INFINITY];
  if (written === '?') return [0, 1];
  const [minimum = '0', maximum] = written.slice(1, -1).split(',');
  if (maximum === undefined) return [Number(minimum), Number(minimum)];
  return [Number(minimum), maximum === '' ? Number.POSITIVE_INFINITY : Number(maximum)];
};
