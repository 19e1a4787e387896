import type Database from 'better-sqlite3';
import type { JobReader } from '../../model/ports.ts';
import type { ObjectNumber } from './source-objects.ts';

/** Prepares the reading of the objects of which it is not known whether they are in the target. */
export const prepareDoubtedObjectReader = (db: Database.Database): Pick<JobReader, 'doubtedObjects'> => {
  const some = db.prepare('SELECT 1 FROM doubted_object LIMIT 1').pluck();
  const isOpen = db
    .prepare<[string]>(
      'SELECT 1 FROM source_object AS o JOIN doubted_object AS c ON c.object = o.object WHERE o.source_id = ?',
    )
    .pluck();
  return {
    // Nearly always there is none.
    doubtedObjects: (ids) =>
      new Set(some.get() === undefined ? [] : ids.filter((id) => isOpen.get(id) !== undefined)),
  };
};

/** Opens and closes the doubt whether objects are in the target. */
export interface DoubtedObjectWriter {
  open(object: ObjectNumber): void;
  close(object: ObjectNumber): void;
}

/** Prepares the opening and closing of doubts. */
export const prepareDoubtedObjectWriter = (db: Database.Database): DoubtedObjectWriter => {
  const open = db.prepare('INSERT OR IGNORE INTO doubted_object (object) VALUES (?)');
  const close = db.prepare('DELETE FROM doubted_object WHERE object = ?');
  return {
    open: (object) => {
      open.run(object);
    },
    close: (object) => {
      close.run(object);
    },
  };
};
