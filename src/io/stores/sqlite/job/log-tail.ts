import type { ProvisioningLogEntry } from '../../../../model/log.ts';
import { environmentErrorOf } from '../../../environment-error.ts';
import { openDatabase, statePlace } from './database.ts';
import { entryOf } from './log-document.ts';
import { LOG_ROWS, type LogRow } from './log-query.ts';

/** What was recorded since one looked last. */
export interface LogTail {
  /** In the order in which they were recorded. */
  readonly entries: readonly ProvisioningLogEntry[];
  /** Where to go on from. */
  readonly cursor: number;
}

/**
 * Reads the entries that were recorded after a cursor. The state is opened for it each time, so that one that does not
 * exist yet, or is written meanwhile, does not matter.
 * @param cursor 0: from the first entry; null: none, only where the log ends now
 * @throws {ConfigurationError} when the file is not a job's state
 */
export function readLogTail(file: string, cursor: number | null, limit: number): LogTail {
  const { db } = openDatabase(file, true, 'NORMAL');
  try {
    const end = db.prepare<[], number>('SELECT coalesce(max(entry), 0) FROM log_entry').pluck().get() ?? 0;
    if (cursor === null) return { entries: [], cursor: end };
    // Once all entries are forgotten, their numbers start again.
    const from = cursor > end ? 0 : cursor;
    const rows = db
      .prepare<[number, number], LogRow>(`${LOG_ROWS} WHERE e.entry > ? ORDER BY e.entry LIMIT ?`)
      .all(from, limit);
    return {
      entries: rows.map(entryOf),
      cursor: rows.at(-1)?.entry ?? from,
    };
  } catch (error) {
    throw environmentErrorOf(error, statePlace(file)) ?? error;
  } finally {
    db.close();
  }
}
