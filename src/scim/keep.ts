import type { AttributePath } from '../model/identifiers.ts';
import type { Json } from '../model/json.ts';
import type { AttributeMapping } from '../model/schema.ts';
import { comparisonForms, listOf } from './compare.ts';
import { digestOf, digestWith, isDigest, lengthOf, OBJECT_LIMIT, VALUE_LIMIT } from './kept-value.ts';

type Values = Readonly<Record<AttributePath, Json>>;

/** Values up to this length are kept in full: ids are shorter, and a digest would save little. */
const ALWAYS_KEPT = 2_048;

/**
 * Limits the kept values of a resource: 64 KiB each, 1 MiB together; longer ones become digests, which compare alike.
 * Digests of grow-only lists and of roles have a mark an entry, within the 1 MiB.
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

/** The kept value of a list after entries were added. */
export function keptWith(mapping: AttributeMapping, before: Json | undefined, added: readonly Json[]): Json {
  return isDigest(before)
    ? digestWith(before, added, comparisonForms(mapping, added))
    : [...listOf(before), ...added];
}
