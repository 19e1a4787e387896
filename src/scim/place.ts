import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { nameIn, passesFilter, type ScimPath } from './path.ts';

/** Puts a value where a path says; the members on the way, and the entry that a filter names, are made. */
export function placeValue(resource: JsonObject, path: ScimPath, value: Json): JsonObject {
  if (path.extension === null) return placeAttribute(resource, path, value);
  return within(resource, path.extension, (extension) =>
    placeAttribute(isJsonObject(extension) ? extension : {}, path, value),
  );
}

function placeAttribute(container: JsonObject, path: ScimPath, value: Json): JsonObject {
  const { filter, subAttribute } = path;
  if (filter === null && subAttribute === null) return within(container, path.attribute, () => value);
  const placeIn = (object: Json | undefined, name: string): JsonObject =>
    within(isJsonObject(object) ? object : {}, name, () => value);
  if (filter === null)
    return within(container, path.attribute, (object) => placeIn(object, subAttribute ?? 'value'));
  return within(container, path.attribute, (list) => {
    const entries = Array.isArray(list) ? (list as readonly Json[]) : [];
    const index = entries.findIndex((entry) => passesFilter(entry, filter));
    const entry = entries[index] ?? { [filter.attribute]: filter.value };
    const changed = placeIn(entry, subAttribute ?? 'value');
    return index < 0 ? [...entries, changed] : entries.with(index, changed);
  });
}

function within(object: JsonObject, name: string, change: (member: Json | undefined) => Json): JsonObject {
  const key = nameIn(object, name);
  return { ...object, [key]: change(Object.hasOwn(object, key) ? object[key] : undefined) };
}
