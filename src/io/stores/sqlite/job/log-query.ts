import type { LogQuery } from '../../job-store.ts';
import type { EntryColumns, StoredEntry } from './log-document.ts';
import type { ObjectNumber } from './source-objects.ts';

/** A query of the log in SQL. */
export interface LogSql {
  /** Takes `values`, then the instant and the number of the entry before the page, then the size of the page. */
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** An entry as a query finds it. */
export interface LogRow extends EntryColumns, StoredEntry {
  readonly entry: number;
}

/** Where entries are read from, with all that {@link LogRow} tells. */
export const LOG_ROWS = `SELECT e.entry, e.at, e.action, e.status, e.cycle_id, e.change_id, d.document, s.document AS shape
  FROM log_entry AS e
  CROSS JOIN log_document AS d ON d.entry = e.entry
  CROSS JOIN log_shape AS s ON s.shape = e.shape`;

/**
 * Puts a query of the log into SQL. What is rare in a log (an object, a cycle, a failure) has an index that goes on with
 * the time, so that a page costs its entries; for the rest, the rows that are searched are small.
 *
 * @param object the number of the source object that has the wanted id; undefined when none has.
 */
export function logSql(query: LogQuery, object: ObjectNumber | undefined): LogSql {
  const filters: readonly (readonly [condition: string, value: string | number | undefined])[] = [
    ['e.object = ?', object],
    ['e.label = ?', object === undefined ? query.object : undefined],
    ['e.action = ?', query.action],
    ['e.status = ?', query.status],
    ['e.cycle_id = ?', query.cycle],
    ['e.at >= ?', query.since === undefined ? undefined : Date.parse(query.since)],
  ];
  const given = filters.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]));
  const conditions = [...given.map(({ condition }) => condition), '(e.at, e.entry) < (?, ?)'];
  return {
    sql: `${LOG_ROWS} WHERE ${conditions.join(' AND ')} ORDER BY e.at DESC, e.entry DESC LIMIT ?`,
    values: given.map(({ value }) => value),
  };
}
