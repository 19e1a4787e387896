/**
 * Asks for the next items while the present one is being worked on. A consumer that stops early ends the source: what was
 * asked for is awaited, so that nothing runs after the cycle has ended.
 * @param count how many items are asked for ahead, at most
 */
export async function* readAhead<T>(source: AsyncGenerator<T>, count: number): AsyncGenerator<T> {
  const ask = (): Promise<IteratorResult<T>> => {
    const asked = source.next();
    // The consumer sees the error when it awaits; until then it must not count as unhandled.
    asked.catch(() => undefined);
    return asked;
  };
  const asked = [ask()];
  try {
    for (let next = asked.shift(); next !== undefined; next = asked.shift()) {
      const { done, value } = await next;
      if (done) return;
      while (asked.length < count) asked.push(ask());
      yield value;
    }
  } finally {
    await source.return(undefined);
  }
}

/**
 * Works on items in their order, and begins with the next one before the result of the present one is handed over, so
 * that the last answer does not hold up the rest. A consumer that stops early ends the source, as above.
 */
export async function* workAhead<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  let present: Promise<Result> | null = null;
  try {
    for await (const item of items) {
      const before: Promise<Result> | null = present;
      present = work(item);
      present.catch(() => undefined);
      if (before !== null) yield await before;
    }
    if (present !== null) yield await present;
  } finally {
    await present?.catch(() => undefined);
  }
}
