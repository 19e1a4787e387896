import type Database from 'better-sqlite3';
import type { ProvisioningLogEntry } from '../../../../model/log.ts';
import type { Migration, VersionedStore } from '../migrate.ts';
import { storedEntry } from './log-document.ts';

/** Log entries are taken apart, and what is about to be sent is noted. */
const FROM_1: Migration = {
  migrate: (db) => {
    const storedOf = (document: unknown) => storedEntry(JSON.parse(String(document)) as ProvisioningLogEntry);
    db.function('shape_of', { deterministic: true }, (document) => storedOf(document).shape);
    db.function('values_of', { deterministic: true }, (document) => storedOf(document).document);
    db.exec(`
      DROP INDEX log_time;
      DROP INDEX log_object;
      DROP INDEX log_label;
      DROP INDEX log_action;
      DROP INDEX log_status;
      DROP INDEX log_cycle;
      ALTER TABLE log_entry RENAME TO whole_entry;
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
      CREATE TABLE log_document (entry INTEGER PRIMARY KEY, document TEXT NOT NULL);
      CREATE TABLE log_shape (shape INTEGER PRIMARY KEY, document TEXT NOT NULL UNIQUE);
      INSERT OR IGNORE INTO log_shape (document) SELECT shape_of(document) FROM whole_entry;
      INSERT INTO log_entry
        SELECT w.entry, w.at, w.object, w.label, w.action, w.status, w.cycle_id, w.document ->> '$.changeId', s.shape
        FROM whole_entry AS w CROSS JOIN log_shape AS s ON s.document = shape_of(w.document);
      INSERT INTO log_document SELECT entry, values_of(document) FROM whole_entry;
      DROP TABLE whole_entry;
      CREATE INDEX log_time ON log_entry (at);
      CREATE INDEX log_object ON log_entry (object, at);
      CREATE INDEX log_status ON log_entry (status, at);
      CREATE INDEX log_cycle ON log_entry (cycle_id, at);
      CREATE TABLE doubted_object (object INTEGER PRIMARY KEY);
      CREATE TABLE doubted_membership (
        group_object INTEGER NOT NULL,
        member_object INTEGER NOT NULL,
        PRIMARY KEY (group_object, member_object)
      ) WITHOUT ROWID;`);
    return [];
  },
  read: null,
};

/** How many links of each type there are. */
const LINK_COUNTS = `SELECT type.value AS object_type,
  (SELECT count(*) FROM main.link WHERE link.object_type = type.value) AS n FROM json_each('["User","Group"]') AS type`;

/** Links are counted as they come and go. */
const FROM_2: Migration = {
  migrate: `
    CREATE TABLE link_count (object_type TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO link_count ${LINK_COUNTS};
    CREATE TRIGGER link_added AFTER INSERT ON link BEGIN
      UPDATE link_count SET n = n + 1 WHERE object_type = NEW.object_type;
    END;
    CREATE TRIGGER link_dropped AFTER DELETE ON link BEGIN
      UPDATE link_count SET n = n - 1 WHERE object_type = OLD.object_type;
    END;`,
  read: `CREATE TEMP TABLE link_count AS ${LINK_COUNTS};`,
};

/** A state belongs to a job and a target, and a target object to one source object. */
const FROM_3: Migration = {
  migrate: (db) => {
    const forgotten = forgetDoubledLinks(db);
    db.exec(`
      DROP INDEX link_target;
      CREATE UNIQUE INDEX link_target ON link (target_id, object_type);
      CREATE TEMP TABLE kept AS ${pendingObjects(db)};
      DROP TABLE doubted_object;
      CREATE TABLE doubted_object (source_id TEXT PRIMARY KEY, created_as TEXT) WITHOUT ROWID;
      INSERT INTO doubted_object SELECT source_id, NULL FROM kept;
      DROP TABLE kept;
      CREATE TABLE owner (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        job TEXT NOT NULL,
        target TEXT NOT NULL
      );`);
    return forgotten === 0
      ? []
      : [
          `${forgotten} links shared a target object with another one and are forgotten: a target object belongs to one source object. The next cycle is an initial one and matches these objects again; correct those that fail with DuplicateSourceEntries, and look after those that have left the source meanwhile yourself`,
        ];
  },
  read: (db) => {
    db.exec(`
      CREATE TEMP TABLE owner (only INTEGER PRIMARY KEY, job TEXT, target TEXT);
      CREATE TEMP TABLE doubted_object (source_id TEXT PRIMARY KEY, created_as TEXT);
      INSERT INTO temp.doubted_object SELECT source_id, NULL FROM (${pendingObjects(db)});`);
  },
};

/** What is pending is named as in the program. */
const FROM_4: Migration = {
  migrate: `
    ALTER TABLE doubted_object RENAME TO pending_intent;
    ALTER TABLE doubted_membership RENAME TO pending_member;`,
  // Tables and not views, because a reader prepares the statements of a writer too.
  read: `
    CREATE TEMP TABLE pending_intent (source_id TEXT PRIMARY KEY, created_as TEXT) WITHOUT ROWID;
    INSERT INTO temp.pending_intent SELECT source_id, created_as FROM doubted_object;
    CREATE TEMP TABLE pending_member (
      group_object INTEGER NOT NULL,
      member_object INTEGER NOT NULL,
      PRIMARY KEY (group_object, member_object)
    ) WITHOUT ROWID;
    INSERT INTO temp.pending_member SELECT group_object, member_object FROM doubted_membership;`,
};

/** The state of a job by its schema versions. */
export const STATE: VersionedStore = {
  name: 'the state',
  command: 'entrain run',
  migrations: [FROM_1, FROM_2, FROM_3, FROM_4],
};

/** Objects with a pending intent stood under their numbers before they stood under their source ids. */
function pendingObjects(db: Database.Database): string {
  const columns = db.prepare("SELECT name FROM pragma_table_info('doubted_object', 'main')").pluck().all();
  return columns.includes('source_id')
    ? 'SELECT source_id FROM main.doubted_object'
    : 'SELECT source_id FROM main.doubted_object JOIN main.source_object USING (object)';
}

/**
 * Forgets every link to a target object that several source objects are linked to: nothing tells whose it is. The
 * position goes, so that all of them are matched again.
 */
function forgetDoubledLinks(db: Database.Database): number {
  db.exec(`
    CREATE TEMP TABLE doubled AS
      SELECT l.object AS object FROM main.link AS l
      WHERE EXISTS (SELECT 1 FROM main.link AS other WHERE other.target_id = l.target_id
        AND other.object_type = l.object_type AND other.object <> l.object);`);
  const count = Number(db.prepare('SELECT count(*) FROM doubled').pluck().get());
  if (count > 0)
    db.exec(`
      DELETE FROM link WHERE object IN (SELECT object FROM doubled);
      DELETE FROM target_state WHERE object IN (SELECT object FROM doubled);
      DELETE FROM membership WHERE group_object IN (SELECT object FROM doubled)
        OR member_object IN (SELECT object FROM doubled);
      DELETE FROM doubted_membership WHERE group_object IN (SELECT object FROM doubled)
        OR member_object IN (SELECT object FROM doubled);
      DELETE FROM staged WHERE source_id IN
        (SELECT source_id FROM source_object WHERE object IN (SELECT object FROM doubled));
      DELETE FROM position;`);
  db.exec('DROP TABLE doubled');
  return count;
}
