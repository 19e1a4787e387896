import type Database from 'better-sqlite3';
import { type CycleRecord, NO_COUNTS } from '../../../../model/cycle.ts';
import type { Instant } from '../../../../model/identifiers.ts';
import type { ControlChange, JobReader } from '../../../../model/ports.ts';
import type { Position } from '../../../../model/state.ts';
import type { Synchronous } from '../../asynchronous.ts';

/** Reads the position and the cycles. */
export type CycleReader = Pick<Synchronous<JobReader>, 'position' | 'cycles'>;

interface PositionRow {
  readonly watermark: number;
  readonly directory_id: string;
  readonly schema_fingerprint: string;
}

/** Prepares the reading of the position and the cycles. */
export function prepareCycleReader(db: Database.Database): CycleReader {
  const position = db.prepare<[], PositionRow>(
    'SELECT watermark, directory_id, schema_fingerprint FROM position',
  );
  // In the order in which they began: a clock that was set back does not make an old cycle the newest.
  const cycles = db
    .prepare<[number], string>('SELECT document FROM cycle ORDER BY cycle DESC LIMIT ?')
    .pluck();
  return {
    position: () => {
      const row = position.get();
      return row === undefined
        ? null
        : {
            watermark: row.watermark,
            directoryId: row.directory_id,
            schemaFingerprint: row.schema_fingerprint,
          };
    },
    cycles: (limit) => cycles.all(limit).map(readCycle),
  };
}

/** What an older entrain did not count is zero. */
function readCycle(document: string): CycleRecord {
  const cycle = JSON.parse(document) as CycleRecord;
  return { ...cycle, counts: { ...NO_COUNTS, ...cycle.counts } };
}

/** Writes the position and the cycles. */
export interface CycleWriter {
  save(cycle: CycleRecord): void;
  complete(cycle: CycleRecord, position: Position, decide: ControlChange): void;
  /** Forgets the cycles that began before an instant. */
  forgetBefore(instant: Instant): void;
}

/** Prepares the writing of the position and the cycles. */
export function prepareCycleWriter(
  db: Database.Database,
  updateControl: (change: ControlChange) => void,
): CycleWriter {
  const save = db.prepare(
    `INSERT INTO cycle (id, started_at, document) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, document = excluded.document`,
  );
  const move = db.prepare(
    `INSERT INTO position (only, watermark, directory_id, schema_fingerprint) VALUES (1, ?, ?, ?)
     ON CONFLICT (only) DO UPDATE SET watermark = excluded.watermark, directory_id = excluded.directory_id,
       schema_fingerprint = excluded.schema_fingerprint`,
  );
  const forget = db.prepare('DELETE FROM cycle WHERE started_at < ?');
  const saveCycle = (cycle: CycleRecord): void => {
    save.run(cycle.id, Date.parse(cycle.startedAt), JSON.stringify(cycle));
  };
  const complete = db.transaction((cycle: CycleRecord, position: Position, decide: ControlChange) => {
    saveCycle(cycle);
    updateControl(decide);
    move.run(position.watermark, position.directoryId, position.schemaFingerprint);
  });
  return {
    save: saveCycle,
    complete: (cycle, position, decide) => {
      complete.immediate(cycle, position, decide);
    },
    forgetBefore: (instant) => {
      forget.run(Date.parse(instant));
    },
  };
}
