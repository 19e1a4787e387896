import type { VersionedStore } from '../migrate.ts';

/** Marks a file as a directory store of entrain (SQLite's `application_id`: "entd"). */
export const APPLICATION_ID = 0x656e7464;

/**
 * The tables of the directory store, in its present schema version; a change of them comes with a migration.
 *
 * Rows are linked by small integers, because a random GUID as primary key makes large tables slow to fill; what every
 * cycle reads (`object`) lies apart from what only a changed object needs (`document`). Instants are milliseconds since
 * 1970 (UTC). An empty `job` means every application. How many objects there are that are not gone is asked by each
 * cycle, and counted as they come and go: a row stays for good, its object does not.
 */
export const TABLES = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE object (
  row              INTEGER PRIMARY KEY,
  id               TEXT NOT NULL UNIQUE,
  type             TEXT NOT NULL,
  label            TEXT NOT NULL,
  security_enabled INTEGER NOT NULL,
  deleted_at       INTEGER,
  is_gone          INTEGER NOT NULL DEFAULT 0,
  manager          TEXT
);
CREATE INDEX object_of_type ON object (type);
CREATE INDEX object_labelled ON object (label COLLATE NOCASE);
CREATE INDEX object_in_bin ON object (deleted_at) WHERE deleted_at IS NOT NULL AND is_gone = 0;

CREATE TABLE object_count (type TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO object_count VALUES ('User', 0), ('Group', 0);
CREATE TRIGGER object_added AFTER INSERT ON object BEGIN
  UPDATE object_count SET n = n + 1 WHERE type = NEW.type;
END;
CREATE TRIGGER object_gone AFTER UPDATE OF is_gone ON object WHEN NEW.is_gone <> OLD.is_gone BEGIN
  UPDATE object_count SET n = n + (NEW.is_gone = 0) - (OLD.is_gone = 0) WHERE type = NEW.type;
END;

CREATE TABLE document (row INTEGER PRIMARY KEY, attributes TEXT NOT NULL);

CREATE TABLE member (
  group_row  INTEGER NOT NULL,
  member_row INTEGER NOT NULL,
  PRIMARY KEY (group_row, member_row)
) WITHOUT ROWID;
CREATE INDEX member_of ON member (member_row, group_row);

CREATE TABLE app_role (
  job                  TEXT NOT NULL,
  id                   TEXT NOT NULL,
  value                TEXT NOT NULL,
  display_name         TEXT NOT NULL,
  is_enabled           INTEGER NOT NULL,
  allowed_member_types TEXT NOT NULL,
  PRIMARY KEY (job, id)
) WITHOUT ROWID;

CREATE TABLE assignment (
  principal_row INTEGER NOT NULL,
  job           TEXT NOT NULL,
  role_id       TEXT NOT NULL,
  PRIMARY KEY (principal_row, job, role_id)
) WITHOUT ROWID;

CREATE TABLE change (
  seq             INTEGER PRIMARY KEY AUTOINCREMENT,
  at              INTEGER NOT NULL,
  kind            TEXT NOT NULL,
  action          TEXT NOT NULL,
  object_row      INTEGER,
  related_row     INTEGER,
  job             TEXT,
  detail          TEXT,
  reaches_members INTEGER NOT NULL
);
CREATE INDEX change_of_membership ON change (object_row, seq) WHERE kind = 'membership';
`;

/** Tables of one connection, which hold what a reader goes through page by page; they end with it. */
export const READER_TABLES = `
CREATE TEMP TABLE due (reader INTEGER, row INTEGER, PRIMARY KEY (reader, row)) WITHOUT ROWID;
CREATE TEMP TABLE listed (reader INTEGER, id TEXT, row INTEGER, PRIMARY KEY (reader, id)) WITHOUT ROWID;
`;

/** How many objects of each type there are that are not gone. */
const OBJECT_COUNTS = `SELECT type.value AS type,
  (SELECT count(*) FROM main.object WHERE object.type = type.value AND is_gone = 0) AS n
  FROM json_each('["User","Group"]') AS type`;

/**
 * The directory store by its schema versions. A process of version 1 may continue beside a migration: triggers count
 * for it.
 */
export const DIRECTORY: VersionedStore = {
  name: 'the directory store',
  command: 'entrain directory import',
  migrations: [
    {
      migrate: `
CREATE TABLE object_count (type TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO object_count ${OBJECT_COUNTS};
CREATE TRIGGER object_added AFTER INSERT ON object BEGIN
  UPDATE object_count SET n = n + 1 WHERE type = NEW.type;
END;
CREATE TRIGGER object_gone AFTER UPDATE OF is_gone ON object WHEN NEW.is_gone <> OLD.is_gone BEGIN
  UPDATE object_count SET n = n + (NEW.is_gone = 0) - (OLD.is_gone = 0) WHERE type = NEW.type;
END;`,
      read: `CREATE TEMP TABLE object_count AS ${OBJECT_COUNTS};`,
    },
  ],
};
