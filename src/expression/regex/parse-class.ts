import { accept, type Reader, take } from '../scan.ts';
import { readEscape, single } from './escapes.ts';
import { type ClassMember, type Pattern, PatternProblem } from './pattern-tree.ts';

type ClassPattern = Extract<Pattern, { kind: 'class' }>;

/** Maximum nesting of classes. */
const MAX_CLASS_DEPTH = 10;

/**
 * class = "[" [ "^" ] [ "]" ] { member [ "-" member ] } [ "-" class ] "]"
 *
 * Reads a class after its opening bracket. A bracket that comes first is a member.
 * @see https://learn.microsoft.com/dotnet/standard/base-types/character-classes-in-regular-expressions
 */
export function readClass(reader: Reader, ignoresCase: boolean, depth = 0): ClassPattern {
  if (depth > MAX_CLASS_DEPTH) throw new PatternProblem('The pattern nests character classes too deep.');
  const isNegated = accept(reader, '^');
  const members: ClassMember[] = [];
  let subtracted: ClassPattern | null = null;
  if (accept(reader, ']')) members.push(...readRange(reader, single(']')));
  while (!accept(reader, ']')) {
    if (subtracted !== null) throw new PatternProblem('A subtracted class must come last in its class.');
    if (members.length > 0 && accept(reader, '-[')) subtracted = readClass(reader, ignoresCase, depth + 1);
    else members.push(...readRange(reader, readMember(reader)));
  }
  return { kind: 'class', isNegated, members, subtracted, ignoresCase };
}

const readMember = (reader: Reader): ClassMember => {
  if (accept(reader, '\\b')) return single('\b');
  if (accept(reader, '\\')) return readEscape(reader);
  const char = take(reader, /[\s\S]/uy);
  if (char === null) throw new PatternProblem('A character class of the pattern is not closed.');
  return single(char);
};

/** Reads the end of a range. A hyphen at the end of the class is a member. */
const readRange = (reader: Reader, first: ClassMember): readonly ClassMember[] => {
  const next = reader.text.charAt(reader.position + 1);
  if (reader.text.charAt(reader.position) !== '-' || next === ']' || next === '[') return [first];
  reader.position += 1;
  const last = readMember(reader);
  if (first.kind === 'set') return [first, single('-'), last];
  if (last.kind === 'set') throw new PatternProblem('A range of the pattern ends with a class.');
  if ((first.from.codePointAt(0) ?? 0) > (last.from.codePointAt(0) ?? 0))
    throw new PatternProblem(`The range ${first.from}-${last.from} of the pattern is in reverse order.`);
  return [{ kind: 'range', from: first.from, to: last.from }];
};
