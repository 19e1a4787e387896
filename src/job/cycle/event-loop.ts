/**
 * Lets signals, timers and the collector of memory have their turn. Work that waits for nothing but other work keeps
 * them from it, however often it awaits.
 */
export function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
