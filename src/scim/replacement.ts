import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { AttributeChange } from '../model/pipeline.ts';
import { memberOf, nameIn, parsePath, passesFilter, type ScimPath, sameName } from './path.ts';
import { placeValues } from './place.ts';
import { readPath } from './read.ts';
import { createdPlaces } from './resource.ts';

/** A value at its path; undefined: none is left there. */
export type Placement = readonly [path: ScimPath, value: Json | undefined];

/**
 * Builds the body of a PUT: the resource as the target showed it, with values placed in it. `meta` is the target's own
 * and is left out; `schemas` names every extension that is written.
 * @see RFC 7644 §3.5.1
 */
export function buildReplacement(resource: JsonObject, placements: readonly Placement[]): JsonObject {
  const { [nameIn(resource, 'meta')]: _, ...shown } = resource;
  let body: JsonObject = shown;
  for (const [path, value] of placements) if (value === undefined) body = withoutValue(body, path);
  const written = placements.flatMap(([path, value]) =>
    value === undefined ? [] : [[path, value] as const],
  );
  const placed = placeValues(written, body);
  const schemas = memberOf(placed, 'schemas');
  const known = Array.isArray(schemas) ? (schemas as readonly Json[]) : [];
  const extensions = written.flatMap(([{ extension }]) => extension ?? []);
  const missing = [...new Set(extensions)].filter(
    (urn) => !known.some((one) => typeof one === 'string' && sameName(one, urn)),
  );
  return { ...placed, [nameIn(placed, 'schemas')]: [...known, ...missing] };
}

/** Where the attributes of an update belong in a resource; what is added to a list joins what it holds. */
export function placementsOf(
  changes: readonly AttributeChange[],
  resource: JsonObject,
): readonly Placement[] {
  return changes.flatMap((change): readonly Placement[] => {
    const path = parsePath(change.mapping.targetAttributeName);
    if (change.kind === 'remove') return [[path, undefined]];
    const joins = change.kind === 'add' && typeof change.value !== 'string';
    const held = joins ? readPath(resource, path) : undefined;
    return createdPlaces(change, changes).map(([at, value]) =>
      Array.isArray(held) && Array.isArray(value) ? [at, joined(held, value)] : [at, value],
    );
  });
}

/** A list with further entries; one that has the value of a further entry gives way to it. */
function joined(held: readonly Json[], added: readonly Json[]): Json {
  const keyOf = (entry: Json): string =>
    canonicalJson((isJsonObject(entry) ? memberOf(entry, 'value') : undefined) ?? entry);
  const keys = new Set(added.map(keyOf));
  return [...held.filter((entry) => !keys.has(keyOf(entry))), ...added];
}

/** A resource without the value at a path; an entry goes with its last value. */
function withoutValue(resource: JsonObject, path: ScimPath): JsonObject {
  const { extension, attribute, filter, subAttribute } = path;
  if (extension !== null) {
    const container = memberOf(resource, extension);
    if (!isJsonObject(container)) return resource;
    return {
      ...resource,
      [nameIn(resource, extension)]: withoutValue(container, { ...path, extension: null }),
    };
  }
  const held = memberOf(resource, attribute);
  if (filter === null && subAttribute === null) return without(resource, attribute);
  if (filter === null)
    return isJsonObject(held)
      ? { ...resource, [nameIn(resource, attribute)]: without(held, subAttribute ?? 'value') }
      : resource;
  if (!Array.isArray(held)) return resource;
  const entries = (held as readonly Json[]).flatMap((entry) => {
    if (!isJsonObject(entry) || !passesFilter(entry, filter)) return [entry];
    const left = without(entry, subAttribute ?? 'value');
    const isEmpty = Object.keys(left).every((name) =>
      [filter.attribute, 'primary', 'display'].some((one) => sameName(one, name)),
    );
    return isEmpty ? [] : [left];
  });
  return { ...resource, [nameIn(resource, attribute)]: entries };
}

function without(object: JsonObject, name: string): JsonObject {
  const { [nameIn(object, name)]: _, ...others } = object;
  return others;
}
