import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { createdLiteral, nameIn, type PathFilter, passesFilter, type ScimPath } from './path.ts';

/** Containers made here, which may be extended; containers that are values are copied first. */
type Made = WeakSet<object>;
type OpenObject = Record<string, Json>;
type OpenList = Json[];

/**
 * Makes an object with values at their paths. Creates members on the way, and the entry that a filter names. Later
 * values replace earlier ones.
 * @param base what the object begins with; it is not changed
 */
export function placeValues(
  values: Iterable<readonly [path: ScimPath, value: Json]>,
  base: JsonObject = {},
): JsonObject {
  const made: Made = new WeakSet();
  const whole: OpenObject = { ...base };
  for (const [path, value] of values)
    placeAttribute(
      path.extension === null ? whole : objectAt(whole, path.extension, made),
      path,
      value,
      made,
    );
  return whole;
}

function placeAttribute(
  container: OpenObject,
  { attribute, filter, subAttribute }: ScimPath,
  value: Json,
  made: Made,
): void {
  if (filter === null && subAttribute === null) {
    put(container, nameIn(container, attribute), value);
    return;
  }
  const holder =
    filter === null
      ? objectAt(container, attribute, made)
      : entryOf(listAt(container, attribute, made), filter, made);
  put(holder, nameIn(holder, subAttribute ?? 'value'), value);
}

/** The object under a name; replaces anything else. */
function objectAt(container: OpenObject, name: string, made: Made): OpenObject {
  const key = nameIn(container, name);
  const held = memberAt(container, key);
  if (isJsonObject(held) && made.has(held)) return held as OpenObject;
  const object: OpenObject = isJsonObject(held) ? { ...held } : {};
  made.add(object);
  put(container, key, object);
  return object;
}

/** The list under a name; replaces anything else. */
function listAt(container: OpenObject, name: string, made: Made): OpenList {
  const key = nameIn(container, name);
  const held = memberAt(container, key);
  if (Array.isArray(held) && made.has(held)) return held as OpenList;
  const list: OpenList = Array.isArray(held) ? [...(held as readonly Json[])] : [];
  made.add(list);
  put(container, key, list);
  return list;
}

/** The list entry that passes a filter; appends one where none does. */
function entryOf(list: OpenList, filter: PathFilter, made: Made): OpenObject {
  const index = list.findIndex((entry) => passesFilter(entry, filter));
  const held = list[index];
  if (isJsonObject(held) && made.has(held)) return held as OpenObject;
  const entry: OpenObject = isJsonObject(held) ? { ...held } : { [filter.attribute]: createdLiteral(filter) };
  made.add(entry);
  if (index < 0) list.push(entry);
  else list[index] = entry;
  return entry;
}

const memberAt = (object: OpenObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** Sets a member of any name: assignment to `__proto__` would not. */
function put(object: OpenObject, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
