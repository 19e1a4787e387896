import type Database from 'better-sqlite3';
import type { Instant, SourceId } from '../../../../model/identifiers.ts';
import type { HarEntry } from '../../../har/har-format.ts';
import type { Synchronous } from '../../asynchronous.ts';
import type { ExchangeReader, KeptExchange } from '../../job-store.ts';
import { exchangeSql } from './exchange-query.ts';
import type { ObjectNumber } from './source-objects.ts';

interface Row {
  readonly cycle_id: string;
  readonly object: ObjectNumber | null;
  readonly document: string;
}

/** Prepares the reading of exchanges. */
export function prepareExchangeReader(db: Database.Database): Synchronous<ExchangeReader> {
  return {
    exchanges: function* (query) {
      const { sql, values } = exchangeSql(query);
      const changes = db
        .prepare<[ObjectNumber, string], string>(
          `SELECT change_id FROM log_entry INDEXED BY log_object
         WHERE object = ? AND cycle_id = ? ORDER BY at, entry`,
        )
        .pluck();
      for (const row of db.prepare<(string | number)[], Row>(sql).iterate(...values)) {
        const entry = JSON.parse(row.document) as HarEntry;
        const { cycle_id: cycleId, object } = row;
        yield {
          ...entry,
          _cycleId: cycleId,
          ...(object === null ? {} : { _changeIds: changes.all(object, cycleId) }),
        };
      }
    },
    hasExchanges: () => db.prepare('SELECT 1 FROM exchange LIMIT 1').get() !== undefined,
  };
}

/** Writes the exchanges that the log keeps. */
export interface ExchangeWriter {
  /** Takes an exchange; it is committed with others, before anything else is that is recorded after it. Never throws. */
  keep(exchange: KeptExchange): void;
  /** Commits what was taken. */
  flush(): void;
  /** Forgets the exchanges that are older than an instant. */
  forgetBefore(instant: Instant): void;
}

/** Exchanges that wait to be committed, at most, and so those that a kill may take; and how long they may be together. */
const WAITING = { exchanges: 32, characters: 1024 * 1024 } as const;

/** How many exchanges are forgotten in one transaction, so that the store is not held for long. */
const FORGOTTEN_AT_ONCE = 1_000;

interface Waiting extends Omit<KeptExchange, 'entry'> {
  readonly at: number;
  readonly document: string;
}

/**
 * Prepares the writing of exchanges.
 * @param limit how many are kept, at least 1; the oldest go first
 */
export function prepareExchangeWriter(
  db: Database.Database,
  objectNumber: (id: SourceId) => ObjectNumber,
  limit: number,
): ExchangeWriter {
  const insert = db.prepare('INSERT INTO exchange (at, cycle_id, object, document) VALUES (?, ?, ?, ?)');
  const keepLast = db.prepare(
    'DELETE FROM exchange WHERE exchange <= (SELECT max(exchange) FROM exchange) - ?',
  );
  const forget = db.prepare(
    'DELETE FROM exchange WHERE exchange IN (SELECT exchange FROM exchange WHERE at < ? LIMIT ?)',
  );
  const commit = db.transaction((exchanges: readonly Waiting[]) => {
    for (const { at, cycleId, about, document } of exchanges)
      insert.run(at, cycleId, about === null ? null : objectNumber(about), document);
    keepLast.run(limit);
  });
  let waiting: Waiting[] = [];
  let characters = 0;
  const flush = (): void => {
    if (waiting.length === 0) return;
    commit.immediate(waiting);
    waiting = [];
    characters = 0;
  };
  return {
    keep: ({ entry, ...facts }) => {
      const document = JSON.stringify(entry);
      waiting.push({ ...facts, at: Date.parse(entry.startedDateTime), document });
      characters += document.length;
      if (waiting.length < WAITING.exchanges && characters < WAITING.characters) return;
      try {
        flush();
      } catch {
        // The sending of requests must not fail for it: whatever is recorded next fails with the same reason, and says so.
      }
    },
    flush,
    forgetBefore: (instant) => {
      while (forget.run(Date.parse(instant), FORGOTTEN_AT_ONCE).changes === FORGOTTEN_AT_ONCE);
    },
  };
}
