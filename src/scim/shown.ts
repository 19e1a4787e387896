import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { MatchingValue } from '../model/pipeline.ts';
import { memberOf, parsePath, passesFilter, type ScimPath } from './path.ts';
import { integerOf } from './value.ts';

/** What a resource shows of a matching attribute: the value asked for, nothing at all, or another value. */
export type Shown = 'asked' | 'nothing' | { readonly other: Json | undefined };

/** Compares what a resource shows with the value it was asked for; of several values any one may be it. */
export function shownOf(resource: JsonObject, asked: MatchingValue): Shown {
  const values = shownValues(resource, parsePath(asked.attribute));
  if (values === undefined) return 'nothing';
  return values.some((held) => isAskedFor(held, asked)) ? 'asked' : { other: values[0] };
}

/**
 * Every value that a resource shows at a path, of all entries that pass its filter. An empty list: the attribute is
 * shown, without a value there; undefined: it is not shown.
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

/** Also where a target writes the schema's URN before the name, or puts core attributes below the URN of their schema. */
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
const CORE = ['urn:ietf:params:scim:schemas:core:2.0:User', 'urn:ietf:params:scim:schemas:core:2.0:Group'];

const listOf = (value: Json): readonly Json[] =>
  value === null ? [] : Array.isArray(value) ? (value as readonly Json[]) : [value];

/** Text is compared after Unicode NFC, and without regard to case unless the attribute is caseExact. */
function isAskedFor(held: Json, { value, caseExact }: MatchingValue): boolean {
  if (typeof held === 'string') return comparable(held, caseExact) === comparable(value, caseExact);
  if (typeof held === 'boolean') return String(held) === value.toLowerCase();
  if (typeof held !== 'number') return false;
  // An integer beyond 2^53 has lost digits when it was read.
  if (Number.isInteger(held)) return Number.isSafeInteger(held) && held === integerOf(value);
  return String(held) === value;
}

/**
 * A matching value as it is compared: two that differ in it belong to two objects.
 * @see RFC 7643 §2.2, caseExact, and Unicode Standard Annex #15
 */
export function comparable(text: string, caseExact: boolean): string {
  const composed = text.normalize('NFC');
  return caseExact ? composed : composed.toLowerCase().normalize('NFC');
}
