import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';

/** Indexed attributes: those that Entra matches by. `emails` is indexed by the value of each entry. */
const INDEXED_ATTRIBUTES = ['userName', 'externalId', 'displayName', 'emails'] as const;

/** An indexed attribute. */
export type IndexedAttribute = (typeof INDEXED_ATTRIBUTES)[number];

/** Ids by the values of indexed attributes, ignoring case. */
export interface Lookup {
  add(resource: JsonObject & { readonly id: string }): void;
  remove(resource: JsonObject & { readonly id: string }): void;
  /** Empty: none. */
  ids(attribute: IndexedAttribute, value: string): readonly string[];
}

/** Tells whether an attribute is indexed. */
export function isIndexed(attribute: string): attribute is IndexedAttribute {
  return (INDEXED_ATTRIBUTES as readonly string[]).includes(attribute);
}

const textsOf = (value: Json | undefined): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(textsOf);
  return isJsonObject(value) ? textsOf(value.value) : [];
};

const keysOf = (resource: JsonObject): readonly string[] =>
  INDEXED_ATTRIBUTES.flatMap((attribute) =>
    textsOf(resource[attribute]).map((text) => keyFor(attribute, text)),
  );

const keyFor = (attribute: IndexedAttribute, value: string): string => `${attribute} ${value.toLowerCase()}`;

/** Makes an empty lookup. */
export function createLookup(): Lookup {
  const idsByKey = new Map<string, Set<string>>();
  return {
    add(resource) {
      for (const key of keysOf(resource)) {
        const ids = idsByKey.get(key) ?? new Set<string>();
        idsByKey.set(key, ids.add(resource.id));
      }
    },
    remove(resource) {
      for (const key of keysOf(resource)) {
        const ids = idsByKey.get(key);
        ids?.delete(resource.id);
        if (ids?.size === 0) idsByKey.delete(key);
      }
    },
    ids: (attribute, value) => [...(idsByKey.get(keyFor(attribute, value)) ?? [])],
  };
}
