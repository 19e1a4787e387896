import { assertLength, type Call } from './definition.ts';

/** Replaces a literal text. @throws {ExpressionError} when the result is too long */
export function replaceLiterally(text: string, old: string, replacement: string, call: Call): string {
  const pieces = text.split(old);
  assertLength(text.length + (pieces.length - 1) * (replacement.length - old.length), call);
  return pieces.join(replacement);
}

/** Replaces ordered parts of a text by pieces of text. @throws {ExpressionError} when the result is too long */
export function splice(
  text: string,
  places: Iterable<{ readonly start: number; readonly end: number; readonly by: readonly string[] }>,
  call: Call,
): string {
  const pieces: string[] = [];
  let length = 0;
  let from = 0;
  for (const { start, end, by } of places) {
    length += by.reduce((sum, piece) => sum + piece.length, start - from);
    assertLength(length, call);
    pieces.push(text.slice(from, start), ...by);
    from = end;
  }
  return pieces.join('') + text.slice(from);
}

/** Sorts places and drops overlaps: a look-around can capture outside of its match. */
export function inOrder(
  places: readonly (readonly [number, number])[],
): readonly (readonly [number, number])[] {
  let end = 0;
  return [...places]
    .sort(([a], [b]) => a - b)
    .filter((place) => {
      if (place[0] < end) return false;
      end = place[1];
      return true;
    });
}
