import { RESOURCE_TYPES } from '../resource/urns.ts';
import { createStore, type Store, type StoreChange } from './store.ts';

/** A copy of a store that is some writes behind it. */
export interface LaggingStore {
  readonly store: Store;
  /** Takes note of a write of the original. */
  note(changes: readonly StoreChange[]): void;
}

function* contentOf(store: Store): Generator<readonly StoreChange[]> {
  for (const type of RESOURCE_TYPES)
    for (const resource of store.all(type)) {
      yield [{ kind: 'put', type, resource }];
      const members = [...store.members(resource.id).values()];
      if (members.length > 0)
        yield [{ kind: 'members', group: resource.id, changes: [{ kind: 'add', members }] }];
    }
}

/** Copies a store; from then on the copy misses the last `lag` writes that it is told of. */
export function createLaggingStore(original: Store, lag: number): LaggingStore {
  const store = createStore(contentOf(original), () => {});
  const pending: (readonly StoreChange[])[] = [];
  return {
    store,
    note(changes) {
      pending.push(changes);
      const due = pending.length > lag ? pending.shift() : undefined;
      if (due !== undefined) store.commit(due);
    },
  };
}
