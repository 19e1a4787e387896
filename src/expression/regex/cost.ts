import type { Pattern } from './pattern-tree.ts';

/** Copies of an atom that repetitions may ask for: what an engine unrolls must fit its memory. */
const MAX_SIZE = 20_000;

/**
 * The ways in which a pattern can match from one place of a text, at most: what backtracking may try.
 *
 * A repetition multiplies by its lengths; repeating what itself has choices takes a power, which is where
 * backtracking explodes.
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
      // It compares text again and again.
      return textLength + 1;
    default:
      return 1;
  }
}

/** The size of a pattern with its repetitions unrolled as far as they are counted. */
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

/** Tells whether a pattern asks for more copies than an engine should unroll. */
export function isOversized(pattern: Pattern): boolean {
  return sizeOf(pattern) > MAX_SIZE;
}
