/** Delivers items in batches. */
interface BatchDelivery<Item> {
  /** Delivers the item at the end of this turn of the event loop. */
  add(item: Item): void;
}

/** Maximum items of a batch: larger ones would leave the other thread idle. */
const AT_ONCE = 16;

/** Makes a delivery in batches: one message between threads costs as much as a few items. */
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
