import { DEPTH_LIMIT } from './yaml-hazards.ts';

/**
 * Tells whether a JSON text is what its value says: no object has a key twice, of which JSON.parse drops the first, and
 * nothing is nested so deeply that it could be read but not be written again.
 */
export function isPlainJson(text: string, value: unknown): boolean {
  let keys = 0;
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth > DEPTH_LIMIT) return false;
    const depth = next.depth + 1;
    if (!Array.isArray(next.value)) keys += Object.keys(next.value).length;
    for (const part of Object.values(next.value)) open.push({ value: part, depth });
  }
  return keys === keysWrittenIn(text);
}

/** Counts the colons outside of texts: each follows a key. */
function keysWrittenIn(text: string): number {
  let keys = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === ':') keys += 1;
    if (character !== '"') continue;
    for (at += 1; text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
  }
  return keys;
}
