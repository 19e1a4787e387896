import type { Directory } from '../../io/stores/directory-store.ts';
import type { JobStore } from '../../io/stores/job-store.ts';
import type { ObjectType } from '../../model/directory.ts';
import type { Json, JsonObject } from '../../model/json.ts';

/**
 * Gives the ids of a simulation readable names: a resource of the target is `{alice@contoso.com}`, after the
 * name that it had when it was first seen; a source object is `{objectId of Sales}`.
 */
export interface Names {
  /** Learns what the target holds, where it can be looked into. */
  learnResources(type: ObjectType, resources: readonly JsonObject[]): void;
  /** Learns what is linked, and the source objects. */
  learnLinks(directory: Directory, state: JobStore): Promise<void>;
  /** The id of the resource with a name; undefined when none ever had it. */
  idOf(name: string): string | undefined;
  /** The same value with all ids as names. */
  named(value: Json): Json;
}

const PAGE_SIZE = 1_000;

/** Knows no names yet. */
export function createNames(): Names {
  const names = new Map<string, string>();
  const ids = new Map<string, string>();

  const learn = (id: string, name: string): void => {
    if (names.has(id)) return;
    let unique = name;
    for (let number = 2; ids.has(unique); number++) unique = `${name} (${number})`;
    names.set(id, `{${unique}}`);
    ids.set(unique, id);
  };

  const replaced = (text: string): string => {
    const whole = names.get(text);
    if (whole !== undefined) return whole;
    // Whatever parts of a path or a query are ids: between the signs that cannot be part of one.
    return text.replaceAll(/[^/?&="+\s%]+/g, (part) => names.get(part) ?? part);
  };

  const named = (value: Json): Json => {
    if (typeof value === 'string') return replaced(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(named);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, named(part)]));
  };

  return {
    learnResources: (type, resources) => {
      for (const resource of resources)
        learn(String(resource.id), String(type === 'User' ? resource.userName : resource.displayName));
    },
    learnLinks: async (directory, state) => {
      for (const type of ['User', 'Group'] as const)
        for await (const page of directory.stored(type, PAGE_SIZE)) {
          const links = await state.links(page.map(({ id }) => id));
          for (const { id, label } of page) {
            const link = links.get(id);
            if (link !== undefined) learn(link.targetId, label);
            if (!names.has(id)) names.set(id, `{objectId of ${label}}`);
          }
        }
    },
    idOf: (name) => ids.get(name),
    named,
  };
}
