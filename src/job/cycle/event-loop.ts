/** Yields via setImmediate. A loop that only awaits resolved promises starves signals, timers and garbage collection. */
export function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
