import { type AppRole, DEFAULT_ACCESS_ROLE_ID } from '../../../model/directory.ts';
import type { NamedObject } from '../../stores/directory-store.ts';
import { excerpt } from '../../stores/sqlite/directory/attribute-values.ts';
import type { Connection } from '../../stores/sqlite/directory/database.ts';
import { isSeveral, type Lookup, problemOfName } from '../../stores/sqlite/directory/lookup.ts';
import { normalizedId } from '../../stores/sqlite/directory/object-id.ts';
import { findRole, noSuchRole, roleReader } from '../../stores/sqlite/directory/roles.ts';
import type { Place, Report } from './issues.ts';

/** A reference that is resolved once all files are read, as they may be in any order. */
interface Pending {
  readonly kind: 'membership' | 'assignment' | 'manager';
  /** The group, principal or user: its row where known, else its name in the file. */
  readonly owner: number | string;
  /** A member or manager by name; a role by id, value or displayName; null: Default Access. */
  readonly target: string | null;
  /** Of an assignment: the job; null: every application. */
  readonly job: string | null;
  /** Of a membership: whether it is current. Of a manager: whether the user is in the feed already. */
  readonly flag: boolean;
  readonly place: Place;
}

/** A stored reference with its number. */
export interface PendingRow {
  readonly seq: number;
  readonly kind: Pending['kind'];
  readonly ownerRow: number | null;
  readonly ownerName: string | null;
  readonly target: string | null;
  readonly job: string | null;
  readonly flag: number;
  readonly source: string;
  readonly line: number | null;
  readonly path: string;
}

/** Stores references on disk, and yields them in order. */
export interface PendingReferences {
  add(pending: Pending): void;
  rows(): Generator<PendingRow, void, void>;
}

const PAGE = 1_000;

/** Makes an empty list of references, in a temporary table of the connection. */
export function pendingReferences(db: Connection): PendingReferences {
  db.exec(`CREATE TEMP TABLE pending (seq INTEGER PRIMARY KEY, kind TEXT, owner_row INTEGER, owner_name TEXT,
    target TEXT, job TEXT, flag INTEGER, source TEXT, line INTEGER, path TEXT)`);
  const insert = db.prepare(
    `INSERT INTO temp.pending (kind, owner_row, owner_name, target, job, flag, source, line, path)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const page = db.prepare(
    `SELECT seq, kind, owner_row AS ownerRow, owner_name AS ownerName, target, job, flag, source, line, path
     FROM temp.pending WHERE seq > ? ORDER BY seq LIMIT ${PAGE}`,
  );
  return {
    add({ kind, owner, target, job, flag, place }) {
      const row = typeof owner === 'number' ? owner : null;
      const name = typeof owner === 'string' ? owner : null;
      insert.run(kind, row, name, target, job, flag ? 1 : 0, place.source, place.line, place.path);
    },
    *rows() {
      for (let after = 0; ; ) {
        const rows = page.all(after) as PendingRow[];
        if (rows.length === 0) return;
        yield* rows;
        after = rows.at(-1)?.seq ?? after;
      }
    },
  };
}

/** Resolves a reference to a user or group. Reports an unresolved one; then null. */
export function follow(lookup: Lookup, text: string, place: Place, report: Report): NamedObject | null {
  const found = lookup.byName(text);
  const problem = problemOfName(text, found);
  if (problem !== null || found === null || isSeveral(found)) {
    report(place, problem ?? text);
    return null;
  }
  if (found.presence !== 'hardDeleted') return found;
  report(place, `${excerpt(text)} was deleted permanently`);
  return null;
}

/** Resolves a reference to a manager. The id of an unknown user is kept; a userPrincipalName must be known. */
export function followManager(lookup: Lookup, text: string, place: Place, report: Report): string | null {
  const found = lookup.byName(text);
  if (found === null && !text.includes('@')) {
    const id = normalizedId(text);
    if (id !== null) return id;
  }
  const problem = problemOfName(text, found);
  if (problem === null && found !== null && !isSeveral(found) && found.type === 'User') return found.id;
  report(place, problem ?? `the manager ${excerpt(text)} is a group; expected a user`);
  return null;
}

/** Makes a resolver of roles of an application by id, value or displayName; it reports unknown ones. */
export function roleFinder(
  db: Connection,
): (job: string, text: string | null, place: Place, report: Report) => string | null {
  const read = roleReader(db);
  const known = new Map<string, readonly AppRole[]>();
  return (job, text, place, report) => {
    if (text === null) return DEFAULT_ACCESS_ROLE_ID;
    const roles = known.get(job) ?? read(job);
    known.set(job, roles);
    const role = findRole(roles, text);
    if (role !== null) return role.id;
    report(place, noSuchRole(roles, text));
    return null;
  };
}
