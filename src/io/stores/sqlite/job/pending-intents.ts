import type Database from 'better-sqlite3';
import type { SourceId } from '../../../../model/identifiers.ts';
import type { MatchingValue } from '../../../../model/pipeline.ts';
import type { PageState } from '../../../../model/state.ts';

/** Prepares the reading of the objects of which a creation or deletion was begun whose result is not known. */
export function preparePendingIntentReader(
  db: Database.Database,
): (ids: readonly SourceId[]) => PageState['pendingIntents'] {
  const some = db.prepare('SELECT 1 FROM pending_intent LIMIT 1').pluck();
  const createdAs = db
    .prepare<[string], string | null>('SELECT created_as FROM pending_intent WHERE source_id = ?')
    .pluck();
  return (ids) =>
    new Map(
      // Nearly always there is none.
      (some.get() === undefined ? [] : ids).flatMap((id) => {
        const values = createdAs.get(id);
        return values === undefined ? [] : [[id, readValues(values)] as const];
      }),
    );
}

const readValues = (document: string | null): readonly MatchingValue[] =>
  document === null ? [] : (JSON.parse(document) as readonly MatchingValue[]);

/** Writes and settles the intents of creations and deletions. */
export interface PendingIntentWriter {
  /** @param createdAs the matching values of a creation; empty: it is none */
  open(id: SourceId, createdAs: readonly MatchingValue[]): void;
  settle(id: SourceId): void;
}

/** Prepares the writing and settling of intents. */
export function preparePendingIntentWriter(db: Database.Database): PendingIntentWriter {
  const open = db.prepare(
    `INSERT INTO pending_intent (source_id, created_as) VALUES (?, ?)
     ON CONFLICT (source_id) DO UPDATE SET created_as = excluded.created_as`,
  );
  const close = db.prepare('DELETE FROM pending_intent WHERE source_id = ?');
  return {
    open: (id, createdAs) => {
      open.run(id, createdAs.length === 0 ? null : JSON.stringify(createdAs));
    },
    settle: (id) => {
      close.run(id);
    },
  };
}
