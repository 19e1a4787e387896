import type { Instant } from '../../model/identifiers.ts';
import type { ProvisioningResult } from '../../model/log.ts';
import type { ProvisioningAction } from '../../model/pipeline.ts';
import type { ObjectNumber } from './source-objects.ts';

/** Which entries of the provisioning log are wanted: those to which everything that is given applies. */
export interface LogQuery {
  /** The id of the source object, or its display name in the log, in any case. */
  readonly object?: string;
  readonly action?: ProvisioningAction;
  readonly status?: ProvisioningResult;
  /** The id of the cycle. */
  readonly cycle?: string;
  /** The oldest instant that is wanted. */
  readonly since?: Instant;
  /** Entries in a page. */
  readonly limit: number;
}

/** A query of the log in SQL. */
export interface LogSql {
  /** Takes `values`, then the instant and the number of the entry before the page, then the size of the page. */
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/**
 * Puts a query of the log into SQL. Each filter is one equality on a column whose index goes on with the time, so
 * that a page costs its entries whatever is asked for: therefore an object is looked for by its number or by its
 * display name, and never by both.
 *
 * @param object the number of the source object that has the wanted id; undefined when none has.
 */
export const logSql = (query: LogQuery, object: ObjectNumber | undefined): LogSql => {
  const filters: readonly (readonly [condition: string, value: string | number | undefined])[] = [
    ['object = ?', object],
    ['label = ?', object === undefined ? query.object : undefined],
    ['action = ?', query.action],
    ['status = ?', query.status],
    ['cycle_id = ?', query.cycle],
    ['at >= ?', query.since === undefined ? undefined : Date.parse(query.since)],
  ];
  const given = filters.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]));
  const conditions = [...given.map(({ condition }) => condition), '(at, entry) < (?, ?)'];
  return {
    sql: `SELECT entry, at, document FROM log_entry WHERE ${conditions.join(' AND ')}
      ORDER BY at DESC, entry DESC LIMIT ?`,
    values: given.map(({ value }) => value),
  };
};
