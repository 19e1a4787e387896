import type { Instant } from '../../../../model/identifiers.ts';
import type { Connection } from './database.ts';
import { inTransaction } from './database.ts';
import { expiredBefore } from './due.ts';
import type { AppendChange } from './feed.ts';
import { kindOf } from './object-writer.ts';
import type { Principal, RelationWriter } from './relation-writer.ts';

/** Puts objects into the recycle bin, and forgets them. Each returns whether anything changed. */
export interface RecycleBin {
  /** A deleted object keeps its memberships and assignments. */
  delete(object: Principal, at: number): boolean;
  /**
   * Deletes for good. Memberships and assignments end, each with a change of its own; id, type and label stay, so that
   * jobs can deprovision what they made of it.
   */
  purge(object: Principal, at: number): boolean;
}

/** Makes the recycle bin of a store; it opens no transaction. */
export function recycleBin(db: Connection, append: AppendChange, relations: RelationWriter): RecycleBin {
  const putAway = db.prepare('UPDATE object SET deleted_at = ? WHERE row = ? AND deleted_at IS NULL');
  const forget = db.prepare(
    'UPDATE object SET is_gone = 1, deleted_at = ?, manager = NULL WHERE row = ? AND is_gone = 0',
  );
  const dropDocument = db.prepare('DELETE FROM document WHERE row = ?');
  const members = db.prepare('SELECT member_row FROM member WHERE group_row = ?').pluck();
  const groups = db.prepare('SELECT group_row FROM member WHERE member_row = ?').pluck();
  const assignments = db.prepare('SELECT job, role_id AS roleId FROM assignment WHERE principal_row = ?');
  const appendAbout = (object: Principal, action: 'deleted' | 'purged', at: number): void =>
    append(
      { kind: kindOf(object.type), action, objectRow: object.row, reachesMembers: object.type === 'Group' },
      at,
    );

  return {
    delete(object, at) {
      if (putAway.run(at, object.row).changes === 0) return false;
      appendAbout(object, 'deleted', at);
      return true;
    },
    purge(object, at) {
      // What was live is deleted first: the feed records when an object was lost.
      if (putAway.run(at, object.row).changes > 0) appendAbout(object, 'deleted', at);
      if (forget.run(at, object.row).changes === 0) return false;
      for (const { job, roleId } of assignments.all(object.row) as { job: string; roleId: string }[]) {
        relations.unassign(object, job, roleId, at);
      }
      for (const member of members.all(object.row) as number[])
        relations.removeMember(object.row, member, at);
      for (const group of groups.all(object.row) as number[]) relations.removeMember(group, object.row, at);
      dropDocument.run(object.row);
      appendAbout(object, 'purged', at);
      return true;
    },
  };
}

/** Objects purged by one transaction at most, so that a large recycle bin does not hold up other writers. */
const PURGED_TOGETHER = 500;

/**
 * Deletes for good what has been in the recycle bin for 30 days.
 * @returns how many objects that were
 */
export function purgeExpired(db: Connection, bin: RecycleBin, now: Instant): number {
  const expired = db.prepare(
    `SELECT row, type FROM object
     WHERE deleted_at IS NOT NULL AND is_gone = 0 AND deleted_at <= ? ORDER BY deleted_at LIMIT ${PURGED_TOGETHER}`,
  );
  const purgeSome = (): number => {
    const objects = expired.all(expiredBefore(now)) as Principal[];
    for (const object of objects) bin.purge(object, Date.parse(now));
    return objects.length;
  };
  let purged = 0;
  for (let some = PURGED_TOGETHER; some === PURGED_TOGETHER; purged += some)
    some = inTransaction(db, purgeSome);
  return purged;
}
