import type Database from 'better-sqlite3';
import type { ObjectType } from '../../../../model/directory.ts';
import type { FailureCode } from '../../../../model/failure.ts';
import type { Instant, SourceId } from '../../../../model/identifiers.ts';
import type { JobReader } from '../../../../model/ports.ts';
import type { Escrow } from '../../../../model/state.ts';
import type { Synchronous } from '../../asynchronous.ts';

/** Reads escrows. */
export type EscrowReader = Pick<Synchronous<JobReader>, 'escrows' | 'escrowsOf' | 'escrowCount'>;

const escrowOf = (document: string): Escrow => JSON.parse(document) as Escrow;

/** Prepares the reading of escrows. */
export function prepareEscrowReader(db: Database.Database): EscrowReader {
  const page = db
    .prepare<[ObjectType, string, number, number], string>(
      `SELECT document FROM escrow WHERE object_type = ? AND (source_id, is_reference) > (?, ?)
       ORDER BY source_id, is_reference LIMIT ?`,
    )
    .pluck();
  const ofObjects = db
    .prepare<[string], string>(
      `SELECT e.document FROM json_each(?) AS asked CROSS JOIN escrow AS e
       ON e.object_type IN ('User', 'Group') AND e.source_id = asked.value
       ORDER BY e.source_id, e.is_reference`,
    )
    .pluck();
  const count = db.prepare<[number], number>('SELECT count(*) FROM escrow WHERE is_reference = ?').pluck();
  return {
    escrows: function* (type, limit) {
      let after: readonly [id: string, isReference: number] | undefined = ['', 0];
      while (after !== undefined) {
        const escrows: readonly Escrow[] = page.all(type, ...after, limit).map(escrowOf);
        if (escrows.length > 0) yield escrows;
        const last: Escrow | undefined = escrows.length === limit ? escrows.at(-1) : undefined;
        after = last === undefined ? undefined : [last.sourceId, Number(last.isReference)];
      }
    },
    escrowsOf: (ids) => ofObjects.all(JSON.stringify(ids)).map(escrowOf),
    escrowCount: (isReference) => count.get(Number(isReference)) ?? 0,
  };
}

/** Writes escrows. */
export interface EscrowWriter {
  save(escrow: Escrow): void;
  clear(id: SourceId, isReference: boolean): void;
  /** Forgets the escrows of an object, of either kind. */
  drop(id: SourceId): void;
  /** Forgets those of objects that failed first before an instant, unless they hold one of some codes. */
  expire(firstFailedBefore: Instant, except: readonly FailureCode[]): void;
}

/** Prepares the writing of escrows. */
export function prepareEscrowWriter(db: Database.Database): EscrowWriter {
  const save = db.prepare(
    `INSERT INTO escrow (object_type, source_id, is_reference, first_failed_at, document) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (object_type, source_id, is_reference) DO UPDATE SET first_failed_at = excluded.first_failed_at,
       document = excluded.document`,
  );
  const clear = db.prepare(
    "DELETE FROM escrow WHERE object_type IN ('User', 'Group') AND source_id = ? AND is_reference = ?",
  );
  const drop = db.prepare("DELETE FROM escrow WHERE object_type IN ('User', 'Group') AND source_id = ?");
  // An older state keeps the last failure alone.
  const expire = db.prepare(
    `DELETE FROM escrow WHERE first_failed_at < ? AND NOT EXISTS (
       SELECT 1 FROM json_each(?) AS kept WHERE kept.value = document ->> '$.failure.code'
         OR kept.value IN (SELECT value ->> '$.code' FROM json_each(document, '$.attempts')))`,
  );
  return {
    save: (escrow) => {
      save.run(
        escrow.objectType,
        escrow.sourceId,
        Number(escrow.isReference),
        Date.parse(escrow.firstFailedAt),
        JSON.stringify(escrow),
      );
    },
    clear: (id, isReference) => {
      clear.run(id, Number(isReference));
    },
    drop: (id) => {
      drop.run(id);
    },
    expire: (instant, except) => {
      expire.run(Date.parse(instant), JSON.stringify(except));
    },
  };
}
