/** Longer names are not compared by edit distance, whose cost is the product of their lengths. */
const LONGEST = 100;

/** The Damerau–Levenshtein distance (optimal string alignment) of two texts. */
export function editsBetween(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const exchange = from[row - 1] === to[column - 1] ? 0 : 1;
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + exchange,
          isSwap && row > 1 && column > 1 ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}

/**
 * Finds the probably intended name: equal ignoring case, else the nearest by edit distance; undefined: none near. One
 * edit is near for up to four letters, one more for each further four.
 */
export function nearestName(written: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const lower = written.toLowerCase();
  const sameLetters = names.find((name) => name.toLowerCase() === lower);
  if (sameLetters !== undefined || written.length > LONGEST) return sameLetters;
  const allowed = Math.max(1, Math.ceil(written.length / 4));
  const near = names
    .filter((name) => Math.abs(name.length - written.length) <= allowed)
    .map((name) => ({ name, edits: editsBetween(lower, name.toLowerCase()) }))
    .filter(({ edits }) => edits <= allowed)
    .sort((one, other) => one.edits - other.edits);
  return near[0]?.name;
}
