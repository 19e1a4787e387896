import { openHar } from '../../io/har/har-writer.ts';
import type { ExchangeQuery, JobStore } from '../../io/stores/job-store.ts';
import type { LogSettings } from '../../model/job.ts';
import { VERSION } from '../version.ts';
import type { LogFilter } from './filter.ts';
import { searchLog } from './search.ts';

/** What came of writing an archive. */
export interface ExchangeDownload {
  readonly count: number;
  /** Why exchanges are missing in the file; null when none is. */
  readonly problem: string | null;
}

/**
 * Writes exchanges that the log keeps into an HTTP Archive, readable by its owner only.
 * @param own files of the program, which are not written over
 * @throws {ConfigurationError} when the file cannot be written, or holds something else
 */
export async function downloadExchanges(
  state: JobStore,
  query: ExchangeQuery,
  file: string,
  own: readonly string[] = [],
): Promise<ExchangeDownload> {
  // Nothing is left to hide: it was, before it was kept.
  const har = openHar(file, { version: VERSION, isHidden: () => false, own });
  let count = 0;
  for await (const entry of state.exchanges(query)) {
    har.addEntry(entry);
    count += 1;
  }
  return { count, problem: har.close() };
}

/**
 * Puts the filters of the log into a query of exchanges. An object that the directory does not know is looked for in the
 * log's entries.
 * @param limit exchanges at most, the last ones
 * @param idOf the id of the object with a userPrincipalName; null: there is none, or several
 */
export async function exchangeQuery(
  state: JobStore,
  { object, ...others }: LogFilter,
  limit: number,
  idOf: (userPrincipalName: string) => Promise<string | null>,
): Promise<ExchangeQuery> {
  if (object === undefined) return { ...others, limit };
  const known = object.includes('@') ? await idOf(object) : null;
  return { ...others, limit, objects: known === null ? await idsInLog(state, object, idOf) : [known] };
}

async function idsInLog(
  state: JobStore,
  object: string,
  idOf: (userPrincipalName: string) => Promise<string | null>,
): Promise<readonly string[]> {
  // It may be an id itself, of an object whose entry was not written any more.
  const ids = new Set([object]);
  for await (const entries of searchLog(state, { object }, Number.MAX_SAFE_INTEGER, idOf))
    for (const { sourceIdentity } of entries) ids.add(sourceIdentity.id);
  return [...ids];
}

/**
 * Says why there are no exchanges to write down, and what would bring some.
 * @param isAnyKept the log keeps others than those that were asked for
 */
export function whyNoExchanges({ exchanges, exchangeLimit }: LogSettings, isAnyKept: boolean): string {
  const others = isAnyKept ? ' The log keeps others: ask with fewer filters.' : '';
  switch (exchanges) {
    case 'none':
      return `No exchange was kept: the job says log.exchanges: none. Write failed or all there, and they are kept from the next cycle on.${others}`;
    case 'failed':
      return `No such exchange was kept: the job keeps those that failed. Write log.exchanges: all in its configuration, and all are kept from the next cycle on.${others}`;
    case 'all':
      return `No such exchange was kept: the job keeps those of its cycles, the last ${exchangeLimit} of them, for 30 days.${others}`;
  }
}
