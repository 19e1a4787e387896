/**
 * Runs tasks side by side until the signal is aborted or one of them has ended; the others are told to end then, and
 * waited for.
 * @throws the first failure
 */
export async function runConcurrently(
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  const ended = await Promise.allSettled(tasks.map((task) => task(stop.signal).finally(end)));
  signal.removeEventListener('abort', end);
  const failure = ended.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
