import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ConfigurationError, issueOf } from '../../../../model/errors.ts';
import { environmentErrorOf, type Place } from '../../../environment-error.ts';
import { migrateStore, presentVersion, problemOfVersion, readAsPresent, versionOf } from '../migrate.ts';
import { BUSY_TIMEOUT_MS, openToRead } from '../read-only-database.ts';
import {
  createStoreFile,
  isEmptyFile,
  isUsedUnderAnotherName,
  problemOfStore,
  realFile,
} from '../store-file.ts';
import { APPLICATION_ID, DIRECTORY, READER_TABLES, TABLES } from './tables.ts';

/** A connection to a directory store. */
export type Connection = Database.Database;

/** How a connection is opened. */
export interface ConnectionOptions {
  readonly readonly: boolean;
  /** A file that is absent is not created. Default false; one that is only read is never created. */
  readonly mustExist?: boolean;
  /** Page cache in KiB: it counts toward the memory of the process. */
  readonly cacheKiB: number;
  /** Told what the user should know of the opening: a migration, and where the copy is. */
  readonly remark?: (text: string) => void;
}

/** A directory store as messages name it. */
export function directoryPlace(file: string): Place {
  return {
    file,
    what: 'the directory store',
    repair: 'put a copy of it back, or move it away and import the directory again',
  };
}

/** Page cache of a connection that reads and writes object by object: what it leaves out, the system still has. */
export const DEFAULT_CACHE_KIB = 4_096;

/**
 * Opens the SQLite file of a directory store, creating it (readable by its owner only) unless it is opened to be read
 * or must exist. A store of an older schema version is migrated when it is opened to be written, and read as it is
 * otherwise.
 * @throws {ConfigurationError} when there is no such file, it is not a directory store, or it is in use under another
 * name
 */
export function openConnection(file: string, options: ConnectionOptions): Connection {
  const real = realStore(file);
  checkFile(real, file);
  if (!existsSync(real)) {
    if (options.readonly || options.mustExist) throw absent(file);
    createStore(real, file);
  }
  try {
    if (!options.readonly) requireOneName(real, file);
    const db = options.readonly
      ? openToRead(real)
      : new Database(real, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });
    return prepareConnection(db, real, file, options);
  } catch (error) {
    // It was moved between the check and the opening.
    if (error instanceof Database.SqliteError && !existsSync(real)) throw absent(file);
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_NOTADB'))
      throw refusal(
        file,
        `this file is no directory store, or one that is damaged (${error.message}); name another file under \`directory:\`, or ${directoryPlace(file).repair}`,
      );
    throw environmentErrorOf(error, directoryPlace(file)) ?? error;
  }
}

/** The file behind the name of a store. @throws {ConfigurationError} when it cannot be followed */
export function realStore(file: string): string {
  try {
    return realFile(file);
  } catch (error) {
    throw refusal(file, `the directory store cannot be opened (${(error as Error).message})`);
  }
}

function checkFile(real: string, file: string): void {
  const problem = problemOfStore(real);
  if (problem !== null) throw refusal(file, `this file cannot be opened as a directory store: it ${problem}`);
  if (isEmptyFile(real))
    throw refusal(
      file,
      `the file is empty (0 bytes), and a directory store never is: it was lost; ${directoryPlace(file).repair}`,
    );
}

function requireOneName(real: string, file: string): void {
  if (isUsedUnderAnotherName(real))
    throw refusal(
      file,
      'the directory store is in use under another name, to which it was moved or linked; stop the process that uses it, and name the file in one way',
    );
}

/**
 * Runs work in one write transaction: all of it is stored, or nothing.
 * @throws {ConfigurationError} when another process keeps the store locked
 */
export function inTransaction<Result>(db: Connection, work: () => Result): Result {
  return db.inTransaction ? work() : withLockAdvice(db, () => db.transaction(work).immediate());
}

/** Runs a statement that takes the write lock, and says in words when someone else holds it. */
export function withLockAdvice<Result>(db: Connection, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw refusal(
        db.name,
        'another process has been writing to the directory store for 5 s; try again when it is done',
      );
    }
    throw error;
  }
}

/** SQLite gives a write-ahead log the rights of its database, so this covers all three files. */
function createStore(real: string, file: string): void {
  const db = new Database(':memory:');
  try {
    createTables(db);
    createStoreFile(real, db.serialize());
  } catch (error) {
    throw (
      environmentErrorOf(error, directoryPlace(file)) ??
      refusal(file, `the directory store cannot be written (${(error as Error).message})`)
    );
  } finally {
    db.close();
  }
}

function prepareConnection(
  db: Connection,
  real: string,
  file: string,
  options: ConnectionOptions,
): Connection {
  try {
    db.pragma(`cache_size = -${options.cacheKiB}`);
    checkDatabase(db, file, options.readonly);
    if (!options.readonly) {
      // A job's watermark must never be ahead of the feed, so a commit has to survive a loss of power.
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
    }
    if (options.readonly) readAsPresent(db, DIRECTORY);
    else for (const text of migrateStore(db, real, DIRECTORY)) options.remark?.(text);
    db.exec(READER_TABLES);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function createTables(db: Connection): void {
  db.exec(TABLES);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${presentVersion(DIRECTORY)}`);
  const put = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
  put.run('directoryId', randomUUID());
  put.run('oldestWatermark', '0');
}

function checkDatabase(db: Connection, file: string, isReadonly: boolean): void {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw refusal(file, 'this SQLite file is not a directory store; name another file under `directory:`');
  }
  const problem = problemOfVersion(versionOf(db), DIRECTORY, isReadonly);
  if (problem !== null) throw refusal(file, `the directory store ${problem}`);
}

const absent = (file: string): ConfigurationError =>
  refusal(file, 'there is no directory store here; make one with `entrain directory import <file>`');

const refusal = (file: string, message: string): ConfigurationError =>
  new ConfigurationError([issueOf(file, `${file}: ${message}`)]);
