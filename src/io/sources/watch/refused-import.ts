import { existsSync } from 'node:fs';
import type { Instant } from '../../../model/identifiers.ts';
import {
  type Connection,
  DEFAULT_CACHE_KIB,
  openConnection,
} from '../../stores/sqlite/directory/database.ts';

/** A refused import of the watched source, since which the directory is outdated. */
export interface RefusedImport {
  /** The last attempt. */
  readonly at: Instant;
  /** All issues, one a line. */
  readonly reason: string;
}

const KEY = 'refusedImport';

/**
 * Stores the last refusal in the directory store, for `status`; null: the import succeeded. Without a store, nothing
 * is stored.
 */
export function keepRefusedImport(store: string, refused: RefusedImport | null): void {
  if (!existsSync(store)) return;
  withStore(store, false, (db) => {
    if (refused === null) db.prepare('DELETE FROM meta WHERE key = ?').run(KEY);
    else
      db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(KEY, JSON.stringify(refused));
  });
}

/** The last refused import, unless one has succeeded since; null: none. */
export function refusedImport(store: string): RefusedImport | null {
  if (!existsSync(store)) return null;
  return withStore(store, true, (db) => {
    const text = db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(KEY) as string | undefined;
    return text === undefined ? null : (JSON.parse(text) as RefusedImport);
  });
}

function withStore<Result>(store: string, readonly: boolean, work: (db: Connection) => Result): Result {
  const db = openConnection(store, { readonly, cacheKiB: DEFAULT_CACHE_KIB });
  try {
    return work(db);
  } finally {
    db.close();
  }
}
