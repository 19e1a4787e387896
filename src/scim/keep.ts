import type { AttributePath } from '../model/identifiers.ts';
import type { Json } from '../model/json.ts';
import type { AttributeMapping } from '../model/schema.ts';
import { comparisonForms, listOf } from './compare.ts';
import { digestOf, digestWith, isDigest, lengthOf, OBJECT_LIMIT, VALUE_LIMIT } from './kept-value.ts';

type Values = Readonly<Record<AttributePath, Json>>;

/** What is never too long, in characters: any id is shorter, and a digest would hardly be. */
const ALWAYS_KEPT = 2_048;

/**
 * What is kept of the values of a resource, or of what was written to it: each value up to 64 KiB, all together up to 1 MiB,
 * and of what goes beyond a digest, which compares as the value does. Of lists that values are only added to, and of roles,
 * the digest has a mark of each entry; those take from the 1 MiB as well, and beyond it there are none.
 */
export function keepWithinLimits(mappings: readonly AttributeMapping[], values: Values): Values {
  const entries = Object.entries(values).map(([path, value]) => [path, value, lengthOf(value)] as const);
  if (entries.reduce((sum, [, , length]) => sum + length, 0) <= VALUE_LIMIT) return values;
  let room = OBJECT_LIMIT;
  const kept = entries.map(([path, value, length]): readonly [string, Json] => {
    const isLong = length > Math.max(ALWAYS_KEPT, Math.min(VALUE_LIMIT, room));
    const mapping = mappings.find(({ targetAttributeName }) => targetAttributeName === path);
    if (!isLong || isDigest(value) || mapping === undefined) {
      room -= length;
      return [path, value];
    }
    const digest = digestOf(value, comparisonForms(mapping, value), room);
    room -= lengthOf(digest);
    return [path, digest];
  });
  return Object.fromEntries(kept);
}

/** What is kept of a list once entries were added to it. */
export function keptWith(mapping: AttributeMapping, before: Json | undefined, added: readonly Json[]): Json {
  return isDigest(before)
    ? digestWith(before, added, comparisonForms(mapping, added))
    : [...listOf(before), ...added];
}
