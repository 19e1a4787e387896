import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { MatchingValue } from '../model/pipeline.ts';
import { memberOf, parsePath, passesFilter, type ScimPath } from './path.ts';
import { coreSchema } from './resource.ts';
import { integerOf } from './value.ts';

/** What a resource shows of a matching attribute: the value asked for, nothing, or another value. */
export type Shown = 'asked' | 'nothing' | { readonly other: Json | undefined };

/** Compares a resource with the value asked for; any of several values may match. */
export function shownOf(resource: JsonObject, asked: MatchingValue): Shown {
  const values = shownValues(resource, parsePath(asked.attribute));
  if (values === undefined) return 'nothing';
  return values.some((held) => isAskedFor(held, asked)) ? 'asked' : { other: values[0] };
}

/**
 * All values at a path, of all entries that pass its filter. Empty: the attribute has no value there; undefined: not
 * shown.
 * @see RFC 7643 §2.5, and RFC 7644 §3.9 for attributes that are not returned
 */
function shownValues(resource: JsonObject, path: ScimPath): readonly Json[] | undefined {
  const value = heldAt(resource, path);
  if (value === undefined) return undefined;
  const { filter, subAttribute } = path;
  if (filter === null && subAttribute !== null && isJsonObject(value)) {
    const part = memberOf(value, subAttribute);
    return part === undefined ? undefined : listOf(part);
  }
  return listOf(value)
    .filter((entry) => filter === null || passesFilter(entry, filter))
    .flatMap((entry) => {
      if (isJsonObject(entry)) return listOf(memberOf(entry, subAttribute ?? 'value') ?? null);
      return subAttribute === null ? [entry] : [];
    });
}

/** Also accepts names prefixed by the schema's URN, and core attributes under their URN. */
function heldAt(resource: JsonObject, { extension, attribute }: ScimPath): Json | undefined {
  const plain = extension === null ? memberOf(resource, attribute) : undefined;
  if (plain !== undefined) return plain;
  for (const urn of extension === null ? CORE : [extension]) {
    const container = memberOf(resource, urn);
    if (container !== undefined && !isJsonObject(container)) return null;
    const held = [
      container === undefined ? undefined : memberOf(container, attribute),
      memberOf(resource, `${urn}:${attribute}`),
      memberOf(resource, `${urn}.${attribute}`),
    ].find((one) => one !== undefined);
    if (held !== undefined) return held;
  }
  return undefined;
}

/** The URNs of the core schemas. @see RFC 7643 §10.3.1 */
const CORE = [coreSchema('User'), coreSchema('Group')];

const listOf = (value: Json): readonly Json[] =>
  value === null ? [] : Array.isArray(value) ? (value as readonly Json[]) : [value];

/** Compares text in Unicode NFC, ignoring case unless caseExact. */
function isAskedFor(held: Json, { value, caseExact }: MatchingValue): boolean {
  if (typeof held === 'string') return comparable(held, caseExact) === comparable(value, caseExact);
  if (typeof held === 'boolean') return String(held) === value.toLowerCase();
  if (typeof held !== 'number') return false;
  // Integers beyond 2^53 lost digits when parsed.
  if (Number.isInteger(held)) return Number.isSafeInteger(held) && held === integerOf(value);
  return String(held) === value;
}

/**
 * The comparison form of a matching value; different forms belong to different objects.
 * @see RFC 7643 §2.2, caseExact, and Unicode Standard Annex #15
 */
export function comparable(text: string, caseExact: boolean): string {
  const composed = text.normalize('NFC');
  return caseExact ? composed : composed.toLowerCase().normalize('NFC');
}
