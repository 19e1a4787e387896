import { constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';

/** How long a statement waits for another process's transaction. */
export const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens a database to be read, also where nothing can be written beside it: there SQLite cannot keep the index of a
 * write-ahead log, and a private copy is read, which vanishes with the connection.
 * @throws {SqliteError} when the file cannot be read
 * @see https://sqlite.org/wal.html#read_only_databases
 */
export function openToRead(file: string): Database.Database {
  try {
    return openReadonly(file);
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || !NEEDS_MORE_THAN_READING.test(error.code)) throw error;
    const copy = openCopy(file);
    if (copy === null) throw error;
    return copy;
  }
}

const NEEDS_MORE_THAN_READING = /^SQLITE_(READONLY|CANTOPEN)/;

/** Null where it cannot be copied either. */
function openCopy(file: string): Database.Database | null {
  let folder: string | null = null;
  try {
    folder = mkdtempSync(join(tmpdir(), 'entrain-read-'));
    const copy = join(folder, basename(file));
    for (const end of ['', '-wal'])
      if (existsSync(`${file}${end}`))
        copyFileSync(`${file}${end}`, `${copy}${end}`, constants.COPYFILE_FICLONE);
    return openReadonly(copy);
  } catch {
    return null;
  } finally {
    // What is open stays readable until it is closed.
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
}

/** A file is only opened once it is read. */
function openReadonly(file: string): Database.Database {
  const db = new Database(file, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    db.pragma('schema_version');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
