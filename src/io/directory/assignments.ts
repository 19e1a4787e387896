import type { AppRole, Assignment } from '../../model/directory.ts';
import { DEFAULT_ACCESS_ROLE_ID } from '../../model/directory.ts';
import { sourceId } from '../../model/identifiers.ts';
import type { Connection } from './database.ts';

interface AssignmentRow {
  readonly row: number;
  readonly roleId: string;
  readonly groupId: string | null;
  readonly groupLabel: string | null;
  readonly securityEnabled: number | null;
}

/** The assignments of some objects to one application, by row. */
export type AssignmentsOf = (
  rows: readonly number[],
  job: string,
  roles: readonly AppRole[],
) => ReadonlyMap<number, readonly Assignment[]>;

/**
 * The paths by which a page of objects is assigned: directly, or for a user as an immediate member of an assigned
 * group. Groups in the recycle bin assign nobody, and a group gets nothing from the group it is a member of.
 * @see Entra "How provisioning works", Assignment-based scoping
 */
export const ASSIGNMENTS = `
  SELECT p.value AS row, a.role_id AS roleId, NULL AS groupId, NULL AS groupLabel, NULL AS securityEnabled
  FROM json_each(@rows) p CROSS JOIN assignment a ON a.principal_row = p.value AND a.job IN (@job, '')
  UNION
  SELECT m.member_row, a.role_id, g.id, g.label, g.security_enabled
  FROM json_each(@rows) p
  CROSS JOIN member m ON m.member_row = p.value
  CROSS JOIN assignment a ON a.principal_row = m.group_row AND a.job IN (@job, '')
  CROSS JOIN object g ON g.row = m.group_row
  CROSS JOIN object o ON o.row = m.member_row
  WHERE g.deleted_at IS NULL AND o.type = 'User'
  ORDER BY 1, 3, 2`;

/** Makes the function that reads assignments page-wise. */
export function assignmentReader(db: Connection): AssignmentsOf {
  const select = db.prepare(ASSIGNMENTS);
  return (rows, job, roles) => {
    const roleOf = new Map<string, AppRole | null>(roles.map((role) => [role.id, role]));
    roleOf.set(DEFAULT_ACCESS_ROLE_ID, null);
    const found = new Map<number, Assignment[]>();
    for (const row of select.all({ rows: JSON.stringify(rows), job }) as AssignmentRow[]) {
      const role = roleOf.get(row.roleId);
      // A role that this application does not have: granted for every application, and defined by another one only.
      if (role === undefined) continue;
      const assignment = { throughGroup: throughGroup(row), role };
      const others = found.get(row.row);
      if (others === undefined) found.set(row.row, [assignment]);
      else others.push(assignment);
    }
    return found;
  };
}

const throughGroup = (row: AssignmentRow): Assignment['throughGroup'] =>
  row.groupId === null
    ? null
    : {
        id: sourceId(row.groupId),
        displayName: row.groupLabel ?? row.groupId,
        securityEnabled: row.securityEnabled === 1,
      };
