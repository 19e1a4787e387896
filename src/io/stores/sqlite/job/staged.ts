import type Database from 'better-sqlite3';
import type { ObjectType } from '../../../../model/directory.ts';
import type { SourceId } from '../../../../model/identifiers.ts';
import type { JobReader } from '../../../../model/ports.ts';
import type { Synchronous } from '../../asynchronous.ts';

/** Prepares the reading of the objects whose deprovisioning was held back. */
export function prepareStagedReader(db: Database.Database): Pick<Synchronous<JobReader>, 'stagedObjects'> {
  const page = db
    .prepare<[ObjectType, string, number], SourceId>(
      'SELECT source_id FROM staged WHERE object_type = ? AND source_id > ? ORDER BY source_id LIMIT ?',
    )
    .pluck();
  return {
    stagedObjects: function* (type, limit) {
      for (let after = ''; ; ) {
        const ids = page.all(type, after, limit);
        const last = ids.at(-1);
        if (last === undefined) return;
        yield ids;
        after = last;
      }
    },
  };
}

/** Marks objects whose deprovisioning is held back. */
export interface StagedWriter {
  save(object: { readonly sourceId: SourceId; readonly objectType: ObjectType }): void;
  clear(id: SourceId): void;
}

/** Prepares the marking of objects whose deprovisioning is held back. */
export function prepareStagedWriter(db: Database.Database): StagedWriter {
  const save = db.prepare('INSERT OR IGNORE INTO staged (object_type, source_id) VALUES (?, ?)');
  const clear = db.prepare("DELETE FROM staged WHERE object_type IN ('User', 'Group') AND source_id = ?");
  return {
    save: ({ objectType, sourceId }) => {
      save.run(objectType, sourceId);
    },
    clear: (id) => {
      clear.run(id);
    },
  };
}
