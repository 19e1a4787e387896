import type { ObjectType } from '../../../model/directory.ts';
import type { Connection } from '../../stores/sqlite/directory/database.ts';
import type { Stored } from '../../stores/sqlite/directory/object-writer.ts';
import type { RecycleBin } from '../../stores/sqlite/directory/recycle-bin.ts';
import type { Principal, RelationWriter } from '../../stores/sqlite/directory/relation-writer.ts';
import type { ImportKind } from './entries.ts';

/** Records what the files hold, to find what they lack. */
export interface Seen {
  /** The first row that the import added: its files hold all rows from here on. */
  readonly firstNewRow: number;
  /** Notes a stored object; returns whether it is the first time. */
  object(stored: Stored): boolean;
  member(groupRow: number, memberRow: number): void;
  assignment(principalRow: number, job: string, roleId: string): void;
  role(job: string, roleId: string): void;
}

const LACKING = {
  objects: `SELECT row, type FROM object o WHERE type = ? AND row > ? AND row < ? AND deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM temp.seen s WHERE s.row = o.row) ORDER BY row LIMIT 1000`,
  // A soft-deleted object keeps its relations for a restore.
  members: `SELECT m.group_row AS groupRow, m.member_row AS memberRow FROM member m
    JOIN object g ON g.row = m.group_row JOIN object o ON o.row = m.member_row
    WHERE (m.group_row, m.member_row) > (?, ?) AND g.deleted_at IS NULL AND o.deleted_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM temp.seen_member s
        WHERE s.group_row = m.group_row AND s.member_row = m.member_row)
    ORDER BY m.group_row, m.member_row LIMIT 1000`,
  assignments: `SELECT a.job, a.role_id AS roleId, o.row, o.type FROM assignment a JOIN object o ON o.row = a.principal_row
    WHERE o.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM temp.seen_assignment s
      WHERE s.principal_row = a.principal_row AND s.job = a.job AND s.role_id = a.role_id)`,
  roles: `SELECT job, id FROM app_role r
    WHERE NOT EXISTS (SELECT 1 FROM temp.seen_role s WHERE s.job = r.job AND s.id = r.id)`,
} as const;

/** Makes an empty record, in temporary tables of the connection. */
export function seenIn(db: Connection): Seen {
  db.exec(`
    CREATE TEMP TABLE seen (row INTEGER PRIMARY KEY);
    CREATE TEMP TABLE seen_member (group_row INTEGER, member_row INTEGER, PRIMARY KEY (group_row, member_row)) WITHOUT ROWID;
    CREATE TEMP TABLE seen_assignment (principal_row INTEGER, job TEXT, role_id TEXT,
      PRIMARY KEY (principal_row, job, role_id)) WITHOUT ROWID;
    CREATE TEMP TABLE seen_role (job TEXT, id TEXT, PRIMARY KEY (job, id)) WITHOUT ROWID;`);
  const firstNewRow = db.prepare('SELECT coalesce(max(row), 0) + 1 FROM object').pluck().get() as number;
  const object = db.prepare('INSERT OR IGNORE INTO temp.seen VALUES (?)');
  const member = db.prepare('INSERT OR IGNORE INTO temp.seen_member VALUES (?, ?)');
  const assignment = db.prepare('INSERT OR IGNORE INTO temp.seen_assignment VALUES (?, ?, ?)');
  const role = db.prepare('INSERT OR IGNORE INTO temp.seen_role VALUES (?, ?)');
  return {
    firstNewRow,
    object: ({ row, outcome }) => (row < firstNewRow ? object.run(row).changes > 0 : outcome === 'added'),
    member: (groupRow, memberRow) => void member.run(groupRow, memberRow),
    assignment: (principalRow, job, roleId) => void assignment.run(principalRow, job, roleId),
    role: (job, roleId) => void role.run(job, roleId),
  };
}

/** What `removeLacking` needs of an import. */
interface MirroredImport {
  readonly bin: RecycleBin;
  readonly relations: RelationWriter;
  readonly carried: ReadonlySet<ImportKind>;
  readonly seen: Seen;
}

/** Removes what the files lack of the kinds they cover. @returns removals by kind */
export function removeLacking(
  db: Connection,
  { bin, relations, carried, seen }: MirroredImport,
  at: number,
): Readonly<Partial<Record<ImportKind, number>>> {
  const removed: Partial<Record<ImportKind, number>> = {};
  const end = seen.firstNewRow;
  if (carried.has('users')) removed.users = deleteObjects(db, bin, 'User', end, at);
  if (carried.has('groups')) removed.groups = deleteObjects(db, bin, 'Group', end, at);
  if (carried.has('memberships')) removed.memberships = removeMembers(db, relations, at);
  if (carried.has('assignments')) removed.assignments = removeAssignments(db, relations, at);
  if (carried.has('appRoles')) removed.appRoles = removeRoles(db, relations, at);
  return removed;
}

function deleteObjects(db: Connection, bin: RecycleBin, type: ObjectType, end: number, at: number): number {
  const page = db.prepare(LACKING.objects);
  let deleted = 0;
  for (let after = 0; ; ) {
    const rows = page.all(type, after, end) as Principal[];
    const last = rows.at(-1);
    if (last === undefined) return deleted;
    deleted += rows.filter((row) => bin.delete(row, at)).length;
    after = last.row;
  }
}

function removeMembers(db: Connection, relations: RelationWriter, at: number): number {
  const page = db.prepare(LACKING.members);
  let removed = 0;
  for (let after = [0, 0]; ; ) {
    const rows = page.all(...after) as { groupRow: number; memberRow: number }[];
    const end = rows.at(-1);
    if (end === undefined) return removed;
    removed += rows.filter((row) => relations.removeMember(row.groupRow, row.memberRow, at)).length;
    after = [end.groupRow, end.memberRow];
  }
}

function removeAssignments(db: Connection, relations: RelationWriter, at: number): number {
  const rows = db.prepare(LACKING.assignments).all() as (Principal & { job: string; roleId: string })[];
  return rows.filter((row) => relations.unassign(row, row.job, row.roleId, at)).length;
}

function removeRoles(db: Connection, relations: RelationWriter, at: number): number {
  const rows = db.prepare(LACKING.roles).all() as { job: string; id: string }[];
  return rows.filter((row) => relations.removeRole(row.job, row.id, at)).length;
}
