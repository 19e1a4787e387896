import { MAX_PATTERN_LENGTH } from '../limits.ts';
import { isOversized, waysToMatch } from './cost.ts';
import { emitPattern } from './emit.ts';
import { type NumberedGroup, numberGroups } from './groups.ts';
import { parsePattern } from './parse-pattern.ts';
import { type ClassMember, type Pattern, PatternProblem } from './pattern-tree.ts';

/** A .NET regular expression compiled to JavaScript. */
export interface CompiledPattern {
  /** With the flags `g`, `d` and `v`. */
  readonly regex: RegExp;
  readonly groups: readonly NumberedGroup[];
  /** An upper bound of the steps for a text length. */
  readonly steps: (textLength: number) => number;
}

/**
 * Translates a .NET regular expression to JavaScript. Known differences: a group in a repetition forgets captures of
 * earlier rounds, a back-reference to an unmatched group matches nothing instead of failing, and astral characters
 * are one instead of two.
 * @throws {PatternProblem} when .NET refuses the pattern, or it cannot be translated
 * @see https://learn.microsoft.com/dotnet/standard/base-types/regular-expression-language-quick-reference
 */
export function compilePattern(text: string): CompiledPattern {
  if (text.length > MAX_PATTERN_LENGTH)
    throw new PatternProblem(`The pattern is longer than ${MAX_PATTERN_LENGTH} characters.`);
  const { root, captures } = parsePattern(text);
  if (isOversized(root)) throw new PatternProblem('The pattern asks for too many repetitions.');
  const groups = numberGroups(captures);
  const hasCaseFlag = ignoresCaseThroughout(root);
  const source = emitPattern(root, { groups, hasCaseFlag });
  return {
    regex: newRegex(source, hasCaseFlag ? 'dgiv' : 'dgv'),
    groups,
    steps: (length) => (length + 1) * (length + 1) * waysToMatch(root, length),
  };
}

const newRegex = (source: string, flags: string): RegExp => {
  try {
    return new RegExp(source, flags);
  } catch {
    throw new PatternProblem('The pattern cannot be carried over to JavaScript.');
  }
};

/** Tells whether case is ignored everywhere it matters, so that the flag is equivalent. */
const ignoresCaseThroughout = (root: Pattern): boolean => {
  const marks = [...caseMarks(root)];
  return marks.length > 0 && marks.every((ignores) => ignores);
};

function* caseMarks(pattern: Pattern): Iterable<boolean> {
  if (pattern.kind === 'literal') {
    if (pattern.char.toLowerCase() !== pattern.char.toUpperCase()) yield pattern.ignoresCase;
  } else if (pattern.kind === 'class') {
    if (pattern.members.some((member) => member.kind === 'range')) yield pattern.ignoresCase;
    // The flag would change \p{Lu}; .NET leaves categories alone.
    if (pattern.members.some(isCasedCategory)) yield false;
  } else if (pattern.kind === 'reference') yield pattern.ignoresCase;
  else if (pattern.kind === 'sequence') for (const item of pattern.items) yield* caseMarks(item);
  else if (pattern.kind === 'alternatives') for (const branch of pattern.branches) yield* caseMarks(branch);
  else if ('body' in pattern) yield* caseMarks(pattern.body);
}

const isCasedCategory = (member: ClassMember): boolean =>
  member.kind === 'set' && /^\\[pP]\{L[ult]\}$/.test(member.source);
