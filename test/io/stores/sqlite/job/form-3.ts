import Database from 'better-sqlite3';
import { idOf } from './recordings.ts';

/** The tables of form 3 of a job's state, as they were written. */
const TABLES = `
CREATE TABLE source_object (
  object INTEGER PRIMARY KEY,
  source_id TEXT NOT NULL UNIQUE
);

CREATE TABLE link (
  object INTEGER PRIMARY KEY,
  object_type TEXT NOT NULL,
  is_managed INTEGER NOT NULL,
  has_memberships INTEGER NOT NULL,
  target_id TEXT NOT NULL
);
CREATE INDEX link_target ON link (target_id, object_type);

CREATE TABLE link_count (
  object_type TEXT PRIMARY KEY,
  n INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO link_count VALUES ('User', 0), ('Group', 0);
CREATE TRIGGER link_added AFTER INSERT ON link BEGIN
  UPDATE link_count SET n = n + 1 WHERE object_type = NEW.object_type;
END;
CREATE TRIGGER link_dropped AFTER DELETE ON link BEGIN
  UPDATE link_count SET n = n - 1 WHERE object_type = OLD.object_type;
END;

CREATE TABLE target_state (
  object INTEGER PRIMARY KEY,
  attributes TEXT NOT NULL
);

CREATE TABLE membership (
  group_object INTEGER NOT NULL,
  member_object INTEGER NOT NULL,
  PRIMARY KEY (group_object, member_object)
) WITHOUT ROWID;
CREATE INDEX membership_member ON membership (member_object);

CREATE TABLE escrow (
  object_type TEXT NOT NULL,
  source_id TEXT NOT NULL,
  is_reference INTEGER NOT NULL,
  first_failed_at INTEGER NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (object_type, source_id, is_reference)
) WITHOUT ROWID;
CREATE INDEX escrow_kind ON escrow (is_reference);
CREATE INDEX escrow_age ON escrow (first_failed_at);

CREATE TABLE staged (
  object_type TEXT NOT NULL,
  source_id TEXT NOT NULL,
  PRIMARY KEY (object_type, source_id)
) WITHOUT ROWID;

CREATE TABLE doubted_object (source_id TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE doubted_membership (
  group_object INTEGER NOT NULL,
  member_object INTEGER NOT NULL,
  PRIMARY KEY (group_object, member_object)
) WITHOUT ROWID;

CREATE TABLE control (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  document TEXT NOT NULL
);

CREATE TABLE cycle (
  cycle INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  started_at INTEGER NOT NULL,
  document TEXT NOT NULL
);
CREATE INDEX cycle_time ON cycle (started_at);

CREATE TABLE position (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  watermark INTEGER NOT NULL,
  directory_id TEXT NOT NULL,
  schema_fingerprint TEXT NOT NULL
);

CREATE TABLE log_entry (
  entry INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  object INTEGER NOT NULL,
  label TEXT NOT NULL COLLATE NOCASE,
  action TEXT NOT NULL,
  status TEXT NOT NULL,
  cycle_id TEXT NOT NULL,
  change_id TEXT NOT NULL,
  shape INTEGER NOT NULL
);
CREATE INDEX log_time ON log_entry (at);
CREATE INDEX log_object ON log_entry (object, at);
CREATE INDEX log_status ON log_entry (status, at);
CREATE INDEX log_cycle ON log_entry (cycle_id, at);

CREATE TABLE log_document (
  entry INTEGER PRIMARY KEY,
  document TEXT NOT NULL
);

CREATE TABLE log_shape (
  shape INTEGER PRIMARY KEY,
  document TEXT NOT NULL UNIQUE
);

CREATE TABLE exchange (
  exchange INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  cycle_id TEXT NOT NULL,
  object INTEGER,
  document TEXT NOT NULL
);
CREATE INDEX exchange_time ON exchange (at);
CREATE INDEX exchange_cycle ON exchange (cycle_id, object);
CREATE INDEX exchange_object ON exchange (object);
`;

/** A link of the nth object. */
export interface OldLink {
  readonly n: number;
  readonly targetId: string;
  readonly objectType?: 'User' | 'Group';
}

/** Writes a state of form 3 with links, a state for each, and a position. */
export const writeForm3 = (file: string, links: readonly OldLink[]): void => {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec('BEGIN');
  db.exec(TABLES);
  db.pragma(`application_id = ${0x656e746a}`);
  db.pragma('user_version = 3');
  for (const { n, targetId, objectType = 'User' } of links) {
    const object = db
      .prepare('INSERT INTO source_object (source_id) VALUES (?) RETURNING object')
      .pluck()
      .get(idOf(n));
    db.prepare('INSERT INTO link VALUES (?, ?, 1, 0, ?)').run(object, objectType, targetId);
    db.prepare('INSERT INTO target_state VALUES (?, ?)').run(object, '{"displayName":"x"}');
  }
  db.prepare("INSERT INTO position VALUES (1, 7, 'a-directory', 'a-schema')").run();
  db.exec('COMMIT');
  db.close();
};
