/** Marks a file as the state of a synchronization job: `entj` in ASCII. */
export const APPLICATION_ID = 0x656e746a;

/**
 * The tables of a job's state, in its present schema version; a change of them comes with a migration.
 *
 * Source ids are interned: a GUID as a primary key makes SQLite four times slower and its file four times larger
 * than an integer. What the hot path reads (`link`) stands apart from the documents that it seldom needs
 * (`target_state`). Instants are milliseconds, so that they compare whatever their precision was.
 * A pending intent stands under the id of its object alone: it is settled within moments, and to number the object for it
 * would write pages all over the index of ids before each request.
 * Each cycle asks how many links there are, and counting a million takes longer than a cycle with nothing to do: they
 * are counted as they come and go. An object never changes its type.
 * A target object belongs to one source object: the index on it is unique.
 * The log's documents stand apart from what it is searched by, so that a search along no index still reads little.
 * The log's exchanges stand here and not in a file of their own: each is committed before the log entry that tells what
 * came of it, the filters of the log are joins, and a state is moved or deleted as a whole.
 */
export const TABLES = `
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
CREATE UNIQUE INDEX link_target ON link (target_id, object_type);

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

CREATE TABLE pending_intent (source_id TEXT PRIMARY KEY, created_as TEXT) WITHOUT ROWID;

CREATE TABLE pending_member (
  group_object INTEGER NOT NULL,
  member_object INTEGER NOT NULL,
  PRIMARY KEY (group_object, member_object)
) WITHOUT ROWID;

CREATE TABLE owner (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  job TEXT NOT NULL,
  target TEXT NOT NULL
);

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
