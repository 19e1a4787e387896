import type Database from 'better-sqlite3';
import type { SourceId } from '../../../../model/identifiers.ts';
import type { MatchingValue } from '../../../../model/pipeline.ts';
import type { JobReader } from '../../../../model/ports.ts';

/** Prepares the reading of the objects of which it is not known whether they are in the target. */
export const prepareDoubtedObjectReader = (db: Database.Database): Pick<JobReader, 'doubtedObjects'> => {
  const some = db.prepare('SELECT 1 FROM doubted_object LIMIT 1').pluck();
  const createdAs = db
    .prepare<[string], string | null>('SELECT created_as FROM doubted_object WHERE source_id = ?')
    .pluck();
  return {
    // Nearly always there is none.
    doubtedObjects: (ids) =>
      new Map(
        (some.get() === undefined ? [] : ids).flatMap((id) => {
          const values = createdAs.get(id);
          return values === undefined ? [] : [[id, readValues(values)] as const];
        }),
      ),
  };
};

const readValues = (document: string | null): readonly MatchingValue[] =>
  document === null ? [] : (JSON.parse(document) as readonly MatchingValue[]);

/** Opens and closes the doubt whether objects are in the target. */
export interface DoubtedObjectWriter {
  /** @param createdAs the matching values of a creation; empty: it is none */
  open(id: SourceId, createdAs: readonly MatchingValue[]): void;
  close(id: SourceId): void;
}

/** Prepares the opening and closing of doubts. */
export const prepareDoubtedObjectWriter = (db: Database.Database): DoubtedObjectWriter => {
  const open = db.prepare(
    `INSERT INTO doubted_object (source_id, created_as) VALUES (?, ?)
     ON CONFLICT (source_id) DO UPDATE SET created_as = excluded.created_as`,
  );
  const close = db.prepare('DELETE FROM doubted_object WHERE source_id = ?');
  return {
    open: (id, createdAs) => {
      open.run(id, createdAs.length === 0 ? null : JSON.stringify(createdAs));
    },
    close: (id) => {
      close.run(id);
    },
  };
};
