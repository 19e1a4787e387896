/**
 * Asks for the next item while the present one is being worked on. Whoever stops early stops for good: what was asked
 * for is awaited, so that nothing goes on behind the back of a cycle that has ended.
 */
export async function* oneAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = source.next();
      // Whoever awaits it will see the error; until then it must not count as unhandled.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await source.return(undefined);
  }
}
