import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { ConfigurationError, EnvironmentError, issueOf } from '../../../../model/errors.ts';
import { environmentErrorOf, type Place } from '../../../environment-error.ts';
import { BUSY_TIMEOUT_MS, openToRead } from '../read-only-database.ts';
import {
  createStoreFile,
  isEmptyFile,
  isUsedUnderAnotherName,
  problemOfStore,
  realFile,
} from '../store-file.ts';
import { OLDEST_VERSION, readAsNewer } from './migrations.ts';
import { APPLICATION_ID, SCHEMA_VERSION, TABLES } from './tables.ts';
import { upgrade } from './upgrade.ts';

/** What a committed transaction survives. @see https://sqlite.org/pragma.html#pragma_synchronous */
export type Synchronous = 'NORMAL' | 'FULL';

/** The page cache, in KiB: the whole memory that a state of any size may take for it. */
const CACHE_KIB = 16 * 1024;

/**
 * How many pages of 4 KiB the write-ahead log holds before they are copied into the file. Source ids are random, so
 * each transaction touches pages all over the indexes; copied seldom, a page is not copied again and again.
 */
const CHECKPOINT_PAGES = 8_000;

/** The state of a job as messages name it. */
export const statePlace = (file: string): Place => ({
  file,
  what: 'the state of the job',
  repair:
    'put a copy of it back, or move it away with its -wal file: the next cycle finds the accounts again by their matching attributes, but knows nothing of the accounts of people who left before',
});

const gone = (file: string): EnvironmentError => {
  const fact = 'the file was moved, deleted or replaced while it was in use, and nothing more is recorded';
  const wayOut =
    'put it back where it was; with another file there, the next cycle goes by what that one holds';
  return new EnvironmentError(
    issueOf(file, `${file} (the state of the job): ${fact}; ${wayOut}`),
    'SQLITE_READONLY_DBMOVED',
  );
};

/**
 * Makes what tells that a file is no longer the one that was opened: SQLite goes on to write to a deleted one.
 * @throws {EnvironmentError} when it is called after the file was moved, deleted or replaced
 */
export const stayingInPlace = (file: string): (() => void) => {
  const opened = statSync(file);
  return () => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.ino === opened.ino && found.dev === opened.dev) return;
    throw gone(file);
  };
};

const refuse = (file: string, message: string): never => {
  throw new ConfigurationError([issueOf(file, message)]);
};

/** A state that remembers nothing, in memory. */
const emptyDatabase = (): Database.Database => {
  const db = new Database(':memory:');
  db.exec(TABLES);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${SCHEMA_VERSION}`);
  return db;
};

/** The state of a job that never ran, for readers: as unwritable as a file opened for reading. */
const unwritableDatabase = (): Database.Database => {
  const db = emptyDatabase();
  db.pragma('query_only = ON');
  return db;
};

const createState = (real: string): void => {
  mkdirSync(dirname(real), { recursive: true });
  const db = emptyDatabase();
  try {
    createStoreFile(real, db.serialize());
  } finally {
    db.close();
  }
};

const checkForm = (db: Database.Database, file: string): number => {
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
  if (version < OLDEST_VERSION) {
    refuse(
      file,
      `${file} has form ${version} of a job's state, from before the first release, and this entrain reads form ${OLDEST_VERSION} to ${SCHEMA_VERSION}; move the file away, and the next cycle finds the accounts again by their matching attributes`,
    );
  }
  return version;
};

/** @throws {ConfigurationError} when the file must not be opened, whatever stands in it */
const checkFile = (real: string, file: string): void => {
  const problem = problemOfStore(real);
  if (problem !== null)
    refuse(
      file,
      `${file} cannot be opened as the state of a synchronization job: it ${problem}, or name another stateFile`,
    );
  if (isEmptyFile(real))
    refuse(
      file,
      `${file} is empty (0 bytes), and the state of a job never is: it was lost; ${statePlace(file).repair}`,
    );
};

/** A database of a job's state. */
export interface StateDatabase {
  readonly db: Database.Database;
  /** What the user should know of the opening. */
  readonly remarks: readonly string[];
}

const openReadonly = (real: string, file: string): StateDatabase => {
  const db = openToRead(real);
  try {
    db.pragma(`cache_size = -${CACHE_KIB}`);
    readAsNewer(db, checkForm(db, file), SCHEMA_VERSION);
    return { db, remarks: [] };
  } catch (error) {
    db.close();
    throw error;
  }
};

const openWritable = (real: string, file: string, synchronous: Synchronous): StateDatabase => {
  if (isUsedUnderAnotherName(real))
    refuse(
      file,
      `${file} is in use under another name, to which it was moved or linked; stop the process that uses it, and name the file in one way`,
    );
  const db = new Database(real, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });
  try {
    db.pragma(`cache_size = -${CACHE_KIB}`);
    const version = checkForm(db, file);
    db.pragma('journal_mode = WAL');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    db.pragma(`synchronous = ${synchronous}`);
    return { db, remarks: version === SCHEMA_VERSION ? [] : upgrade(db, real) };
  } catch (error) {
    db.close();
    throw error;
  }
};

/** It was never a database, or lies where no file can: the path is what is wrong. */
const isForeign = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  /^(SQLITE_NOTADB|SQLITE_CANTOPEN_ISDIR|ENOENT|ENOTDIR|EISDIR|EEXIST)/.test(String(error.code));

/**
 * Opens the database of a job's state, created when it is to be written and absent. A state of an older form is upgraded
 * when it is to be written, and read as it is otherwise.
 *
 * @param mustExist a file that is absent was there before, and is not made anew
 * @throws ConfigurationError when the file is not a job's state, is empty, is of a form that cannot be read, is in use under
 * another name, or cannot be opened.
 * @throws EnvironmentError when it is damaged, or the machine cannot read or write it.
 */
export const openDatabase = (
  file: string,
  isReadonly: boolean,
  synchronous: Synchronous,
  mustExist = false,
): StateDatabase => {
  try {
    const real = realFile(file);
    checkFile(real, file);
    if (!existsSync(real)) {
      if (isReadonly) return { db: unwritableDatabase(), remarks: [] };
      if (mustExist) throw gone(file);
      createState(real);
    }
    return isReadonly ? openReadonly(real, file) : openWritable(real, file, synchronous);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const trouble = isForeign(error) ? null : environmentErrorOf(error, statePlace(file));
    if (trouble !== null) throw trouble;
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(
      file,
      `${file} cannot be opened as the state of a synchronization job: ${reason}; check the path and its permissions, or name another stateFile`,
    );
  }
};
