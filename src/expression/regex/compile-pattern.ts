import { MAX_PATTERN_LENGTH } from '../limits.ts';
import { isOversized, waysToMatch } from './cost.ts';
import { emitPattern } from './emit.ts';
import { type NumberedGroup, numberGroups } from './groups.ts';
import { parsePattern } from './parse-pattern.ts';
import { type ClassMember, type Pattern, PatternProblem } from './pattern-tree.ts';

/** A .NET regular expression, ready to run in JavaScript. */
export interface CompiledPattern {
  /** With the flags `g`, `d` and `v`. */
  readonly regex: RegExp;
  readonly groups: readonly NumberedGroup[];
  /** Estimates the steps that a text may take, at most. */
  readonly steps: (textLength: number) => number;
}

/**
 * Translates a .NET regular expression into one of JavaScript that means the same.
 *
 * Known to differ: a group inside a repetition forgets what it captured in an earlier round, a back-reference to
 * a group that took no part matches nothing instead of failing, and letters beyond the basic plane are one
 * character instead of two.
 * @throws {PatternProblem} when .NET would refuse the pattern, or it cannot be carried over
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

/** Tells whether case is ignored, and is so wherever it matters: the flag then says the same. */
const ignoresCaseThroughout = (root: Pattern): boolean => {
  const marks = [...caseMarks(root)];
  return marks.length > 0 && marks.every((ignores) => ignores);
};

function* caseMarks(pattern: Pattern): Iterable<boolean> {
  if (pattern.kind === 'literal') {
    if (pattern.char.toLowerCase() !== pattern.char.toUpperCase()) yield pattern.ignoresCase;
  } else if (pattern.kind === 'class') {
    if (pattern.members.some((member) => member.kind === 'range')) yield pattern.ignoresCase;
    // The flag would make every cased letter of \p{Lu}; .NET leaves categories alone.
    if (pattern.members.some(isCasedCategory)) yield false;
  } else if (pattern.kind === 'reference') yield pattern.ignoresCase;
  else if (pattern.kind === 'sequence') for (const item of pattern.items) yield* caseMarks(item);
  else if (pattern.kind === 'alternatives') for (const branch of pattern.branches) yield* caseMarks(branch);
  else if ('body' in pattern) yield* caseMarks(pattern.body);
}

const isCasedCategory = (member: ClassMember): boolean =>
  member.kind === 'set' && /^\\[pP]\{L[ult]\}$/.test(member.source);
