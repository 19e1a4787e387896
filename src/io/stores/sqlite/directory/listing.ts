import type { AppRole } from '../../../../model/directory.ts';
import { DEFAULT_ACCESS_ROLE_ID } from '../../../../model/directory.ts';
import type { SourceId } from '../../../../model/identifiers.ts';
import type { Synchronous } from '../../asynchronous.ts';
import type {
  DirectoryListing,
  ListedAssignment,
  RelatedObject,
  StoredObject,
} from '../../directory-store.ts';
import type { Connection } from './database.ts';
import { listChanges } from './feed.ts';
import type { Lookup } from './lookup.ts';
import { requireNamed } from './lookup.ts';
import type { ObjectRow } from './objects.ts';
import { attributesOf, OBJECT_COLUMNS, presenceOf } from './objects.ts';
import { pagesByRow } from './pages.ts';
import { listRoles, roleReader } from './roles.ts';

interface StoredRow extends ObjectRow {
  readonly id: SourceId;
  readonly manager: SourceId | null;
}

const STORED = `SELECT ${OBJECT_COLUMNS} FROM object o LEFT JOIN document d ON d.row = o.row`;

/** Makes the listings of a store. */
export function directoryListing(db: Connection, lookup: Lookup): Synchronous<DirectoryListing> {
  const page = `${STORED} WHERE o.type = @type AND o.is_gone = 0 AND o.row > @after ORDER BY o.row LIMIT @limit`;
  const some = db.prepare(`${STORED} WHERE o.id IN (SELECT value FROM json_each(?))`);
  const groups = db.prepare(
    `SELECT g.id, g.type, g.label FROM object o CROSS JOIN member m ON m.member_row = o.row
     CROSS JOIN object g ON g.row = m.group_row WHERE o.id = ? ORDER BY g.label, g.id`,
  );
  const memberCounts = db.prepare(
    `SELECT g.id, count(*) AS count FROM json_each(?) asked CROSS JOIN object g ON g.id = asked.value
     CROSS JOIN member m ON m.group_row = g.row GROUP BY g.row`,
  );
  const assignments = db.prepare(
    `SELECT o.id, o.type, o.label, a.job, a.role_id AS roleId FROM assignment a JOIN object o ON o.row = a.principal_row
     WHERE @id IS NULL OR a.principal_row = (SELECT row FROM object WHERE id = @id)
     ORDER BY a.job, o.label, o.id, a.role_id`,
  );
  const rolesOf = roleReader(db);
  return {
    named: (text) => requireNamed(text, lookup.byName(text)),
    deletedNamed: (text) => requireNamed(text, lookup.inRecycleBin(text) ?? lookup.byName(text)),
    *stored(type, limit) {
      for (const rows of pagesByRow<StoredRow>(db, page, { type, limit })) yield rows.map(storedObject);
    },
    storedObjects(ids) {
      const rows = some.all(JSON.stringify(ids)) as StoredRow[];
      return new Map(rows.map((row) => [row.id, storedObject(row)]));
    },
    memberCounts(ids) {
      const rows = memberCounts.all(JSON.stringify(ids)) as { id: SourceId; count: number }[];
      return new Map(rows.map(({ id, count }) => [id, count]));
    },
    groupsOf: (id) => groups.all(id) as RelatedObject[],
    allAssignments(principal) {
      const rows = assignments.all({ id: principal ?? null }) as AssignmentRow[];
      const roles = new Map([...new Set(rows.map((row) => row.job))].map((job) => [job, rolesOf(job)]));
      return rows.map((row) => listedAssignment(row, roles.get(row.job) ?? []));
    },
    allRoles: () => listRoles(db),
    changes: (since, limit) => listChanges(db, since, limit),
  };
}

interface AssignmentRow extends RelatedObject {
  readonly job: string;
  readonly roleId: string;
}

const listedAssignment = (row: AssignmentRow, roles: readonly AppRole[]): ListedAssignment => ({
  principal: { id: row.id, type: row.type, label: row.label },
  job: row.job || null,
  role: row.roleId === DEFAULT_ACCESS_ROLE_ID ? null : (roles.find((role) => role.id === row.roleId) ?? null),
});

/** Every object that is not purged is in the recycle bin, whatever the time. */
const storedObject = (row: StoredRow): StoredObject => {
  const presence = presenceOf(row, Number.NEGATIVE_INFINITY);
  return {
    row: row.row,
    id: row.id,
    type: row.type,
    label: row.label,
    presence,
    deletedAt: row.deletedAt === null ? null : new Date(row.deletedAt).toISOString(),
    manager: row.manager,
    attributes: attributesOf(row, presence),
  };
};
