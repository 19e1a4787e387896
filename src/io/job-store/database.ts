import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { BUSY_TIMEOUT_MS, openToRead } from '../read-only-database.ts';
import { APPLICATION_ID, SCHEMA_VERSION, TABLES } from './tables.ts';

/** What a committed transaction survives. @see https://sqlite.org/pragma.html#pragma_synchronous */
export type Synchronous = 'NORMAL' | 'FULL';

/** The page cache, in KiB: the whole memory that a state of any size may take for it. */
const CACHE_KIB = 16 * 1024;

/**
 * How many pages of 4 KiB the write-ahead log holds before they are copied into the file. Source ids are random, so
 * each transaction touches pages all over the indexes; copied seldom, a page is not copied again and again.
 */
const CHECKPOINT_PAGES = 8_000;

const refuse = (file: string, message: string): never => {
  throw new ConfigurationError([issueOf(file, message)]);
};

/** The state of a job that never ran, for readers: in memory, and as unwritable as a file opened for reading. */
const emptyDatabase = (): Database.Database => {
  const db = new Database(':memory:');
  db.exec(TABLES);
  db.pragma('query_only = ON');
  return db;
};

const isBlank = (db: Database.Database): boolean =>
  db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;

const createTables = (db: Database.Database): void => {
  // Two processes may find the same new file: the second to get the lock finds the tables there.
  db.transaction(() => {
    if (!isBlank(db)) return;
    db.exec(TABLES);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
  }).immediate();
};

const checkForm = (db: Database.Database, file: string): void => {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    refuse(
      file,
      `${file} is a database, but not the state of a synchronization job; name another stateFile, or move the file away`,
    );
  }
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > SCHEMA_VERSION) {
    refuse(
      file,
      `${file} has form ${version} of a job's state, and this entrain reads form ${SCHEMA_VERSION}; use the newer entrain that wrote it, or name another stateFile`,
    );
  }
  if (version < SCHEMA_VERSION) {
    refuse(
      file,
      `${file} has form ${version} of a job's state, from before the first release, and this entrain reads form ${SCHEMA_VERSION}; move the file away, and the next cycle finds the accounts again by their matching attributes`,
    );
  }
};

const connect = (file: string, isReadonly: boolean): Database.Database => {
  if (!isReadonly && !existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    closeSync(openSync(file, 'a', 0o600));
  }
  return isReadonly ? openToRead(file) : new Database(file, { timeout: BUSY_TIMEOUT_MS });
};

const prepareFile = (
  db: Database.Database,
  file: string,
  isReadonly: boolean,
  synchronous: Synchronous,
): Database.Database => {
  db.pragma(`cache_size = -${CACHE_KIB}`);
  if (isBlank(db)) {
    if (isReadonly) {
      db.close();
      return emptyDatabase();
    }
    createTables(db);
  }
  checkForm(db, file);
  if (!isReadonly) {
    db.pragma('journal_mode = WAL');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    db.pragma(`synchronous = ${synchronous}`);
  }
  return db;
};

/**
 * Opens the database of a job's state, created when it is to be written and absent.
 *
 * @throws ConfigurationError when the file is not a job's state, is of another form, or cannot be opened.
 */
export const openDatabase = (
  file: string,
  isReadonly: boolean,
  synchronous: Synchronous,
): Database.Database => {
  if (isReadonly && !existsSync(file)) return emptyDatabase();
  let db: Database.Database | null = null;
  try {
    db = connect(file, isReadonly);
    return prepareFile(db, file, isReadonly, synchronous);
  } catch (error) {
    db?.close();
    if (error instanceof ConfigurationError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(
      file,
      `${file} cannot be opened as the state of a synchronization job: ${reason}; check the path and its permissions, or name another stateFile`,
    );
  }
};
