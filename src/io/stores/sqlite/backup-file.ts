import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ConfigurationError, issueOf } from '../../../model/errors.ts';
import type { Instant } from '../../../model/identifiers.ts';
import { environmentErrorOf } from '../../environment-error.ts';
import { kindOf, placeOutput } from '../../output-place.ts';
import { openRegular } from '../../regular-file.ts';
import { writeAll } from '../../write-all.ts';
import { openToRead } from './read-only-database.ts';
import { draftOf, realFile, sweepDrafts } from './store-file.ts';

/** A store in a backup: the directory, or the state of a job. */
export type StoreName = { readonly kind: 'directory' } | { readonly kind: 'state'; readonly job: string };

/** A store to be backed up, and its file. */
export type StoreSource = StoreName & { readonly file: string };

/** A store in a backup. */
export type BackedUpStore = StoreName & {
  readonly bytes: number;
  /** Of its content, in hex. */
  readonly sha256: string;
};

/** An open backup. */
export interface Backup {
  readonly createdAt: Instant;
  readonly stores: readonly BackedUpStore[];
  /** Writes a store into a new file that only its owner may read. @throws {Error} when its content is damaged */
  extract(store: BackedUpStore, file: string): void;
  close(): void;
}

/** "ENTB" in ASCII: what marks a database as a backup. */
const APPLICATION_ID = 0x454e_5442;
const VERSION = 1;
const CHUNK_BYTES = 4 * 1024 * 1024;

const TABLES = `
CREATE TABLE backup (created_at TEXT NOT NULL);
CREATE TABLE store (store INTEGER PRIMARY KEY, kind TEXT NOT NULL, job TEXT, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL);
CREATE TABLE chunk (store INTEGER NOT NULL, number INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (store, number));
`;

/** The application id stands in the first 100 bytes. @see https://sqlite.org/fileformat.html#application_id */
const KIND = {
  ...kindOf('a backup', 'SQLite format 3'),
  isKind: (beginning: string) =>
    beginning.startsWith('SQLite format 3') && beginning.slice(0, 100).includes('ENTB'),
};

/**
 * Writes stores into one file, each as of one moment, also while other processes write to them. The file appears when it
 * is complete; one of the same kind is replaced. Only its owner may read it.
 * @param sources in the order in which they are read
 * @param own files that are never overwritten
 * @param pause is awaited between pieces; what it throws ends the backup, of which nothing is left
 * @throws {ConfigurationError} when the file must not be written
 * @throws {EnvironmentError} when it cannot be
 */
export async function writeBackup(
  file: string,
  createdAt: Instant,
  sources: readonly StoreSource[],
  own: readonly string[],
  pause: () => Promise<void>,
): Promise<readonly BackedUpStore[]> {
  const { path, special } = placeOutput({ file, option: 'state backup', kind: KIND, own });
  if (special !== null)
    throw new ConfigurationError([issueOf('state backup', `${file} is not a regular file; name a file`)]);
  sweepDrafts(path, Date.parse(createdAt));
  const draft = newFile(draftOf(path));
  try {
    const stores = await fill(draft, createdAt, sources, pause);
    makeDurable(draft);
    renameSync(draft, path);
    return stores;
  } catch (error) {
    if (!existsSync(draft)) throw refuse(file, LOST_DRAFT);
    const place = { file, what: 'the backup', repair: 'run the command again' };
    throw (error instanceof Database.SqliteError ? environmentErrorOf(error, place) : null) ?? error;
  } finally {
    for (const end of ['', '-journal']) rmSync(`${draft}${end}`, { force: true });
  }
}

const LOST_DRAFT =
  'nothing was backed up: what was written so far was removed meanwhile, by hand or by another backup into the same file; run one at a time';

