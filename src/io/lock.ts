import { randomUUID } from 'node:crypto';
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { ConfigurationError, issueOf } from '../model/errors.ts';
import type { Instant } from '../model/identifiers.ts';
import { environmentErrorOf } from './environment-error.ts';
import { realFile } from './stores/sqlite/store-file.ts';

/** The holder of a lock. */
export interface LockHolder {
  /** Its command: `start`, `run`. */
  readonly command: string;
  readonly pid: number;
  readonly host: string;
  readonly since: Instant;
  /** Identifies a process: in containers, several may share a number. Absent: this process. */
  readonly instance?: string;
}

/** Random for each process. */
const INSTANCE = randomUUID();

/** The result of taking a lock. */
export type Locking =
  | { readonly kind: 'taken'; release(): void }
  /** Null: taken just now; its holder is not written yet. */
  | { readonly kind: 'held'; readonly holder: LockHolder | null };

/** Timeout for a process that reads the lock, or is about to write its holder. */
const PATIENCE_MS = 500;

/** Another process can intervene between attempts. */
const ATTEMPTS = 5;

const TABLE =
  'CREATE TABLE IF NOT EXISTS holder (only INTEGER PRIMARY KEY CHECK (only = 1), document TEXT NOT NULL)';

/**
 * The lock file of a job state. It lies beside the real file, so that all names of the state share it.
 * @throws {EnvironmentError} when the path of the state cannot be resolved
 */
export function lockFileOf(stateFile: string): string {
  try {
    return `${realFile(stateFile)}-lock`;
  } catch (error) {
    throw lockError(stateFile, error);
  }
}

/**
 * Takes a lock, unless this or another process holds it. The lock is an open write transaction on an SQLite file: the
 * operating system ends it with the process, so there are no stale locks, and others can read the holder meanwhile.
 * @param file the lock file; created where it is missing
 * @throws {EnvironmentError} when the file cannot be written, or is something else
 * @see https://sqlite.org/lockingv3.html#locking (RESERVED)
 */
export function takeLock(file: string, claimant: LockHolder): Locking {
  const holder: LockHolder = { instance: INSTANCE, ...claimant };
  return withLockFile(file, (db) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (!begins(db)) break;
      if (isDeepEqual(readHolder(db), holder)) return { kind: 'taken', release: () => release(db) };
      // The holder is visible once committed, which releases the lock for a moment: it is taken again.
      writeHolder(db, holder);
    }
    const other = readHolder(db);
    db.close();
    return { kind: 'held', holder: other };
  });
}

/** The holder of a lock; null: none. @throws {EnvironmentError} as `takeLock` */
export function lockHolder(file: string): LockHolder | 'unknown' | null {
  if (!existsSync(file) || isOnReadOnlyDisk(file)) return null;
  return withLockFile(file, (db) => {
    try {
      if (!begins(db)) return readHolder(db) ?? 'unknown';
      db.exec('ROLLBACK');
      return null;
    } finally {
      db.close();
    }
  });
}

/** Whether no other process holds a lock. @throws {EnvironmentError} as `takeLock` */
export function isFreeLock(file: string): boolean {
  const holder = lockHolder(file);
  return holder === null || (holder !== 'unknown' && holder.instance === INSTANCE);
}

/** No job can run on a read-only disk. */
function isOnReadOnlyDisk(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

/** Describes the holder of a lock. */
export function holderText(holder: LockHolder | null): string {
  return holder === null
    ? 'another process'
    : `"entrain ${holder.command}" (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
}

function withLockFile<Result>(file: string, use: (db: Database.Database) => Result): Result {
  let db: Database.Database | null = null;
  try {
    createPrivately(file);
    db = new Database(file, { timeout: PATIENCE_MS });
    return use(db);
  } catch (error) {
    db?.close();
    throw lockError(file, error);
  }
}

function lockError(file: string, error: unknown): Error {
  const place = {
    file,
    what: 'the lock of a state',
    repair: 'it holds nothing else: stop what runs the job, and remove this file',
  };
  return (
    environmentErrorOf(error, place) ??
    new ConfigurationError([
      issueOf(file, `${file} cannot be locked: ${error instanceof Error ? error.message : String(error)}`),
    ])
  );
}

/**
 * Creates the file where it is missing. An existing file is not opened: closing it would release the locks that this
 * process holds on it.
 * @see https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
 */
function createPrivately(file: string): void {
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true });
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!existsSync(file)) throw error;
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');

/** Begins the transaction that is the lock; false: held elsewhere. */
function begins(db: Database.Database): boolean {
  try {
    db.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

function writeHolder(db: Database.Database, holder: LockHolder): void {
  db.exec(TABLE);
  db.prepare(
    'INSERT INTO holder VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET document = excluded.document',
  ).run(JSON.stringify(holder));
  db.exec('COMMIT');
}

/** An earlier holder may have left its entry: it counts only while the lock is held. */
function readHolder(db: Database.Database): LockHolder | null {
  try {
    const isThere = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'holder'").get() !== undefined;
    const document = isThere ? db.prepare('SELECT document FROM holder').pluck().get() : undefined;
    return document === undefined ? null : (JSON.parse(String(document)) as LockHolder);
  } catch (error) {
    if (isBusy(error) || error instanceof SyntaxError) return null;
    throw error;
  }
}

const isDeepEqual = (one: LockHolder | null, other: LockHolder): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

function release(db: Database.Database): void {
  if (!db.open) return;
  try {
    db.exec('DELETE FROM holder');
    db.exec('COMMIT');
  } catch {
    // On a full disk the entry stays; without the lock it does not count.
  } finally {
    db.close();
  }
}
