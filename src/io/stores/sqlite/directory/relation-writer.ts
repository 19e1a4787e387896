import type { AppRole, ObjectType } from '../../../../model/directory.ts';
import type { Connection } from './database.ts';
import type { AppendChange } from './feed.ts';
import type { Stored } from './object-writer.ts';

/** The subject of an assignment. */
export interface Principal {
  readonly row: number;
  readonly type: ObjectType;
}

/**
 * Stores memberships, assignments and roles, and says so in the feed when something changed. Each function returns
 * whether, or how, anything did. An empty job means every application.
 */
export interface RelationWriter {
  addMember(groupRow: number, memberRow: number, at: number): boolean;
  removeMember(groupRow: number, memberRow: number, at: number): boolean;
  assign(principal: Principal, job: string, roleId: string, at: number): boolean;
  unassign(principal: Principal, job: string, roleId: string, at: number): boolean;
  putRole(job: string, role: AppRole, at: number): Stored['outcome'];
  /** Removes a role and the assignments that grant it. */
  removeRole(job: string, roleId: string, at: number): boolean;
}

/** Makes the writer of memberships, assignments and roles; it opens no transaction. */
export function relationWriter(db: Connection, append: AppendChange): RelationWriter {
  const insertMember = db.prepare('INSERT OR IGNORE INTO member (group_row, member_row) VALUES (?, ?)');
  const deleteMember = db.prepare('DELETE FROM member WHERE group_row = ? AND member_row = ?');
  const insertAssignment = db.prepare(
    'INSERT OR IGNORE INTO assignment (principal_row, job, role_id) VALUES (?, ?, ?)',
  );
  const deleteAssignment = db.prepare(
    'DELETE FROM assignment WHERE principal_row = ? AND job = ? AND role_id = ?',
  );
  // A role of every application may be granted for one application, which may have a role of that id of its own.
  const holders = db.prepare(
    `SELECT o.row, o.type, a.job FROM assignment a JOIN object o ON o.row = a.principal_row
     WHERE a.role_id = @roleId AND (a.job = @job OR (@job = '' AND NOT EXISTS (
       SELECT 1 FROM app_role r WHERE r.job = a.job AND r.id = a.role_id)))`,
  );
  const roleExists = db.prepare('SELECT 1 FROM app_role WHERE job = ? AND id = ?');
  const upsertRole = db.prepare(
    `INSERT INTO app_role (job, id, value, display_name, is_enabled, allowed_member_types) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (job, id) DO UPDATE SET value = excluded.value, display_name = excluded.display_name,
       is_enabled = excluded.is_enabled, allowed_member_types = excluded.allowed_member_types
     WHERE value <> excluded.value OR display_name <> excluded.display_name OR is_enabled <> excluded.is_enabled
       OR allowed_member_types <> excluded.allowed_member_types`,
  );
  const deleteRole = db.prepare('DELETE FROM app_role WHERE job = ? AND id = ?');

  const unassign: RelationWriter['unassign'] = (principal, job, roleId, at) => {
    if (deleteAssignment.run(principal.row, job, roleId).changes === 0) return false;
    append(assignmentChange('removed', principal, job, roleId), at);
    return true;
  };

  return {
    addMember(groupRow, memberRow, at) {
      if (insertMember.run(groupRow, memberRow).changes === 0) return false;
      append({ kind: 'membership', action: 'added', objectRow: groupRow, relatedRow: memberRow }, at);
      return true;
    },
    removeMember(groupRow, memberRow, at) {
      if (deleteMember.run(groupRow, memberRow).changes === 0) return false;
      append({ kind: 'membership', action: 'removed', objectRow: groupRow, relatedRow: memberRow }, at);
      return true;
    },
    assign(principal, job, roleId, at) {
      if (insertAssignment.run(principal.row, job, roleId).changes === 0) return false;
      append(assignmentChange('added', principal, job, roleId), at);
      return true;
    },
    unassign,
    putRole(job, role, at) {
      const existed = roleExists.get(job, role.id) !== undefined;
      const types = JSON.stringify(role.allowedMemberTypes);
      const { changes } = upsertRole.run(
        job,
        role.id,
        role.value,
        role.displayName,
        role.isEnabled ? 1 : 0,
        types,
      );
      if (changes === 0) return 'unchanged';
      append(
        {
          kind: 'role',
          action: existed ? 'updated' : 'created',
          objectRow: null,
          job,
          detail: role.displayName,
        },
        at,
      );
      return existed ? 'changed' : 'added';
    },
    removeRole(job, roleId, at) {
      for (const holder of holders.all({ job, roleId }) as (Principal & { job: string })[]) {
        unassign(holder, holder.job, roleId, at);
      }
      if (deleteRole.run(job, roleId).changes === 0) return false;
      append({ kind: 'role', action: 'deleted', objectRow: null, job, detail: roleId }, at);
      return true;
    },
  };
}

const assignmentChange = (
  action: 'added' | 'removed',
  principal: Principal,
  job: string,
  roleId: string,
): Parameters<AppendChange>[0] => ({
  kind: 'assignment',
  action,
  objectRow: principal.row,
  job,
  detail: roleId,
  reachesMembers: principal.type === 'Group',
});