async function fill(
  draft: string,
  createdAt: Instant,
  sources: readonly StoreSource[],
  pause: () => Promise<void>,
): Promise<readonly BackedUpStore[]> {
  const db = new Database(draft);
  try {
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${VERSION}`);
    // Its lock tells other backups that this draft is under way.
    db.exec('BEGIN IMMEDIATE');
    db.exec(TABLES);
    db.prepare('INSERT INTO backup VALUES (?)').run(createdAt);
    const stores: BackedUpStore[] = [];
    for (const source of sources) stores.push(await copyStore(db, source, stores.length, pause));
    db.exec('COMMIT');
    return stores;
  } finally {
    db.close();
  }
}

/** Copies a store as of now, by way of a file beside the backup. */
async function copyStore(
  db: Database.Database,
  source: StoreSource,
  index: number,
  pause: () => Promise<void>,
): Promise<BackedUpStore> {
  const copy = newFile(`${db.name}.copy`);
  try {
    vacuumInto(copy, source.file);
    const insert = db.prepare('INSERT INTO chunk VALUES (?, ?, ?)');
    const hash = createHash('sha256');
    let number = 0;
    let bytes = 0;
    for (const content of chunksOf(copy)) {
      await pause();
      insert.run(index, number, content);
      hash.update(content);
      number += 1;
      bytes += content.length;
    }
    const name: StoreName =
      source.kind === 'state' ? { kind: source.kind, job: source.job } : { kind: source.kind };
    const sha256 = hash.digest('hex');
    const job = source.kind === 'state' ? source.job : null;
    db.prepare('INSERT INTO store VALUES (?, ?, ?, ?, ?)').run(index, source.kind, job, bytes, sha256);
    return { ...name, bytes, sha256 };
  } finally {
    for (const end of ['', '-journal']) rmSync(`${copy}${end}`, { force: true });
  }
}

function vacuumInto(copy: string, file: string): void {
  const store = openToRead(realFile(file));
  try {
    store.prepare('VACUUM INTO ?').run(copy);
  } catch (error) {
    throw isDamage(error) ? refuse(file, DAMAGED_STORE) : error;
  } finally {
    store.close();
  }
}

function* chunksOf(file: string): Generator<Buffer> {
  const fd = openSync(file, 'r');
  try {
    for (;;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const length = readSync(fd, chunk);
      if (length === 0) return;
      yield chunk.subarray(0, length);
    }
  } finally {
    closeSync(fd);
  }
}

/**
 * Opens a backup.
 * @throws {ConfigurationError} when the file is none, or one of a newer version
 */
export function openBackup(file: string): Backup {
  closeSync(openRegular(file, 'name the file that "entrain state backup" wrote'));
  const db = openAsBackup(file);
  const read = <Result>(rows: () => Result): Result => {
    try {
      return rows();
    } catch (error) {
      throw isDamage(error) ? damaged(file) : error;
    }
  };
  const numbers = new Map<BackedUpStore, number>();
  const rows = read(() =>
    db.prepare<[], StoreRow>('SELECT store, kind, job, bytes, sha256 FROM store ORDER BY store').all(),
  );
  for (const { store, kind, job, bytes, sha256 } of rows)
    numbers.set(kind === 'state' ? { kind, job, bytes, sha256 } : { kind, bytes, sha256 }, store);
  const createdAt = read(() => db.prepare<[], Instant>('SELECT created_at FROM backup').pluck().get()) ?? '';
  const names = new Set(rows.map(({ kind, job }) => `${kind} ${job}`));
  if (!INSTANT.test(createdAt) || names.size < rows.length) {
    db.close();
    throw damaged(file);
  }
  return {
    createdAt,
    stores: [...numbers.keys()],
    extract: (store, to) => {
      const fd = openSync(to, 'wx', 0o600);
      const hash = createHash('sha256');
      try {
        const chunks = read(() =>
          db
            .prepare<[number], Buffer>('SELECT content FROM chunk WHERE store = ? ORDER BY number')
            .pluck()
            .iterate(numbers.get(store) ?? -1),
        );
        for (let next = read(() => chunks.next()); !next.done; next = read(() => chunks.next())) {
          hash.update(next.value);
          writeAll(fd, next.value);
        }
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      if (hash.digest('hex') !== store.sha256) throw damaged(file);
    },
    close: () => {
      db.close();
    },
  };
}

/** What the program writes; text of a crafted file does not reach a terminal. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

type StoreRow = { readonly store: number; readonly bytes: number; readonly sha256: string } & (
  | { readonly kind: 'directory'; readonly job: null }
  | { readonly kind: 'state'; readonly job: string }
);

function openAsBackup(file: string): Database.Database {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID)
      throw refuse(file, 'this file is no backup; name the file that "entrain state backup" wrote');
    if (Number(db.pragma('user_version', { simple: true })) > VERSION)
      throw refuse(file, 'a newer version of entrain wrote this backup; restore it with that version');
    return db;
  } catch (error) {
    db?.close();
    if (!(error instanceof Database.SqliteError)) throw error;
    throw error.code.startsWith('SQLITE_NOTADB')
      ? refuse(file, 'this file is no backup; name the file that "entrain state backup" wrote')
      : damaged(file);
  }
}

const DAMAGED_STORE =
  'the store is damaged, and nothing was backed up; put it back with "entrain state restore" from an earlier backup';

/** Pages that cannot be read, tables that are missing. */
const isDamage = (error: unknown): boolean =>
  error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB|ERROR|FORMAT)/.test(error.code);

const damaged = (file: string): ConfigurationError =>
  refuse(file, 'the backup is damaged, and nothing was restored; take another one');

const refuse = (file: string, message: string): ConfigurationError =>
  new ConfigurationError([issueOf(file, message)]);

/** An empty file that only its owner may read. */
function newFile(file: string): string {
  closeSync(openSync(file, 'wx', 0o600));
  return file;
}

function makeDurable(file: string): void {
  const fd = openSync(file, 'r');
  fsyncSync(fd);
  closeSync(fd);
}
