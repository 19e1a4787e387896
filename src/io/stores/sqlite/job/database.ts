import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { ConfigurationError, EnvironmentError, issueOf } from '../../../../model/errors.ts';
import { environmentErrorOf, type Place } from '../../../environment-error.ts';
import { holderText, isFreeLock, lockFileOf, lockHolder } from '../../../lock.ts';
import { migrateStore, presentVersion, problemOfVersion, readAsPresent, versionOf } from '../migrate.ts';
import { BUSY_TIMEOUT_MS, openToRead } from '../read-only-database.ts';
import {
  createStoreFile,
  isEmptyFile,
  isUsedUnderAnotherName,
  problemOfStore,
  realFile,
} from '../store-file.ts';
import { STATE } from './migrations.ts';
import { APPLICATION_ID, TABLES } from './tables.ts';

/** What a committed transaction survives. @see https://sqlite.org/pragma.html#pragma_synchronous */
export type SyncMode = 'NORMAL' | 'FULL';

/** The page cache, in KiB: the whole memory that a state of any size may take for it. */
const CACHE_KIB = 16 * 1024;

/**
 * How many pages of 4 KiB the write-ahead log holds before they are copied into the file. Source ids are random, so
 * each transaction touches pages all over the indexes; copied seldom, a page is not copied again and again.
 */
const CHECKPOINT_PAGES = 8_000;

/** The state of a job as messages name it. */
export function statePlace(file: string): Place {
  return {
    file,
    what: 'the state of the job',
    repair:
      'put a copy of it back, or move it away with its -wal file: the next cycle finds the accounts again by their matching attributes, but knows nothing of the accounts of people who left before',
  };
}

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
export function stayingInPlace(file: string): () => void {
  const opened = statSync(file);
  return () => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.ino === opened.ino && found.dev === opened.dev) return;
    throw gone(file);
  };
}

const refuse = (file: string, message: string): never => {
  throw new ConfigurationError([issueOf(file, message)]);
};

/** A state that remembers nothing, in memory. */
const emptyDatabase = (): Database.Database => {
  const db = new Database(':memory:');
  db.exec(TABLES);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${presentVersion(STATE)}`);
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

const checkDatabase = (db: Database.Database, file: string, isReadonly: boolean): void => {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    refuse(
      file,
      `${file} is a database, but not the state of a synchronization job; name another stateFile, or move the file away`,
    );
  }
  const problem = problemOfVersion(versionOf(db), STATE, isReadonly);
  if (problem !== null) refuse(file, `${file} (the state of the job) ${problem}, or name another stateFile`);
};

/** A process of an older version knows nothing of the constraints of the present one. */
const refuseWhileInUse = (real: string, file: string): void => {
  if (isFreeLock(lockFileOf(real))) return;
  const holder = lockHolder(lockFileOf(real));
  refuse(
    file,
    `${file} (the state of the job) has an older schema version and is in use by ${holderText(holder === 'unknown' ? null : holder)}; stop that process first, so that the state can be upgraded`,
  );
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
    checkDatabase(db, file, true);
    readAsPresent(db, STATE);
    return { db, remarks: [] };
  } catch (error) {
    db.close();
    throw error;
  }
};

const openWritable = (real: string, file: string, synchronous: SyncMode): StateDatabase => {
  if (isUsedUnderAnotherName(real))
    refuse(
      file,
      `${file} is in use under another name, to which it was moved or linked; stop the process that uses it, and name the file in one way`,
    );
  const db = new Database(real, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });
  try {
    db.pragma(`cache_size = -${CACHE_KIB}`);
    checkDatabase(db, file, false);
    db.pragma('journal_mode = WAL');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    db.pragma(`synchronous = ${synchronous}`);
    if (versionOf(db) !== presentVersion(STATE)) refuseWhileInUse(real, file);
    return { db, remarks: migrateStore(db, real, STATE) };
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
 * Opens the database of a job's state, created when it is to be written and absent. A state of an older schema version
 * is migrated when it is to be written, and read as it is otherwise.
 *
 * @param mustExist a file that is absent was there before, and is not created again
 * @throws ConfigurationError when the file is not a job's state, is empty, is of a schema version that cannot be read,
 * is in use under another name, or cannot be opened.
 * @throws EnvironmentError when it is damaged, or the machine cannot read or write it.
 */
export function openDatabase(
  file: string,
  isReadonly: boolean,
  synchronous: SyncMode,
  mustExist = false,
): StateDatabase {
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
}
