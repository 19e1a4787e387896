/** Delivers items in batches. */
export interface BatchDelivery<Item> {
  /** The item is delivered in this turn of the event loop. */
  add(item: Item): void;
}

/** How many items a batch holds at most: more would leave the other thread without work meanwhile. */
const AT_ONCE = 16;

/** Makes a delivery in batches: a message between threads costs as much as a few items. */
export function createBatchDelivery<Item>(deliver: (items: readonly Item[]) => void): BatchDelivery<Item> {
  let waiting: Item[] = [];
  const flush = (): void => {
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    deliver(items);
  };
  return {
    add: (item) => {
      const count = waiting.push(item);
      if (count === 1) setImmediate(flush);
      if (count >= AT_ONCE) flush();
    },
  };
}
