import type { AppRole } from '../../../../model/directory.ts';
import type { ListedRole } from '../../directory-store.ts';
import { excerpt } from './attribute-values.ts';
import type { Connection } from './database.ts';

interface RoleRow {
  readonly job: string;
  readonly id: string;
  readonly value: string;
  readonly displayName: string;
  readonly isEnabled: number;
  readonly allowedMemberTypes: string;
}

const ROLE_COLUMNS = `job, id, value, display_name AS displayName, is_enabled AS isEnabled,
  allowed_member_types AS allowedMemberTypes`;

/** All roles of all applications, by job and id. */
export function listRoles(db: Connection): readonly ListedRole[] {
  return (db.prepare(`SELECT ${ROLE_COLUMNS} FROM app_role ORDER BY job, id`).all() as RoleRow[]).map(
    (row) => ({
      job: row.job,
      ...appRole(row),
    }),
  );
}

/** Makes the function that reads the roles of an application; a role of its own hides one of every application. */
export function roleReader(db: Connection): (job: string) => readonly AppRole[] {
  const select = db.prepare(`SELECT ${ROLE_COLUMNS} FROM app_role WHERE job IN (?, '') ORDER BY job, id`);
  return (job) => {
    const rows = select.all(job) as RoleRow[];
    return [...new Map(rows.map((row) => [row.id, appRole(row)])).values()];
  };
}

const appRole = (row: RoleRow): AppRole => ({
  id: row.id,
  value: row.value,
  displayName: row.displayName,
  isEnabled: row.isEnabled === 1,
  allowedMemberTypes: JSON.parse(row.allowedMemberTypes),
});

/** The role that a text names: by id, else by value, else by displayName. */
export function findRole(roles: readonly AppRole[], text: string): AppRole | null {
  return (
    roles.find((role) => role.id === text.toLowerCase()) ??
    roles.find((role) => role.value === text) ??
    roles.find((role) => role.displayName === text) ??
    null
  );
}

/** Says that an application has no role of that name, and which it has. */
export function noSuchRole(roles: readonly AppRole[], text: string): string {
  return roles.length === 0
    ? `there is no role ${excerpt(text)}: the application has no roles; import them as appRoles, or leave the role out`
    : `there is no role ${excerpt(text)}: expected one of ${roles.map((role) => excerpt(role.value || role.displayName)).join(', ')}`;
}
