import { closeSync, openSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { BUSY_TIMEOUT_MS } from './read-only-database.ts';
import { draftOf, putInPlace } from './store-file.ts';

/** The step from one schema version of a store to the next. It never changes once a release has written its version. */
export interface Migration {
  /** Changes the tables, inside a transaction of the caller. A function returns remarks for the user. */
  readonly migrate: string | ((db: Database.Database) => readonly string[]);
  /**
   * Makes up for what the older version lacks, where it is only read: temporary tables, which belong to one connection.
   * Null: the older version is only read after it was migrated.
   */
  readonly read: string | ((db: Database.Database) => void) | null;
}

/** What the schema versions (SQLite's `user_version`) of a store are. */
export interface VersionedStore {
  /** As messages name it: `the state`. */
  readonly name: string;
  /** The command that opens the store to write to it. */
  readonly command: string;
  /** The nth one leads from schema version n to n + 1; the last one leads to the present version. */
  readonly migrations: readonly Migration[];
}

/** The schema version that this program writes. */
export function presentVersion({ migrations }: VersionedStore): number {
  return migrations.length + 1;
}

/** The schema version of an open store. */
export function versionOf(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/**
 * Says why a store cannot be opened because of its schema version: it is newer, or it is to be read only and must be
 * migrated before.
 * @returns a clause that follows the name of the store, with the way out; null: it can be opened
 */
export function problemOfVersion(version: number, store: VersionedStore, isReadonly: boolean): string | null {
  const present = presentVersion(store);
  if (version > present)
    return `has schema version ${version}, and this entrain reads up to ${present}; use the newer entrain that wrote it`;
  if (version < 1) return `has no schema version: it was not written by entrain`;
  return isReadonly && stepsFrom(version, store).some(({ read }) => read === null)
    ? `has schema version ${version}, which this entrain reads only after a migration to ${present}; run \`${store.command}\`, which migrates it and keeps a copy`
    : null;
}

/**
 * Migrates a store to the present schema version, in one transaction, after a copy of it was kept beside it for its owner
 * only (`<file>.v<version>.bak`, or with a number where that name is taken). A process that is killed meanwhile leaves
 * the older version, and the next one migrates it.
 * @param db the store, open to be written
 * @param real the file itself
 * @returns remarks for the user; none when it has the present version, or another process was faster
 * @throws {Error} when the copy cannot be written or a step fails; the store stays as it is
 */
export function migrateStore(db: Database.Database, real: string, store: VersionedStore): readonly string[] {
  const present = presentVersion(store);
  if (versionOf(db) === present) return [];
  db.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(db);
    const remarks =
      version === present
        ? []
        : [
            `${store.name} was upgraded from schema version ${version} to ${present}; a copy of it as it was is kept as ${keepCopy(real, version)}`,
            ...stepsFrom(version, store).flatMap(({ migrate }) => {
              if (typeof migrate === 'function') return migrate(db);
              db.exec(migrate);
              return [];
            }),
          ];
    db.pragma(`user_version = ${present}`);
    db.exec('COMMIT');
    return remarks;
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}

/** Lets a store of an older schema version be read as it is, by one connection. */
export function readAsPresent(db: Database.Database, store: VersionedStore): void {
  for (const { read } of stepsFrom(versionOf(db), store)) {
    if (typeof read === 'function') read(db);
    else if (read !== null) db.exec(read);
  }
}

const stepsFrom = (version: number, { migrations }: VersionedStore): readonly Migration[] =>
  migrations.slice(version - 1);

/**
 * Reads what is committed; the transaction under way keeps other processes from writing.
 * @returns the name of the copy; copies of earlier migrations stay
 */
function keepCopy(real: string, version: number): string {
  const prepared = draftOf(`${real}.v${version}.bak`);
  const db = new Database(real, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    closeSync(openSync(prepared, 'wx', 0o600));
    db.prepare('VACUUM INTO ?').run(prepared);
    for (let copies = 1; ; copies += 1) {
      const copy = `${real}.v${version}${copies === 1 ? '' : `.${copies}`}.bak`;
      if (putInPlace(prepared, copy)) return copy;
    }
  } finally {
    db.close();
    rmSync(prepared, { force: true });
  }
}
