import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';

/** A file of a store that the program of that schema version wrote, kept as SQL under `fixtures/stores`. */
export type StoredVersion =
  | 'state.v1'
  | 'state.v2'
  | 'state.v3'
  | 'state.v4'
  | 'state.v5'
  | 'directory.v1'
  | 'directory.v2';

/** Writes the file of an earlier schema version, in the journal mode that stores have. */
export const writeStored = (version: StoredVersion, file: string): void => {
  const sql = readFileSync(new URL(`../../../../fixtures/stores/${version}.sql`, import.meta.url), 'utf8');
  const db = new Database(file);
  db.exec(sql);
  db.pragma('journal_mode = WAL');
  db.close();
};

/** The schema version of a file. */
export const versionIn = (file: string): number => {
  const db = new Database(file, { readonly: true });
  try {
    return Number(db.pragma('user_version', { simple: true }));
  } finally {
    db.close();
  }
};
