import { findGroup, type NumberedGroup } from './groups.ts';
import { type Match, type Place, placeOf } from './match.ts';

/** A piece of a replacement: literal text, or a part of the input. */
type ReplacementPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'group'; readonly group: NumberedGroup }
  | { readonly kind: 'match' | 'before' | 'after' | 'input' };

const SYMBOLS: Readonly<Record<string, ReplacementPiece>> = {
  $$: { kind: 'text', text: '$' },
  '$&': { kind: 'match' },
  $0: { kind: 'match' },
  '${0}': { kind: 'match' },
  '$`': { kind: 'before' },
  "$'": { kind: 'after' },
  $_: { kind: 'input' },
};

const PLACEHOLDER = /\$(?:\{[\p{L}\p{Mn}\p{Nd}\p{Pc}]+\}|[0-9]+|[$&`'+_])/gu;

/**
 * Parses a .NET replacement: `$1`, `${name}`, `$$`, `$&`, `` $` ``, `$'`, `$+`, `$_`. Unknown groups are text.
 * @see https://learn.microsoft.com/dotnet/standard/base-types/substitutions-in-regular-expressions
 */
export function parseReplacement(
  text: string,
  groups: readonly NumberedGroup[],
): readonly ReplacementPiece[] {
  const pieces: ReplacementPiece[] = [];
  let from = 0;
  for (const found of text.matchAll(PLACEHOLDER)) {
    pieces.push({ kind: 'text', text: text.slice(from, found.index) }, ...pieceOf(found[0], groups));
    from = found.index + found[0].length;
  }
  pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces.filter((piece) => piece.kind !== 'text' || piece.text !== '');
}

const pieceOf = (placeholder: string, groups: readonly NumberedGroup[]): readonly ReplacementPiece[] => {
  const symbol = SYMBOLS[placeholder];
  if (symbol !== undefined) return [symbol];
  const last = groups.at(-1);
  if (placeholder === '$+') return [last === undefined ? { kind: 'match' } : { kind: 'group', group: last }];
  if (placeholder.startsWith('${')) {
    const group = findGroup(groups, placeholder.slice(2, -1));
    return [group === undefined ? { kind: 'text', text: placeholder } : { kind: 'group', group }];
  }
  return numberedPiece(placeholder, groups);
};

/** `$12` is group 12; without such a group, group 1 and the digit 2. */
const numberedPiece = (
  placeholder: string,
  groups: readonly NumberedGroup[],
): readonly ReplacementPiece[] => {
  for (let length = placeholder.length; length > 1; length -= 1) {
    const group = groups.find(({ number }) => number === Number(placeholder.slice(1, length)));
    if (group !== undefined)
      return [
        { kind: 'group', group },
        { kind: 'text', text: placeholder.slice(length) },
      ];
  }
  return [{ kind: 'text', text: placeholder }];
};

/** The text of a piece for one match. */
const expandPiece = (piece: ReplacementPiece, match: Match, input: string): string => {
  if (piece.kind === 'text') return piece.text;
  const whole = match[0] ?? [0, 0];
  if (piece.kind === 'group') return textAtPlace(input, placeOf(match, piece.group));
  if (piece.kind === 'match') return textAtPlace(input, whole);
  if (piece.kind === 'before') return input.slice(0, whole[0]);
  return piece.kind === 'after' ? input.slice(whole[1]) : input;
};

/** The text of a range; empty for null. */
export function textAtPlace(input: string, place: Place): string {
  return place === null ? '' : input.slice(place[0], place[1]);
}

/** Expands a replacement for one match, in pieces: joined, they may exceed the longest string. */
export function expandReplacement(
  pieces: readonly ReplacementPiece[],
  match: Match,
  input: string,
): readonly string[] {
  return pieces.map((piece) => expandPiece(piece, match, input));
}
