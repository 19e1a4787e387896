import { escapeCharacter } from './escapes.ts';
import { findGroup, type NumberedGroup } from './groups.ts';
import { type ClassMember, type Pattern, PatternProblem } from './pattern-tree.ts';

/** Context of the emitted source. */
interface Emission {
  readonly groups: readonly NumberedGroup[];
  /** Whether the flag `i` ignores case; else both cases are listed. */
  readonly hasCaseFlag: boolean;
}

/** Emits a pattern as JavaScript source for the flag `v`. */
export function emitPattern(pattern: Pattern, emission: Emission): string {
  const emit = (each: Pattern) => emitPattern(each, emission);
  switch (pattern.kind) {
    case 'literal':
      return emitLiteral(pattern.char, pattern.ignoresCase && !emission.hasCaseFlag);
    case 'class':
      return emitClass(pattern, emission);
    case 'assertion':
      return pattern.source;
    case 'sequence':
      return pattern.items.map(emit).join('');
    case 'alternatives':
      return `(?:${pattern.branches.map(emit).join('|')})`;
    case 'repeat':
      return `(?:${emit(pattern.body)})${quantifier(pattern)}`;
    case 'capture':
      return `(${emit(pattern.body)})`;
    case 'group':
      return `(?:${emit(pattern.body)})`;
    case 'atomic':
      // A look-ahead does not backtrack.
      return `(?=(${emit(pattern.body)}))(?:\\${pattern.index})`;
    case 'look':
      return `${pattern.open}${emit(pattern.body)})`;
    case 'reference':
      return emitReference(pattern, emission);
  }
}

const emitLiteral = (char: string, bothCases: boolean): string => {
  const variants = bothCases ? [...new Set([char, ...caseVariants(char)])] : [char];
  const written = variants.map(escapeCharacter).join('');
  return variants.length === 1 ? written : `[${written}]`;
};

/** The other cases of a character, if single characters. */
const caseVariants = (char: string): readonly string[] =>
  [char.toLowerCase(), char.toUpperCase()].filter((variant) => [...variant].length === 1);

const quantifier = ({ minimum, maximum, isLazy }: Extract<Pattern, { kind: 'repeat' }>): string =>
  `{${minimum},${maximum === Number.POSITIVE_INFINITY ? '' : maximum}}${isLazy ? '?' : ''}`;

const emitClass = (pattern: Extract<Pattern, { kind: 'class' }>, emission: Emission): string => {
  const bothCases = pattern.ignoresCase && !emission.hasCaseFlag;
  const members = pattern.members.map((member) => emitMember(member, bothCases)).join('');
  const whole = `[${pattern.isNegated ? '^' : ''}${members}]`;
  return pattern.subtracted === null ? whole : `[${whole}--${emitClass(pattern.subtracted, emission)}]`;
};

const emitMember = (member: ClassMember, bothCases: boolean): string => {
  if (member.kind === 'set') return member.source;
  if (member.from === member.to)
    return [member.from, ...(bothCases ? caseVariants(member.from) : [])].map(escapeCharacter).join('');
  const range = `${escapeCharacter(member.from)}-${escapeCharacter(member.to)}`;
  return bothCases ? range + otherCaseRanges(member.from, member.to) : range;
};

/** The other-case ranges of ASCII letters. */
const otherCaseRanges = (from: string, to: string): string => {
  if (to > '\u007f')
    throw new PatternProblem(
      'Part of the pattern ignores case over a range beyond ASCII; put (?i) before the whole pattern.',
    );
  return [
    ['a', 'z', -32],
    ['A', 'Z', 32],
  ]
    .map(([first, last, shift]) => {
      const low = Math.max(from.charCodeAt(0), String(first).charCodeAt(0));
      const high = Math.min(to.charCodeAt(0), String(last).charCodeAt(0));
      const shifted = (code: number) => String.fromCharCode(code + Number(shift));
      return low > high ? '' : `${shifted(low)}-${shifted(high)}`;
    })
    .join('');
};

const emitReference = (pattern: Extract<Pattern, { kind: 'reference' }>, emission: Emission): string => {
  const group = findGroup(emission.groups, pattern.group);
  if (group === undefined)
    throw new PatternProblem(`The pattern refers to the group ${pattern.group}, which it does not have.`);
  const [index] = group.indices;
  if (group.indices.length > 1)
    throw new PatternProblem(
      `The pattern refers to the group ${pattern.group}, which it has more than once; that is not supported here.`,
    );
  if (pattern.ignoresCase && !emission.hasCaseFlag)
    throw new PatternProblem(
      'A back-reference of the pattern ignores case; put (?i) before the whole pattern.',
    );
  return `(?:\\${index})`;
};
