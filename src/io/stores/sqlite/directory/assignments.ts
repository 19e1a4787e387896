import type { AppRole, Assignment } from '../../../../model/directory.ts';
import { DEFAULT_ACCESS_ROLE_ID } from '../../../../model/directory.ts';
import { sourceId } from '../../../../model/identifiers.ts';
import type { Connection } from './database.ts';

type AssignmentRow = readonly [row: number, roleId: string, groupRow: number | null, groupId: string | null];

interface GroupRow {
  readonly id: string;
  readonly label: string;
  readonly securityEnabled: number;
}

/** The assignments of some objects to one application, by row. */
export type AssignmentsOf = (
  rows: readonly number[],
  job: string,
  roles: readonly AppRole[],
) => ReadonlyMap<number, readonly Assignment[]>;

/**
 * The paths by which a page of objects is assigned: directly, or for a user as an immediate member of an assigned
 * group. Groups in the recycle bin assign no one, and a group gets nothing from the group it is a member of.
 * @see Entra "How provisioning works", Assignment-based scoping
 */
export const ASSIGNMENTS = `
  SELECT p.value, a.role_id, NULL, NULL
  FROM json_each(@rows) p CROSS JOIN assignment a ON a.principal_row = p.value AND a.job IN (@job, '')
  UNION
  SELECT m.member_row, a.role_id, m.group_row, g.id
  FROM json_each(@rows) p
  CROSS JOIN member m ON m.member_row = p.value
  CROSS JOIN assignment a ON a.principal_row = m.group_row AND a.job IN (@job, '')
  CROSS JOIN object g ON g.row = m.group_row
  CROSS JOIN object o ON o.row = m.member_row
  WHERE g.deleted_at IS NULL AND o.type = 'User'
  ORDER BY 1, 4, 2 LIMIT @limit`;

/** How many paths are read at once: read one by one, each takes twice as long. */
const AT_ONCE = 10_000;

/** SQLite's word for all of them. */
const NO_LIMIT = -1;

/** Makes the function that reads assignments page-wise. */
export function assignmentReader(db: Connection): AssignmentsOf {
  const select = db.prepare(ASSIGNMENTS).raw();
  /** The members of thousands of groups come to more rows than a cycle has memory for: they are read one by one. */
  const pathsOf = (asked: { readonly rows: string; readonly job: string }): Iterable<AssignmentRow> => {
    const some = select.all({ ...asked, limit: AT_ONCE }) as AssignmentRow[];
    return some.length < AT_ONCE
      ? some
      : (select.iterate({ ...asked, limit: NO_LIMIT }) as IterableIterator<AssignmentRow>);
  };
  const selectGroup = db.prepare(
    'SELECT id, label, security_enabled AS securityEnabled FROM object WHERE row = ?',
  );
  return (rows, job, roles) => {
    const pathOf = pathMaker(roles, (row) => throughGroup(selectGroup.get(row) as GroupRow));
    const found = new Map<number, Assignment[]>();
    for (const [row, roleId, groupRow] of pathsOf({ rows: JSON.stringify(rows), job })) {
      const path = pathOf(roleId, groupRow);
      if (path === null) continue;
      const others = found.get(row);
      if (others === undefined) found.set(row, [path]);
      else others.push(path);
    }
    return found;
  };
}

/**
 * Makes each path once, however many objects it assigns: those of a page may be members of thousands of groups. Null: a
 * role that this application does not have, granted for every application and defined by another one only.
 */
function pathMaker(
  roles: readonly AppRole[],
  groupOf: (row: number) => Assignment['throughGroup'],
): (roleId: string, groupRow: number | null) => Assignment | null {
  const roleOf = new Map<string, AppRole | null>(roles.map((role) => [role.id, role]));
  roleOf.set(DEFAULT_ACCESS_ROLE_ID, null);
  const made = new Map<string, Map<number | null, Assignment>>();
  return (roleId, groupRow) => {
    const role = roleOf.get(roleId);
    if (role === undefined) return null;
    const ofRole = made.get(roleId) ?? new Map<number | null, Assignment>();
    made.set(roleId, ofRole);
    const path = ofRole.get(groupRow) ?? { throughGroup: groupRow === null ? null : groupOf(groupRow), role };
    ofRole.set(groupRow, path);
    return path;
  };
}

const throughGroup = ({ id, label, securityEnabled }: GroupRow): Assignment['throughGroup'] => ({
  id: sourceId(id),
  displayName: label,
  securityEnabled: securityEnabled === 1,
});
