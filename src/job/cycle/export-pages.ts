import type { Outcome } from '../../model/pipeline.ts';
import type { PlannedPage } from '../phases/planned-page.ts';

/** How pages are exported. */
export interface PageExport {
  /** Once aborted, no page is begun any more. */
  readonly signal: AbortSignal;
  /** Whether a page may begin while the one before it is being exported. */
  readonly overlaps: boolean;
  /** Exports a page and records the outcomes; once the signal is aborted, only what is under way. */
  begin(page: PlannedPage, signal: AbortSignal): Promise<readonly Outcome[]>;
  /** Receives the pages in their order. @throws when the cycle cannot continue */
  end(page: PlannedPage, outcomes: readonly Outcome[]): Promise<void>;
}

/**
 * Exports pages one after the other. Where they overlap, two are under way: the changes of the second fill the lanes
 * that the last ones of the first leave idle. Whatever ends it, nothing is under way any more then.
 * @throws what `begin` and `end` throw
 */
export async function exportPages(
  pages: AsyncGenerator<PlannedPage>,
  { signal, overlaps, begin, end }: PageExport,
): Promise<void> {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const fail = (): void => stop.abort();
  let last: Promise<readonly Outcome[]> = Promise.resolve([]);
  let ended: Promise<void> = Promise.resolve();
  try {
    for await (const page of pages) {
      if (until.aborted) break;
      const before = ended;
      if (!overlaps) await before;
      last = begin(page, until);
      const exported = last;
      ended = before.then(async () => end(page, await exported));
      // The errors are seen where they are awaited as well.
      for (const promise of [exported, ended]) promise.catch(fail);
      await before;
    }
    await ended;
  } finally {
    // The end of a page records and reports; it must complete before the cycle does.
    await Promise.allSettled([last, ended]);
  }
}
