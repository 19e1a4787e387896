import { closeSync, openSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import Database from 'better-sqlite3';
import { holderText, lockFileOf, lockHolder } from '../lock.ts';
import { BUSY_TIMEOUT_MS } from '../read-only-database.ts';
import { putInPlace } from '../store-file.ts';
import { migrate } from './migrations.ts';
import { SCHEMA_VERSION } from './tables.ts';

const versionOf = (db: Database.Database): number => Number(db.pragma('user_version', { simple: true }));

/**
 * Brings an older state to the present form, in one transaction, after a copy of it was kept beside it
 * (`<file>.v<form>.bak`; one that is there already stays).
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
    const copy = `${real}.v${version}.bak`;
    if (!isUpgraded) keepCopy(real, copy);
    const remarks = isUpgraded
      ? []
      : [
          `the state was upgraded from form ${version} to form ${SCHEMA_VERSION}; a copy of it as it was is kept as ${copy}`,
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
  const holder = lockHolder(lockFileOf(real));
  if (holder === null || (holder !== 'unknown' && holder.pid === process.pid && holder.host === hostname()))
    return;
  throw new Error(
    `it has an older form and is in use by ${holderText(holder === 'unknown' ? null : holder)}; stop that process first, so that the state can be upgraded`,
  );
}

/** Reads what is committed; the transaction under way keeps everybody else from writing. */
function keepCopy(real: string, copy: string): void {
  const prepared = `${copy}.new-${process.pid}`;
  const db = new Database(real, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    rmSync(prepared, { force: true });
    closeSync(openSync(prepared, 'wx', 0o600));
    db.prepare('VACUUM INTO ?').run(prepared);
    putInPlace(prepared, copy);
  } finally {
    db.close();
    rmSync(prepared, { force: true });
  }
}
