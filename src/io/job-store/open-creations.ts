import type Database from 'better-sqlite3';
import type { JobReader } from '../../model/ports.ts';
import type { ObjectNumber } from './source-objects.ts';

/** Prepares the reading of which creations are open. */
export const prepareOpenCreationReader = (db: Database.Database): Pick<JobReader, 'openCreations'> => {
  const some = db.prepare('SELECT 1 FROM open_creation LIMIT 1').pluck();
  const isOpen = db
    .prepare<[string]>(
      'SELECT 1 FROM source_object AS o JOIN open_creation AS c ON c.object = o.object WHERE o.source_id = ?',
    )
    .pluck();
  return {
    // Nearly always there is none.
    openCreations: (ids) =>
      new Set(some.get() === undefined ? [] : ids.filter((id) => isOpen.get(id) !== undefined)),
  };
};

/** Opens and closes creations. */
export interface OpenCreationWriter {
  open(object: ObjectNumber): void;
  close(object: ObjectNumber): void;
}

/** Prepares the opening and closing of creations. */
export const prepareOpenCreationWriter = (db: Database.Database): OpenCreationWriter => {
  const open = db.prepare('INSERT OR IGNORE INTO open_creation (object) VALUES (?)');
  const close = db.prepare('DELETE FROM open_creation WHERE object = ?');
  return {
    open: (object) => {
      open.run(object);
    },
    close: (object) => {
      close.run(object);
    },
  };
};
