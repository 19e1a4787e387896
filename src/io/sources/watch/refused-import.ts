import { existsSync } from 'node:fs';
import type { Instant } from '../../../model/identifiers.ts';
import {
  type Connection,
  DEFAULT_CACHE_KIB,
  openConnection,
} from '../../stores/sqlite/directory/database.ts';

/** An import of the watched source that was refused; the directory is older than the source since then. */
export interface RefusedImport {
  /** When it was last tried. */
  readonly at: Instant;
  /** Every issue, one a line. */
  readonly reason: string;
}

const KEY = 'refusedImport';

/**
 * Keeps in the directory store how the last import of the watched source ended, for `status`; null: it succeeded. Where
 * there is no store, nothing is kept.
 */
export function keepRefusedImport(store: string, refused: RefusedImport | null): void {
  if (!existsSync(store)) return;
  withStore(store, false, (db) => {
    if (refused === null) db.prepare('DELETE FROM meta WHERE key = ?').run(KEY);
    else
      db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(KEY, JSON.stringify(refused));
  });
}

/** The import of the watched source that was refused last, and has not succeeded since; null when there is none. */
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
