import type { ObjectType } from '../../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { containerOf, type Location, locate } from './attribute-path.ts';
import { ENTERPRISE_USER } from './urns.ts';

/** The attributes of an answer. @see RFC 7644 §3.9 */
export interface Projection {
  /** These, and those always returned; null: all. */
  readonly attributes: readonly string[] | null;
  readonly excludedAttributes: readonly string[];
}

/** All attributes. */
export const EVERYTHING: Projection = { attributes: null, excludedAttributes: [] };

/** The extension that a name stands for. */
const extensionNamed = (resource: JsonObject, name: string): string | undefined =>
  [ENTERPRISE_USER, ...Object.keys(resource)].find(
    (key) => key.includes(':') && key.toLowerCase() === name.toLowerCase(),
  );

const put = (resource: JsonObject, container: string | null, content: JsonObject): JsonObject => {
  if (container === null) return content;
  const { [container]: _, ...rest } = resource;
  return Object.keys(content).length === 0 ? rest : { ...rest, [container]: content };
};

const withoutSub = (value: Json, sub: string): Json => {
  if (Array.isArray(value)) return (value as readonly Json[]).map((entry) => withoutSub(entry, sub));
  if (!isJsonObject(value)) return value;
  const { [sub]: _, ...rest } = value;
  return rest;
};

const onlySub = (value: Json, sub: string): Json => {
  if (Array.isArray(value)) return (value as readonly Json[]).map((entry) => onlySub(entry, sub));
  return isJsonObject(value) && sub in value ? { [sub]: value[sub] ?? null } : {};
};

const exclude = (type: ObjectType, resource: JsonObject, name: string): JsonObject => {
  const extension = extensionNamed(resource, name);
  if (extension !== undefined) return put(resource, extension, {});
  const { container, attribute, definition, sub } = locate(type, name, resource);
  if (definition?.returned === 'always') return resource;
  const holder = containerOf(resource, container);
  const { [attribute]: held, ...rest } = holder;
  if (held === undefined) return resource;
  return put(resource, container, sub === null ? rest : { ...rest, [attribute]: withoutSub(held, sub) });
};

const chosenOf = (held: Json, { sub }: Location): Json => (sub === null ? held : onlySub(held, sub));

/** Merges what several names selected of one attribute; array entries by index. */
const joined = (left: Json | undefined, right: Json): Json => {
  if (Array.isArray(left) && Array.isArray(right))
    return (right as readonly Json[]).map((entry, index) => joined(left[index] as Json, entry));
  return isJsonObject(left) && isJsonObject(right) ? { ...left, ...right } : right;
};

const include = (type: ObjectType, resource: JsonObject, chosen: JsonObject, name: string): JsonObject => {
  const extension = extensionNamed(resource, name);
  if (extension !== undefined) return { ...chosen, [extension]: resource[extension] ?? {} };
  const location = locate(type, name, resource);
  const held = containerOf(resource, location.container)[location.attribute];
  if (held === undefined) return chosen;
  const holder = containerOf(chosen, location.container);
  return put(chosen, location.container, {
    ...holder,
    [location.attribute]: joined(holder[location.attribute], chosenOf(held, location)),
  });
};

/** Projects a resource. @throws {ScimError} invalidPath */
export function project(type: ObjectType, resource: JsonObject, projection: Projection): JsonObject {
  const { attributes, excludedAttributes } = projection;
  if (attributes === null)
    return excludedAttributes.reduce((rest, name) => exclude(type, rest, name), resource);
  const always: JsonObject = { schemas: resource.schemas ?? [], id: resource.id ?? null };
  return attributes.reduce((chosen, name) => include(type, resource, chosen, name), always);
}
