import type { ObjectType } from '../../../src/model/directory.ts';
import type { Json, JsonObject } from '../../../src/model/json.ts';

/**
 * Gives the ids of a scenario names that people can read: a resource of the target is `{alice@contoso.com}`, after the
 * userName or displayName it had when it was first seen; a source object in a body is `{objectId of Sales}`.
 */
export interface Names {
  /** Gives names to resources that have none yet. */
  learn(type: ObjectType, resources: readonly JsonObject[]): void;
  learnSource(id: string, label: string): void;
  /** The id of the resource with a name; undefined when none ever had it. */
  idOf(name: string): string | undefined;
  /** The same value with all ids as names. */
  named<Value extends Json>(value: Value): Value;
}

/** Knows no names yet. */
export function createNames(): Names {
  const names = new Map<string, string>();
  const ids = new Map<string, string>();
  const named = (value: Json): Json => {
    if (typeof value === 'string') return replaceIds(value, names);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(named);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, named(part)]));
  };
  return {
    learn: (type, resources) => {
      for (const resource of resources) {
        const id = String(resource.id);
        if (names.has(id)) continue;
        const name = String(type === 'User' ? resource.userName : resource.displayName);
        const namesakes = [...ids.keys()].filter((one) => one === name || one.startsWith(`${name} (`)).length;
        const unique = namesakes === 0 ? name : `${name} (${namesakes + 1})`;
        names.set(id, `{${unique}}`);
        ids.set(unique, id);
      }
    },
    learnSource: (id, label) => {
      names.set(id, `{objectId of ${label}}`);
    },
    idOf: (name) => ids.get(name),
    named: (value) => named(value) as typeof value,
  };
}

const replaceIds = (text: string, names: ReadonlyMap<string, string>): string =>
  [...names].reduce((result, [id, name]) => result.replaceAll(id, name), text);
