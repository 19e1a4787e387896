import type Database from 'better-sqlite3';

/** A step from one form of a job's state to the next. */
interface Migration {
  /** Changes the tables of a state, inside a transaction of the caller. Returns remarks for the user. */
  migrate(db: Database.Database): readonly string[];
  /** Makes up for what the older form lacks, where it is only read: temporary tables, which nobody else sees. */
  readonly whenRead: string;
}

/** The oldest form that can be migrated. Forms 1 and 2 were never released, and lack what links and groups need. */
export const OLDEST_VERSION = 3;

/** The steps by the form that they begin with; each form has one, up to the present form. */
const MIGRATIONS: Readonly<Record<number, Migration>> = {
  3: {
    migrate: (db) => {
      const forgotten = forgetDoubledLinks(db);
      db.exec(`
        DROP INDEX link_target;
        CREATE UNIQUE INDEX link_target ON link (target_id, object_type);
        ALTER TABLE doubted_object ADD COLUMN created_as TEXT;
        CREATE TABLE owner (
          only INTEGER PRIMARY KEY CHECK (only = 1),
          job TEXT NOT NULL,
          target TEXT NOT NULL
        );`);
      return forgotten === 0
        ? []
        : [
            `${forgotten} links shared a target object with another one and are forgotten: a target object belongs to one source object. The next cycle is an initial one and matches these objects anew; correct those that fail with DuplicateSourceEntries, and look after those that have left the source meanwhile yourself`,
          ];
    },
    whenRead: `
      CREATE TEMP TABLE owner (only INTEGER PRIMARY KEY, job TEXT, target TEXT);
      CREATE TEMP TABLE doubted_object (source_id TEXT PRIMARY KEY, created_as TEXT);
      INSERT INTO temp.doubted_object SELECT source_id, NULL FROM main.doubted_object;`,
  },
};

/**
 * Migrates a state to another form, one step after the other.
 * @returns remarks for the user
 */
export function migrate(db: Database.Database, from: number, to: number): readonly string[] {
  const remarks: string[] = [];
  for (let version = from; version < to; version += 1) remarks.push(...stepFrom(version).migrate(db));
  db.pragma(`user_version = ${to}`);
  return remarks;
}

/** Lets a state of an older schema version be read as it is. */
export function readAsNewer(db: Database.Database, from: number, to: number): void {
  for (let version = from; version < to; version += 1) db.exec(stepFrom(version).whenRead);
}

function stepFrom(version: number): Migration {
  const step = MIGRATIONS[version];
  if (step === undefined) throw new Error(`there is no migration from form ${version} of a job's state`);
  return step;
}

/**
 * Forgets every link to a target object that several source objects are linked to: nothing tells whose it is. The
 * position goes, so that all of them are matched anew.
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
