/** Does pieces of work one after the other, however many are asked for at once. */
export type Exclusively = <Result>(work: () => Result | Promise<Result>) => Promise<Result>;

/**
 * Makes turns for those who write to the same store in this process: an import keeps a transaction open while others
 * run, and whoever waited for it in SQLite would keep it from going on.
 */
export function createSerialExecutor(): Exclusively {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
