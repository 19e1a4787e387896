import { randomUUID } from 'node:crypto';
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { ConfigurationError, issueOf } from '../model/errors.ts';
import type { Instant } from '../model/identifiers.ts';
import { environmentErrorOf } from './environment-error.ts';
import { realFile } from './stores/sqlite/store-file.ts';

/** Who holds a lock. */
export interface LockHolder {
  /** The command that it runs: `start`, `run`. */
  readonly command: string;
  readonly pid: number;
  readonly host: string;
  readonly since: Instant;
  /** Tells a process from others: those of several containers may have the same number on one host. Absent: this process. */
  readonly instance?: string;
}

/** Made up when the process begins. */
const INSTANCE = randomUUID();

/** What came of asking for a lock. */
export type Locking =
  | { readonly kind: 'taken'; release(): void }
  /** Null: it was taken a moment ago, and its holder has not written down yet who it is. */
  | { readonly kind: 'held'; readonly holder: LockHolder | null };

/** How long one waits for another process that only looks at the lock, or is about to write who it is. */
const PATIENCE_MS = 500;

/** More often nobody gets in between. */
const ATTEMPTS = 5;

const TABLE =
  'CREATE TABLE IF NOT EXISTS holder (only INTEGER PRIMARY KEY CHECK (only = 1), document TEXT NOT NULL)';

/**
 * The file that is locked while somebody runs the job of a state. It lies beside the state itself, so that all names of
 * the state share it.
 * @throws {EnvironmentError} when the path of the state cannot be followed
 */
export function lockFileOf(stateFile: string): string {
  try {
    return `${realFile(stateFile)}-lock`;
  } catch (error) {
    throw lockError(stateFile, error);
  }
}

/**
 * Takes the lock of a file, unless another process or another part of this one has it. The lock is a write transaction
 * on an SQLite file that stays open: the operating system ends it with its process, however that ends, so that there is
 * no stale lock to be cleared; others can read meanwhile who holds it.
 * @param file the file of the lock itself; created where it is missing
 * @throws {EnvironmentError} when the file cannot be written, or is something else
 * @see https://sqlite.org/lockingv3.html#locking (RESERVED)
 */
export function takeLock(file: string, claimant: LockHolder): Locking {
  const holder: LockHolder = { instance: INSTANCE, ...claimant };
  return withLockFile(file, (db) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (!begins(db)) break;
      if (isDeepEqual(readHolder(db), holder)) return { kind: 'taken', release: () => release(db) };
      // Others see words once they are committed, which gives the lock away for a moment: it is taken once more.
      writeHolder(db, holder);
    }
    const other = readHolder(db);
    db.close();
    return { kind: 'held', holder: other };
  });
}

/** Who holds the lock of a file now; null: nobody does. @throws {EnvironmentError} as `takeLock` */
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

/** Whether nobody but this process holds the lock of a file. @throws {EnvironmentError} as `takeLock` */
export function isFreeLock(file: string): boolean {
  const holder = lockHolder(file);
  return holder === null || (holder !== 'unknown' && holder.instance === INSTANCE);
}

/** Where nothing can be written, nobody can run a job. */
function isOnReadOnlyDisk(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

/** Says who holds a lock. */
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
 * Creates the file where it is missing. One that is there is not opened: to close it again would end the locks that this
 * process has on it.
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

/** Begins the transaction that is the lock; false: somebody else has it. */
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

/** Whoever held it last may have left words behind: they count only while the lock is held. */
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
    // On a full disk the words stay, and count no more once the lock is gone.
  } finally {
    db.close();
  }
}
