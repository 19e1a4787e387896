import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';

/**
 * The file behind a name: every symbolic link is followed, also where the file, or its folder, does not exist yet.
 * SQLite keeps the write-ahead log beside this file, and locks are taken beside it, so that all names share them.
 * @param file a path, absolute or relative to the working directory
 * @throws {Error} of the file system, such as ELOOP and EACCES
 */
export function realFile(file: string): string {
  const path = resolve(file);
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const linked = linkTarget(path);
    const folder = dirname(path);
    if (linked !== null) return realFile(resolve(realFile(folder), linked));
    return folder === path ? path : join(realFile(folder), basename(path));
  }
}

/** What a symbolic link says; null: it is none. */
function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/**
 * Says why a file must not be opened as a store; null when nothing speaks against it, or there is no file.
 * A file with several names (hard links, or a mount of the file alone) has a write-ahead log beside each name, and each
 * user would overwrite what another one wrote.
 * @param real the file itself, see `realFile`
 * @returns words that follow the name of the file: the fact, and where it is the same for every store, the way out
 * @see https://sqlite.org/howtocorrupt.html#_multiple_links_to_the_same_file
 */
export function problemOfStore(real: string): string | null {
  const found = statSync(real, { throwIfNoEntry: false });
  if (found === undefined) return null;
  if (!found.isFile()) return 'is not a regular file; name a file';
  if (isMountPoint(real))
    return 'is mounted as a single file, and its write-ahead log would lie outside the mount; mount its folder instead';
  if (hasOtherNames(real, found))
    return `has ${found.nlink} names (hard links), and each name would get a write-ahead log of its own; remove the other names, or make them symbolic links`;
  return null;
}

/** Whether a file is there and holds nothing: a store is never empty. */
export function isEmptyFile(real: string): boolean {
  return statSync(real, { throwIfNoEntry: false })?.size === 0;
}

/** A process that was killed while it created a store leaves a second name behind: that one is removed. */
function hasOtherNames(real: string, { nlink, ino }: Stats): boolean {
  if (nlink <= 1) return false;
  const folder = dirname(real);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(real)}${UNFINISHED}`)) continue;
    const path = join(folder, name);
    if (statSync(path, { throwIfNoEntry: false })?.ino === ino) rmSync(path, { force: true });
  }
  return (statSync(real, { throwIfNoEntry: false })?.nlink ?? 1) > 1;
}

/** @see proc_pid_mountinfo(5): the fifth field is the mount point, with octal escapes */
function isMountPoint(real: string): boolean {
  try {
    const escaped = real.replaceAll(
      /[\\ \t\n]/g,
      (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`,
    );
    return readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .some((line) => line.split(' ')[4] === escaped);
  } catch {
    return false;
  }
}

const UNFINISHED = '.new-';

/** A name beside a store, under which it is made. */
export function draftOf(real: string): string {
  return `${real}${UNFINISHED}${randomUUID()}`;
}

/** What a name of {@link draftOf} ends with, and what SQLite, a copy and an upgrade put beside it. */
const OF_DRAFT =
  /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.copy)?(?:-journal|-wal|-shm)?(?:\.v\d+\.bak)?$/;

/** What nobody has written to for so long, and has no lock on, belongs to a process that ended. */
const LEFT_AFTER_MS = 60 * 60_000;

/**
 * Removes what processes that were killed have left of drafts of a file. A draft that a process has a lock on is under
 * way, however long ago it was written to: the machine may have slept.
 */
export function sweepDrafts(real: string, nowMs: number): void {
  const folder = dirname(real);
  const beginning = `${basename(real)}${UNFINISHED}`;
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const [, id] = OF_DRAFT.exec(name.startsWith(beginning) ? name.slice(beginning.length) : '') ?? [];
    const path = join(folder, name);
    if (id === undefined || !isOldFile(path, nowMs) || isLocked(`${real}${UNFINISHED}${id}`)) continue;
    rmSync(path, { force: true });
  }
}

function isOldFile(path: string, nowMs: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && nowMs - stats.mtimeMs > LEFT_AFTER_MS;
}

/** Whether a process has a lock on a database; what is none has no lock. */
function isLocked(draft: string): boolean {
  try {
    return existsSync(draft) && !isUnused(draft);
  } catch {
    return false;
  }
}

/**
 * Creates a file with its content at once: at every moment it is absent or complete, and a file that is there already
 * stays. Only its owner may read it.
 * @param real the file itself, see `realFile`; its folder exists
 * @throws {Error} of the file system
 */
export function createStoreFile(real: string, content: Uint8Array): void {
  const prepared = draftOf(real);
  try {
    const fd = openSync(prepared, 'wx', 0o600);
    try {
      writeFileSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    putInPlace(prepared, real);
  } finally {
    rmSync(prepared, { force: true });
  }
}

/**
 * Gives a prepared file its name, unless the name is taken. On file systems without hard links, another process that
 * takes the name at the same moment loses it.
 * @returns whether the name was free
 */
export function putInPlace(prepared: string, real: string): boolean {
  try {
    linkSync(prepared, real);
    return true;
  } catch (error) {
    if (existsSync(real)) return false;
    if (!NO_LINKS.has(codeOf(error))) throw error;
    renameSync(prepared, real);
    return true;
  }
}

const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** How long another process that opens or closes the same store is waited for, in milliseconds. */
const PATIENCE_MS = 200;

const ATTEMPTS = 5;

/**
 * Whether another process, or another part of this one, uses the same file under another name, as after a file in use
 * was renamed. A process that uses it under this name has its write-ahead log beside it; SQLite's own lock is on the
 * device and inode, and finds every other process.
 * @param real the file itself, see `realFile`
 * @throws {SqliteError} when it cannot be opened as a database
 */
export function isUsedUnderAnotherName(real: string): boolean {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1)
    if (existsSync(`${real}-wal`) || isUnused(real)) return false;
  return !existsSync(`${real}-wal`);
}

/**
 * Writes the log of a store that nobody uses into its file, so that the log can be removed. A damaged store stays as it
 * is.
 */
export function foldLog(real: string): void {
  try {
    const db = new Database(real, { timeout: PATIENCE_MS, fileMustExist: true });
    try {
      db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
    }
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
  }
}

/**
 * Whether no connection to a store is open, in any process and under any name.
 * @param real the file itself, see `realFile`; it exists
 * @throws {SqliteError} when it cannot be opened as a database
 */
export function isUnused(real: string): boolean {
  const db = new Database(real, { timeout: PATIENCE_MS, fileMustExist: true });
  try {
    // Without shared memory, a database with a write-ahead log is readable only under an exclusive lock.
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
    db.exec('ROLLBACK');
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
    throw error;
  } finally {
    db.close();
  }
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException | null)?.code);
