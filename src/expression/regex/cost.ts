import type { Pattern } from './pattern-tree.ts';

/** Maximum copies of an atom in unrolled repetitions. */
const MAX_SIZE = 20_000;

/**
 * An upper bound of the ways a pattern can match at one place, which backtracking may try. A repetition multiplies;
 * repeating a choice takes a power, where backtracking explodes.
 */
export function waysToMatch(pattern: Pattern, textLength: number): number {
  const ways = (each: Pattern) => waysToMatch(each, textLength);
  switch (pattern.kind) {
    case 'sequence':
      return pattern.items.reduce((product, item) => product * ways(item), 1);
    case 'alternatives':
      return pattern.branches.reduce((sum, branch) => sum + ways(branch), 0);
    case 'repeat': {
      const most = Math.min(pattern.maximum, textLength + 1);
      const lengths = Math.max(1, most - Math.min(pattern.minimum, most) + 1);
      return lengths * ways(pattern.body) ** most;
    }
    case 'capture':
    case 'group':
    case 'atomic':
    case 'look':
      return ways(pattern.body) + (pattern.kind === 'look' ? 1 : 0);
    case 'reference':
      // Each attempt compares text.
      return textLength + 1;
    default:
      return 1;
  }
}

/** The size of a pattern with counted repetitions unrolled. */
const sizeOf = (pattern: Pattern): number => {
  switch (pattern.kind) {
    case 'sequence':
      return pattern.items.reduce((sum, item) => sum + sizeOf(item), 1);
    case 'alternatives':
      return pattern.branches.reduce((sum, branch) => sum + sizeOf(branch), 1);
    case 'repeat': {
      const copies = pattern.maximum === Number.POSITIVE_INFINITY ? pattern.minimum : pattern.maximum;
      return Math.max(1, copies) * sizeOf(pattern.body);
    }
    case 'capture':
    case 'group':
    case 'atomic':
    case 'look':
      return 1 + sizeOf(pattern.body);
    default:
      return 1;
  }
};

/** Tells whether a pattern exceeds the limit of copies. */
export function isOversized(pattern: Pattern): boolean {
  return sizeOf(pattern) > MAX_SIZE;
}
