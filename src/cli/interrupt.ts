/** A signal that SIGINT and SIGTERM abort once. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Does as the first signal would. */
  stop(): void;
  /** Gives the signals back to whoever had them. */
  release(): void;
}

/**
 * Turns the first SIGINT or SIGTERM into an abort, so that what is under way can be finished; a second one ends the
 * process at once, as if nobody listened.
 */
export function interruptSignal(announce: () => void): Interrupt {
  const controller = new AbortController();
  const release = (): void => {
    process.off('SIGINT', abort);
    process.off('SIGTERM', abort);
  };
  const abort = (): void => {
    release();
    announce();
    controller.abort();
  };
  process.on('SIGINT', abort);
  process.on('SIGTERM', abort);
  return { signal: controller.signal, stop: abort, release };
}
