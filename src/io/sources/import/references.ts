import { type AppRole, DEFAULT_ACCESS_ROLE_ID } from '../../../model/directory.ts';
import type { NamedObject } from '../../stores/directory-store.ts';
import { excerpt } from '../../stores/sqlite/directory/attribute-values.ts';
import type { Connection } from '../../stores/sqlite/directory/database.ts';
import {
  isSeveral,
  type Lookup,
  type NamedLookup,
  problemOfName,
} from '../../stores/sqlite/directory/lookup.ts';
import { normalizedId } from '../../stores/sqlite/directory/object-id.ts';
import { findRole, noSuchRole, roleReader } from '../../stores/sqlite/directory/roles.ts';
import { idOfKey } from '../csv/rows.ts';
import type { Place, Report } from './issues.ts';

/** What is resolved once all files are read, as they may be in any order. */
interface Pending {
  /** A name is that of a user which another live user had when it was stored. */
  readonly kind: 'membership' | 'assignment' | 'manager' | 'name';
  /** The group, principal or user: its row where known, else its name in the file. */
  readonly owner: number | string;
  /** A member or manager by name; a role by id, value or displayName; null: Default Access. */
  readonly target: string | null;
  /** What the names are, `key` or an attribute; absent: id, userPrincipalName or displayName. */
  readonly ownerBy?: string | undefined;
  readonly targetBy?: string | undefined;
  /** Of an assignment: the job; null: every application. */
  readonly job: string | null;
  /** Of a membership: whether it is current. Of a manager: whether the user is in the feed already. */
  readonly flag: boolean;
  /** Of a page of Graph: what leads nowhere is left out. */
  readonly isOfGraph?: boolean;
  readonly place: Place;
}

/** A stored reference with its number. */
export interface PendingRow<Kind extends Pending['kind'] = Pending['kind']> {
  readonly seq: number;
  readonly kind: Kind;
  readonly ownerRow: number | null;
  readonly ownerName: string | null;
  readonly target: string | null;
  readonly ownerBy: string | null;
  readonly targetBy: string | null;
  readonly job: string | null;
  readonly flag: number;
  readonly isOfGraph: number;
  readonly source: string;
  readonly line: number | null;
  readonly path: string;
}

/** Stores references and names on disk, and yields either in order. */
export interface PendingReferences {
  add(pending: Pending): void;
  references(): Generator<PendingRow<Exclude<Pending['kind'], 'name'>>, void, void>;
  names(): Generator<PendingRow<'name'>, void, void>;
}

const PAGE = 1_000;

/** Makes an empty list of references, in a temporary table of the connection. */
export function pendingReferences(db: Connection): PendingReferences {
  db.exec(`CREATE TEMP TABLE pending (seq INTEGER PRIMARY KEY, kind TEXT, owner_row INTEGER, owner_name TEXT,
    target TEXT, owner_by TEXT, target_by TEXT, job TEXT, flag INTEGER, of_graph INTEGER, source TEXT, line INTEGER, path TEXT)`);
  const insert = db.prepare(
    `INSERT INTO temp.pending (kind, owner_row, owner_name, target, owner_by, target_by, job, flag, of_graph, source, line, path)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const page = db.prepare(
    `SELECT seq, kind, owner_row AS ownerRow, owner_name AS ownerName, target, owner_by AS ownerBy,
       target_by AS targetBy, job, flag, of_graph AS isOfGraph, source,
       line, path
     FROM temp.pending WHERE seq > ? AND (kind = 'name') = ? ORDER BY seq LIMIT ${PAGE}`,
  );
  function* rows<Row extends PendingRow>(areNames: 0 | 1): Generator<Row, void, void> {
    for (let after = 0; ; ) {
      const some = page.all(after, areNames) as Row[];
      if (some.length === 0) return;
      yield* some;
      after = some.at(-1)?.seq ?? after;
    }
  }
  return {
    add({ kind, owner, target, ownerBy = null, targetBy = null, job, flag, isOfGraph = false, place }) {
      const row = typeof owner === 'number' ? owner : null;
      const name = typeof owner === 'string' ? owner : null;
      const { source, line, path } = place;
      insert.run(
        kind,
        row,
        name,
        target,
        ownerBy,
        targetBy,
        job,
        flag ? 1 : 0,
        isOfGraph ? 1 : 0,
        source,
        line,
        path,
      );
    },
    references: () => rows(0),
    names: () => rows(1),
  };
}

/** Finds an object by what it is named by; null: id, userPrincipalName or displayName. */
export type Find = (text: string, by: string | null) => NamedLookup;

/** Makes a finder of objects. Values of attributes are put into a temporary table when one is first asked for. */
export function finderIn(db: Connection, lookup: Lookup): Find {
  db.exec(`CREATE TEMP TABLE named (attribute TEXT, value TEXT COLLATE NOCASE, id TEXT);
    CREATE INDEX temp.named_value ON named (attribute, value);`);
  const fill = db.prepare(`INSERT INTO temp.named SELECT @attribute, json_extract(d.attributes, @path), o.id
    FROM object o JOIN document d ON d.row = o.row
    WHERE o.deleted_at IS NULL AND json_extract(d.attributes, @path) IS NOT NULL`);
  const select = db.prepare('SELECT id FROM temp.named WHERE attribute = ? AND value = ? LIMIT 2').pluck();
  const filled = new Set<string>();
  return (text, by) => {
    if (by === null) return lookup.byName(text);
    if (by === 'key') return lookup.byId(idOfKey('User', text)) ?? lookup.byId(idOfKey('Group', text));
    if (!filled.has(by)) fill.run({ attribute: by, path: `$."${by}"` });
    filled.add(by);
    const found = (select.all(by, text) as string[]).flatMap((id) => lookup.byId(id) ?? []);
    return found.length === 1 ? (found[0] ?? null) : found.length === 0 ? null : found;
  };
}

/** Says why what an object is named by stands for no single one; null when it does. */
export function problemOfFound(text: string, by: string | null, found: NamedLookup): string | null {
  if (by === null) return problemOfName(text, found);
  if (found === null)
    return by === 'key'
      ? `there is nothing with the key ${excerpt(text)}`
      : `there is nobody whose ${by} is ${excerpt(text)}`;
  return isSeveral(found) ? `several have the ${by} ${excerpt(text)}; it must name one` : null;
}

/** Resolves a reference to a user or group. Reports an unresolved one; then null. */
export function follow(
  find: Find,
  text: string,
  by: string | null,
  place: Place,
  report: Report,
): NamedObject | null {
  const found = find(text, by);
  const problem = problemOfFound(text, by, found);
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
