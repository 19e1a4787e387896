import { Interruption } from '../../model/errors.ts';
import type { TargetReader } from '../../model/ports.ts';

/**
 * Lets a target be read until the signal is aborted. Planning a page asks for hundreds of objects, which nobody who
 * wants to stop should have to wait for; nothing of it is written yet, so that it can be given up.
 * @param concurrency requests under way at once; the others wait here, where they can still be given up
 * @returns a reader that rejects with an `Interruption` from then on
 */
export function readableUntil(target: TargetReader, signal: AbortSignal, concurrency: number): TargetReader {
  const waiting: (() => void)[] = [];
  let freeCount = concurrency;
  const turn = async (): Promise<void> => {
    if (freeCount > 0) freeCount -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) freeCount += 1;
    else next();
  };
  return {
    read: async (request, about) => {
      await turn();
      try {
        if (signal.aborted) throw new Interruption();
        return await target.read(request, about);
      } finally {
        release();
      }
    },
  };
}
