import type Database from 'better-sqlite3';
import type { SourceId } from '../../../../model/identifiers.ts';

/** The number that stands for a source object inside the store. */
export type ObjectNumber = number;

/**
 * Prepares the lookup that gives a source object the number that stands for it, and remembers it when it is new.
 * Numbers are never taken back, so a page read earlier stays true whatever is recorded meanwhile.
 */
export function prepareObjectNumber(db: Database.Database): (id: SourceId) => ObjectNumber {
  const find = db
    .prepare<[SourceId], ObjectNumber>('SELECT object FROM source_object WHERE source_id = ?')
    .pluck();
  const add = db
    .prepare<[SourceId], ObjectNumber>('INSERT INTO source_object (source_id) VALUES (?) RETURNING object')
    .pluck();
  return (id) => find.get(id) ?? (add.get(id) as ObjectNumber);
}
