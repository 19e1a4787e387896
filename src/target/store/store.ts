import type { ObjectType } from '../../model/directory.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Member, MemberChange } from '../resource/normalise-members.ts';
import { RESOURCE_TYPES } from '../resource/urns.ts';
import { createLookup, type IndexedAttribute, type Lookup } from './lookup.ts';
import { createMemberships } from './memberships.ts';

/** A change of the store; the sequence of all changes is its state. */
export type StoreChange =
  /** Stores a resource without members. */
  | { readonly kind: 'put'; readonly type: ObjectType; readonly resource: StoredResource }
  | { readonly kind: 'delete'; readonly type: ObjectType; readonly id: string }
  | { readonly kind: 'members'; readonly group: string; readonly changes: readonly MemberChange[] };

/** A stored resource: without members, and without location in `meta`. */
export type StoredResource = JsonObject & { readonly id: string };

/** The resources of a target. */
export interface Store {
  get(type: ObjectType, id: string): StoredResource | undefined;
  /** All resources of a type, in order of creation. */
  all(type: ObjectType): Iterable<StoredResource>;
  count(type: ObjectType): number;
  /** Resources by the value of an attribute, ignoring case. */
  having(type: ObjectType, attribute: IndexedAttribute, value: string): readonly StoredResource[];
  /** Members of a group by id; empty for any other id. */
  members(group: string): ReadonlyMap<string, Member>;
  /** Records and applies changes, all or none. */
  commit(changes: readonly StoreChange[]): void;
}

/** Yields the commits that make a store as it is now, one for each resource. */
export function* contentOf(store: Store): Generator<readonly StoreChange[]> {
  for (const type of RESOURCE_TYPES)
    for (const resource of store.all(type)) {
      const members = [...store.members(resource.id).values()];
      const put: StoreChange = { kind: 'put', type, resource };
      if (members.length === 0) yield [put];
      else yield [put, { kind: 'members', group: resource.id, changes: [{ kind: 'add', members }] }];
    }
}

/**
 * Makes a store in memory.
 * @param history commits of earlier runs, applied without being recorded
 * @param record called before changes are applied; when it throws, nothing changes
 */
export function createStore(
  history: Iterable<readonly StoreChange[]>,
  record: (changes: readonly StoreChange[]) => void,
): Store {
  const resources: Record<ObjectType, Map<string, StoredResource>> = { User: new Map(), Group: new Map() };
  const lookups: Record<ObjectType, Lookup> = { User: createLookup(), Group: createLookup() };
  const memberships = createMemberships();

  const make = (change: StoreChange): void => {
    if (change.kind === 'members') {
      for (const part of change.changes) memberships.change(change.group, part);
      return;
    }
    const id = change.kind === 'put' ? change.resource.id : change.id;
    const before = resources[change.type].get(id);
    if (before !== undefined) lookups[change.type].remove(before);
    if (change.kind === 'put') {
      resources[change.type].set(id, change.resource);
      lookups[change.type].add(change.resource);
    } else {
      resources[change.type].delete(id);
      memberships.forget(id);
    }
  };

  for (const changes of history) changes.forEach(make);
  return {
    get: (type, id) => resources[type].get(id),
    all: (type) => resources[type].values(),
    count: (type) => resources[type].size,
    having: (type, attribute, value) =>
      lookups[type].ids(attribute, value).flatMap((id) => resources[type].get(id) ?? []),
    members: (group) => memberships.of(group),
    commit(changes) {
      record(changes);
      changes.forEach(make);
    },
  };
}
