import Database from 'better-sqlite3';
import { idOf } from '../../recordings.ts';
import { writeStored } from '../stored-versions.ts';

/** A link of the nth object. */
export interface OldLink {
  readonly n: number;
  readonly targetId: string;
  readonly objectType?: 'User' | 'Group';
}

/** Writes a state of schema version 3 with links, a state for each, and a position. */
export const writeState3 = (file: string, links: readonly OldLink[]): void => {
  writeStored('state.v3', file);
  const db = new Database(file);
  db.exec(`
    DELETE FROM source_object; DELETE FROM link; DELETE FROM target_state; DELETE FROM membership; DELETE FROM escrow;
    DELETE FROM staged; DELETE FROM doubted_object; DELETE FROM doubted_membership; DELETE FROM control;
    DELETE FROM cycle; DELETE FROM log_entry; DELETE FROM log_document; DELETE FROM log_shape; DELETE FROM exchange;
    UPDATE position SET watermark = 7;`);
  for (const { n, targetId, objectType = 'User' } of links) {
    const object = db
      .prepare('INSERT INTO source_object (source_id) VALUES (?) RETURNING object')
      .pluck()
      .get(idOf(n));
    db.prepare('INSERT INTO link VALUES (?, ?, 1, 0, ?)').run(object, objectType, targetId);
    db.prepare('INSERT INTO target_state VALUES (?, ?)').run(object, '{"displayName":"x"}');
  }
  db.close();
};
