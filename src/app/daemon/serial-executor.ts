/** Runs work in the order of the calls, one piece at a time. */
export type Exclusively = <Result>(work: () => Result | Promise<Result>) => Promise<Result>;

/**
 * Serializes the writes of this process to one store: an import keeps a transaction open across awaits, and a writer that
 * waits for it inside SQLite would block the event loop that the import needs.
 */
export function createSerialExecutor(): Exclusively {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
