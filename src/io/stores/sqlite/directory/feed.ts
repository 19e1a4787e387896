import type { Instant, Watermark } from '../../../../model/identifiers.ts';
import type { ChangeAction, ChangeKind, ListedChange } from '../../directory-store.ts';
import type { Connection } from './database.ts';
import { inTransaction } from './database.ts';

/** A change to be appended to the feed. */
export interface FeedEntry {
  readonly kind: ChangeKind;
  readonly action: ChangeAction;
  /** The user or group; for a membership the group, for an assignment its principal; null for a role. */
  readonly objectRow: number | null;
  /** For a membership: the member. */
  readonly relatedRow?: number;
  /** For an assignment or role: the job; empty means every application. */
  readonly job?: string;
  readonly detail?: string;
  /** The current members of the group are concerned as well, because what it assigns them changed. */
  readonly reachesMembers?: boolean;
}

/** Appends changes to the feed, all at one instant (milliseconds since 1970). */
export type AppendChange = (entry: FeedEntry, at: number) => void;

/** Makes the function that appends to the feed of a store. */
export function feedAppender(db: Connection): AppendChange {
  const insert = db.prepare(
    `INSERT INTO change (at, kind, action, object_row, related_row, job, detail, reaches_members)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (entry, at) => {
    insert.run(
      at,
      entry.kind,
      entry.action,
      entry.objectRow,
      entry.relatedRow ?? null,
      entry.job ?? null,
      entry.detail ?? null,
      entry.reachesMembers ? 1 : 0,
    );
  };
}

/** The sequence number of the last change, remembered even when the feed is pruned; 0 before the first. */
export function lastChange(db: Connection): Watermark {
  return (
    (db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'change'").pluck().get() as
      | number
      | undefined) ?? 0
  );
}

/** The oldest watermark whose following changes are all still there. */
export function oldestWatermark(db: Connection): Watermark {
  return Number(db.prepare("SELECT value FROM meta WHERE key = 'oldestWatermark'").pluck().get());
}

/**
 * Forgets the beginning of the feed, up to the first change that is not older than an instant. Watermarks before that
 * expire.
 * @returns how many changes were forgotten
 */
export function pruneFeed(db: Connection, before: Instant): number {
  const firstKept = db.prepare('SELECT seq FROM change WHERE at >= ? ORDER BY seq LIMIT 1').pluck();
  const remove = db.prepare('DELETE FROM change WHERE seq <= ?');
  const remember = db.prepare(
    "UPDATE meta SET value = ? WHERE key = 'oldestWatermark' AND CAST(value AS INTEGER) < ?",
  );
  return inTransaction(db, () => {
    const first = firstKept.get(Date.parse(before)) as number | undefined;
    const last = first === undefined ? lastChange(db) : first - 1;
    remember.run(String(last), last);
    return remove.run(last).changes;
  });
}

interface ChangeRow {
  readonly seq: number;
  readonly at: number;
  readonly kind: ChangeKind;
  readonly action: ChangeAction;
  readonly job: string | null;
  readonly detail: string | null;
  readonly objectId: string | null;
  readonly objectLabel: string | null;
  readonly memberId: string | null;
  readonly memberLabel: string | null;
}

/** The changes after a watermark, oldest first, in pages. */
export function* listChanges(
  db: Connection,
  since: Watermark,
  limit: number,
): Generator<readonly ListedChange[], void, void> {
  const page = db.prepare(
    `SELECT c.seq, c.at, c.kind, c.action, c.job, c.detail, o.id AS objectId, o.label AS objectLabel,
            m.id AS memberId, m.label AS memberLabel
     FROM change c LEFT JOIN object o ON o.row = c.object_row LEFT JOIN object m ON m.row = c.related_row
     WHERE c.seq > ? ORDER BY c.seq LIMIT ?`,
  );
  for (let last = since; ; ) {
    const rows = page.all(last, limit) as ChangeRow[];
    const end = rows.at(-1);
    if (end === undefined) return;
    yield rows.map(listed);
    last = end.seq;
  }
}

const listed = (row: ChangeRow): ListedChange => ({
  watermark: row.seq,
  at: new Date(row.at).toISOString(),
  kind: row.kind,
  action: row.action,
  object: named(row.objectId, row.objectLabel),
  member: named(row.memberId, row.memberLabel),
  job: row.job || null,
  detail: row.detail,
});

const named = (id: string | null, label: string | null): { id: string; label: string } | null =>
  id === null || label === null ? null : { id, label };
