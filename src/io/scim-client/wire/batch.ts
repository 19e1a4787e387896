/** Hands items over together. */
export interface Batch<Item> {
  /** The item is handed over in this turn of the event loop. */
  add(item: Item): void;
}

/** How many items are handed over at once: more would leave the other thread without work meanwhile. */
const AT_ONCE = 16;

/** Makes a batch: a message between threads costs as much as a few items. */
export const createBatch = <Item>(handOver: (items: readonly Item[]) => void): Batch<Item> => {
  let waiting: Item[] = [];
  const flush = (): void => {
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    handOver(items);
  };
  return {
    add: (item) => {
      const count = waiting.push(item);
      if (count === 1) setImmediate(flush);
      if (count >= AT_ONCE) flush();
    },
  };
};
