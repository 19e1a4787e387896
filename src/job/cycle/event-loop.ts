/**
 * Lets signals, timers and the collector of memory have their turn. Work that waits for nothing but other work keeps
 * them from it, however often it awaits.
 */
export const turnOfEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
