import { setTimeout as sleep } from 'node:timers/promises';
import type { JobStore } from '../../io/stores/job-store.ts';
import { openJobStore } from '../../io/stores/sqlite/job/job-store.ts';
import { readLogTail } from '../../io/stores/sqlite/job/log-tail.ts';
import { systemWorld } from '../../io/world.ts';
import type { Configuration, JobSettings } from '../../model/job.ts';
import { concernsMembers, type ProvisioningLogEntry } from '../../model/log.ts';
import { withDirectory } from '../directory/open.ts';
import { openNameBook } from '../session/names.ts';
import { ownFiles } from '../state/own-files.ts';
import { downloadLog } from './download.ts';
import { downloadExchanges, exchangeQuery, whyNoExchanges } from './exchanges.ts';
import { isWanted, type LogFilter } from './filter.ts';
import { foundOrNull, searchLog } from './search.ts';

/** Which entries of the provisioning log are read. */
export interface LogRequest extends LogFilter {
  /** At most so many, the newest; absent: all. */
  readonly limit?: number;
}

/** Entries that are read at once while the log is followed. */
const TAIL_SIZE = 1_000;

/** Reads the provisioning log, the newest entry first. */
export async function* readLog(
  configuration: Configuration,
  settings: JobSettings,
  request: LogRequest,
): AsyncGenerator<ProvisioningLogEntry> {
  const state = openJobStore(settings.stateFile, { readonly: true });
  try {
    yield* entriesIn(configuration, settings, state, request);
  } finally {
    await state.close();
  }
}

/**
 * Reads the last entries, the oldest first, then what is recorded from now on, until the signal is aborted.
 * @param intervalMs how often the log is polled
 */
export async function* followLog(
  configuration: Configuration,
  settings: JobSettings,
  request: LogRequest,
  intervalMs: number,
  signal: AbortSignal,
): AsyncGenerator<ProvisioningLogEntry> {
  let { cursor } = readLogTail(settings.stateFile, null, TAIL_SIZE);
  const shown = new Set<string>();
  const last: ProvisioningLogEntry[] = [];
  for await (const entry of readLog(configuration, settings, request)) last.unshift(entry);
  for (const entry of last) {
    shown.add(entry.id);
    yield entry;
  }
  while (!signal.aborted) {
    for (;;) {
      const tail = readLogTail(settings.stateFile, cursor, TAIL_SIZE);
      cursor = tail.cursor;
      const wanted = tail.entries.filter((entry) => !shown.has(entry.id) && isWanted(entry, request));
      yield* await withMemberNames(wanted, configuration, settings);
      if (tail.entries.length < TAIL_SIZE) break;
    }
    // Aborted, the wait ends at once, and that is no failure.
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * Writes entries into the three files of the portal's download.
 * @returns how many entries were written
 * @throws {ConfigurationError} when the folder or a file cannot be written, or a file holds something else
 */
export async function writeLogFiles(
  configuration: Configuration,
  settings: JobSettings,
  request: LogRequest,
  folder: string,
): Promise<number> {
  const state = openJobStore(settings.stateFile, { readonly: true });
  try {
    return await downloadLog(
      entriesIn(configuration, settings, state, request),
      folder,
      ownFiles(configuration),
    );
  } finally {
    await state.close();
  }
}

/** What came of writing exchanges into an HTTP Archive. */
export interface WrittenExchanges {
  readonly count: number;
  /** Why exchanges are missing in the file; null: none is. */
  readonly problem: string | null;
  /** Why there was none to write, and what would bring some; null: there were some. */
  readonly whyNone: string | null;
}

/**
 * Writes the exchanges that were kept of log entries into an HTTP Archive.
 * @throws {ConfigurationError} when the file cannot be written, or holds something else
 */
export async function writeExchanges(
  configuration: Configuration,
  settings: JobSettings,
  { limit = Number.MAX_SAFE_INTEGER, ...filter }: LogRequest,
  file: string,
): Promise<WrittenExchanges> {
  const state = openJobStore(settings.stateFile, { readonly: true });
  try {
    const query = await exchangeQuery(state, filter, limit, (name) => idOf(configuration, name));
    const { count, problem } = await downloadExchanges(state, query, file, ownFiles(configuration));
    const whyNone = count === 0 ? whyNoExchanges(settings.log, await state.hasExchanges()) : null;
    return { count, problem, whyNone };
  } finally {
    await state.close();
  }
}

async function* entriesIn(
  configuration: Configuration,
  settings: JobSettings,
  state: JobStore,
  { limit = Number.MAX_SAFE_INTEGER, ...filter }: LogRequest,
): AsyncGenerator<ProvisioningLogEntry> {
  for await (const entries of searchLog(state, filter, limit, (name) => idOf(configuration, name)))
    yield* await withMemberNames(entries, configuration, settings);
}

/**
 * Names the members of groups by the names that they have now, beside their ids, which do not change. One who is not in
 * the directory any more goes by the id.
 */
async function withMemberNames(
  entries: readonly ProvisioningLogEntry[],
  configuration: Configuration,
  { id: job }: JobSettings,
): Promise<readonly ProvisioningLogEntry[]> {
  const ids = entries
    .filter(concernsMembers)
    .flatMap(({ modifiedProperties }) =>
      modifiedProperties.flatMap(({ oldValue, newValue }) => newValue ?? oldValue ?? []),
    );
  if (ids.length === 0) return entries;
  const names = await foundOrNull(() =>
    withDirectory(configuration, 'read', (directory) =>
      openNameBook(directory, job, systemWorld.now()).namesOfIds(ids),
    ),
  );
  const nameOf = (id: string | null): string | null => (id === null ? null : (names?.[id] ?? id));
  return entries.map((entry) =>
    concernsMembers(entry)
      ? {
          ...entry,
          modifiedProperties: entry.modifiedProperties.map(({ displayName, oldValue, newValue }) => ({
            displayName,
            oldValue: nameOf(oldValue),
            newValue: nameOf(newValue),
            memberId: newValue ?? oldValue ?? '',
          })),
        }
      : entry,
  );
}

/** A log can be read without its directory. */
async function idOf(configuration: Configuration, userPrincipalName: string): Promise<string | null> {
  const find = () => withDirectory(configuration, 'read', (directory) => directory.named(userPrincipalName));
  return (await foundOrNull(find))?.id ?? null;
}
