import type Database from 'better-sqlite3';
import type { SourceId } from '../../model/identifiers.ts';
import type { JobReader } from '../../model/ports.ts';

/** Prepares the reading of the objects of which it is not known whether they are in the target. */
export const prepareDoubtedObjectReader = (db: Database.Database): Pick<JobReader, 'doubtedObjects'> => {
  const some = db.prepare('SELECT 1 FROM doubted_object LIMIT 1').pluck();
  const isOpen = db.prepare<[string]>('SELECT 1 FROM doubted_object WHERE source_id = ?').pluck();
  return {
    // Nearly always there is none.
    doubtedObjects: (ids) =>
      new Set(some.get() === undefined ? [] : ids.filter((id) => isOpen.get(id) !== undefined)),
  };
};

/** Opens and closes the doubt whether objects are in the target. */
export interface DoubtedObjectWriter {
  open(id: SourceId): void;
  close(id: SourceId): void;
}

/** Prepares the opening and closing of doubts. */
export const prepareDoubtedObjectWriter = (db: Database.Database): DoubtedObjectWriter => {
  const open = db.prepare('INSERT OR IGNORE INTO doubted_object (source_id) VALUES (?)');
  const close = db.prepare('DELETE FROM doubted_object WHERE source_id = ?');
  return {
    open: (id) => {
      open.run(id);
    },
    close: (id) => {
      close.run(id);
    },
  };
};
