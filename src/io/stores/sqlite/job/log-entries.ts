import type Database from 'better-sqlite3';
import type { Instant, SourceId } from '../../../../model/identifiers.ts';
import type { ProvisioningLogEntry } from '../../../../model/log.ts';
import type { Synchronous } from '../../asynchronous.ts';
import type { LogReader } from '../../job-store.ts';
import { entryOf, type StoredEntry } from './log-document.ts';
import { type LogRow, logSql } from './log-query.ts';
import type { ObjectNumber } from './source-objects.ts';

/** How many entries are forgotten in one transaction, so that a long log does not hold the store for long. */
const FORGOTTEN_AT_ONCE = 10_000;

/** Prepares the reading of the provisioning log. */
export function prepareLogReader(db: Database.Database): Synchronous<LogReader> {
  const objectNumber = db
    .prepare<[string], ObjectNumber>('SELECT object FROM source_object WHERE source_id = ?')
    .pluck();
  return {
    logEntries: function* (query) {
      const object = query.object === undefined ? undefined : objectNumber.get(query.object);
      const { sql, values } = logSql(query, object);
      const page = db.prepare<(string | number)[], LogRow>(sql);
      let last: Pick<LogRow, 'at' | 'entry'> | undefined = {
        at: Number.MAX_SAFE_INTEGER,
        entry: Number.MAX_SAFE_INTEGER,
      };
      while (last !== undefined) {
        const rows: readonly LogRow[] = page.all(...values, last.at, last.entry, query.limit);
        if (rows.length > 0) yield rows.map(entryOf);
        last = rows.length === query.limit ? rows.at(-1) : undefined;
      }
    },
  };
}

/** Writes the provisioning log. */
export interface LogWriter {
  append(
    object: ObjectNumber,
    shape: ShapeNumber,
    document: StoredEntry['document'],
    entry: ProvisioningLogEntry,
  ): void;
  /** Forgets the entries that are older than an instant. */
  forgetBefore(instant: Instant): void;
}

/** Names the source object of a log entry. */
export function objectOfEntry(entry: ProvisioningLogEntry): SourceId {
  return entry.sourceIdentity.id as SourceId;
}

/** The number that stands for the shape of entries inside the store. */
export type ShapeNumber = number;

/** Prepares the lookup that gives a shape the number that stands for it, and remembers it when it is new. */
export function prepareShapeNumber(db: Database.Database): (shape: string) => ShapeNumber {
  const find = db.prepare<[string], ShapeNumber>('SELECT shape FROM log_shape WHERE document = ?').pluck();
  const add = db
    .prepare<[string], ShapeNumber>('INSERT INTO log_shape (document) VALUES (?) RETURNING shape')
    .pluck();
  return (shape) => find.get(shape) ?? (add.get(shape) as ShapeNumber);
}

/** Prepares the writing of the provisioning log. */
export function prepareLogWriter(db: Database.Database): LogWriter {
  const append = db.prepare(
    `INSERT INTO log_entry (at, object, label, action, status, cycle_id, change_id, shape)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const appendDocument = db.prepare('INSERT INTO log_document (entry, document) VALUES (?, ?)');
  const old = 'SELECT entry FROM log_entry WHERE at < ? ORDER BY at, entry LIMIT ?';
  const forgetDocuments = db.prepare(`DELETE FROM log_document WHERE entry IN (${old})`);
  const forget = db.prepare(`DELETE FROM log_entry WHERE entry IN (${old})`);
  const forgetSome = db.transaction((before: number) => {
    forgetDocuments.run(before, FORGOTTEN_AT_ONCE);
    return forget.run(before, FORGOTTEN_AT_ONCE).changes;
  });
  return {
    append: (object, shape, document, entry) => {
      const { lastInsertRowid } = append.run(
        Date.parse(entry.activityDateTime),
        object,
        entry.sourceIdentity.displayName,
        entry.provisioningAction,
        entry.provisioningStatusInfo.status,
        entry.cycleId,
        entry.changeId,
        shape,
      );
      appendDocument.run(lastInsertRowid, document);
    },
    forgetBefore: (instant) => {
      while (forgetSome(Date.parse(instant)) === FORGOTTEN_AT_ONCE);
    },
  };
}
