import { closeSync, openSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { holderText, isFreeLock, lockFileOf, lockHolder } from '../../../lock.ts';
import { BUSY_TIMEOUT_MS } from '../read-only-database.ts';
import { draftOf, putInPlace } from '../store-file.ts';
import { migrate } from './migrations.ts';
import { SCHEMA_VERSION } from './tables.ts';

const versionOf = (db: Database.Database): number => Number(db.pragma('user_version', { simple: true }));

/**
 * Brings an older state to the present form, in one transaction, after a copy of it was kept beside it
 * (`<file>.v<form>.bak`, or with a number where that name is taken).
 * @param real the file itself, open as `db` to be written
 * @returns remarks for the user; none when another process was faster
 * @throws {Error} when another process uses the older form, or the copy cannot be written; the state stays as it is
 */
export function upgrade(db: Database.Database, real: string): readonly string[] {
  refuseWhileInUse(real);
  db.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(db);
    const isUpgraded = version === SCHEMA_VERSION;
    const remarks = isUpgraded
      ? []
      : [
          `the state was upgraded from schema version ${version} to ${SCHEMA_VERSION}; a copy of it as it was is kept as ${keepCopy(real, version)}`,
          ...migrate(db, version, SCHEMA_VERSION),
        ];
    db.exec('COMMIT');
    return remarks;
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}

/** A process of an older version knows nothing of the constraints that the new form has. */
function refuseWhileInUse(real: string): void {
  if (isFreeLock(lockFileOf(real))) return;
  const holder = lockHolder(lockFileOf(real));
  throw new Error(
    `it has an older schema version and is in use by ${holderText(holder === 'unknown' ? null : holder)}; stop that process first, so that the state can be upgraded`,
  );
}

/**
 * Reads what is committed; the transaction under way keeps everybody else from writing.
 * @returns the name of the copy; copies of earlier upgrades stay
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
