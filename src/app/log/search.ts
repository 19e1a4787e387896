import type { LogReader } from '../../io/stores/job-store.ts';
import { ConfigurationError } from '../../model/errors.ts';
import type { ProvisioningLogEntry } from '../../model/log.ts';
import { isWanted, type LogFilter } from './filter.ts';

/** Entries that are read together. */
const PAGE_SIZE = 500;

/**
 * Finds entries of the provisioning log, the newest first, in pages. A userPrincipalName is looked up in the directory;
 * one that is not there any more is looked for in the entries themselves, which takes longer.
 * @param idOf the id of the object with a userPrincipalName; null: there is none, or several
 */
export async function* searchLog(
  log: LogReader,
  filter: LogFilter,
  limit: number,
  idOf: (userPrincipalName: string) => Promise<string | null>,
): AsyncGenerator<readonly ProvisioningLogEntry[]> {
  const { object, ...others } = filter;
  const isName = object?.includes('@') ?? false;
  const known = isName && object !== undefined ? await idOf(object) : object;
  const page = { ...others, limit: Math.min(limit, PAGE_SIZE) };
  // Null: each entry has to be read.
  const query = known === null || known === undefined ? page : { ...page, object: known };
  let left = limit;
  for await (const entries of log.logEntries(query)) {
    const wanted = known === null ? entries.filter((entry) => isWanted(entry, filter)) : entries;
    yield wanted.slice(0, left);
    left -= wanted.length;
    if (left <= 0) return;
  }
}

/** What a look-up finds; null when it is refused. */
export async function foundOrNull<Found>(lookUp: () => Promise<Found>): Promise<Found | null> {
  try {
    return await lookUp();
  } catch (error) {
    if (error instanceof ConfigurationError) return null;
    throw error;
  }
}
