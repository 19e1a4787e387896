/** How many answers are handed over in one turn of the event loop. */
const AT_ONCE = 8;

/** Hands over what came in, in its order, a little in each turn of the event loop. */
export type Turns = (handOver: () => void) => void;

/**
 * Makes turns. Answers often come in together; were all of them worked off at once, the requests that follow them would
 * leave together as well, as the HTTP client writes each in the next turn, and the connections of the first would stand
 * idle until the work on the last is done.
 */
export const createSerialExecutor = (): Turns => {
  const waiting: (() => void)[] = [];
  const turn = (): void => {
    for (const handOver of waiting.splice(0, AT_ONCE)) handOver();
    if (waiting.length > 0) setImmediate(turn);
  };
  return (handOver) => {
    if (waiting.push(handOver) === 1) setImmediate(turn);
  };
};
