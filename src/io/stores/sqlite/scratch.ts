import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Json } from '../../../model/json.ts';
import type { Scratch } from '../../../model/ports.ts';
import { environmentErrorOf, namingPlace, type Place } from '../../environment-error.ts';

/** The page cache, in KiB: what fits stays in memory, the rest goes to a temporary file. */
const CACHE_KIB = 8 * 1024;

const TABLES = `
CREATE TABLE item (
  queue TEXT NOT NULL,
  number INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (queue, number)
) WITHOUT ROWID;

CREATE TABLE claim (
  key TEXT PRIMARY KEY,
  holder TEXT NOT NULL
) WITHOUT ROWID;
`;

/** A database without a name: a temporary file that only this connection sees and that vanishes with it. */
const openTemporary = (): Database.Database => {
  const db = new Database('');
  db.pragma(`cache_size = -${CACHE_KIB}`);
  // Nothing here outlives the process, so there is nothing to roll back to and nothing to wait for.
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.exec(TABLES);
  // One permanent transaction: what fits into the cache is never written, and no other connection reads it.
  db.exec('BEGIN');
  return db;
};

/** Opens a place for what one cycle must remember: on disk, private, gone when it is closed. */
export function openScratch(): Scratch {
  try {
    return namingPlace(scratchOn(openTemporary()), PLACE);
  } catch (error) {
    throw environmentErrorOf(error, PLACE) ?? error;
  }
}

/** SQLite chooses the folder. @see https://sqlite.org/tempfiles.html */
const PLACE: Place = {
  file: join(process.env.SQLITE_TMPDIR ?? process.env.TMPDIR ?? '/tmp', '(a temporary file)'),
  what: 'what the cycle must remember while it lasts; SQLITE_TMPDIR names another folder for it',
  repair: 'run the command again',
};

const scratchOn = (db: Database.Database): Scratch => {
  const sizes = new Map<string, number>();
  const add = db.prepare('INSERT INTO item (queue, number, value) VALUES (?, ?, ?)');
  const page = db
    .prepare<[string, number, number], string>(
      'SELECT value FROM item WHERE queue = ? AND number >= ? ORDER BY number LIMIT ?',
    )
    .pluck();
  const claim = db.prepare('INSERT INTO claim (key, holder) VALUES (?, ?) ON CONFLICT (key) DO NOTHING');
  const holder = db.prepare<[string], string>('SELECT holder FROM claim WHERE key = ?').pluck();
  const size = (queue: string): number => sizes.get(queue) ?? 0;
  return {
    append: (queue, items) => {
      let number = size(queue);
      for (const value of items.map((item) => JSON.stringify(item))) add.run(queue, number++, value);
      sizes.set(queue, number);
    },
    pages: function* (queue, limit) {
      for (let start = 0; start < size(queue); ) {
        const values = page.all(queue, start, limit);
        yield values.map((value) => JSON.parse(value) as Json);
        start += values.length;
      }
    },
    size,
    claim: (key, name) => (claim.run(key, name).changes === 1 ? name : (holder.get(key) as string)),
    mark: (key) => claim.run(key, '').changes === 1,
    holder: (key) => holder.get(key) ?? null,
    close: () => {
      db.close();
    },
  };
};
