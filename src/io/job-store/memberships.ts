import type Database from 'better-sqlite3';
import type { SourceId } from '../../model/identifiers.ts';
import type { JobReader } from '../../model/ports.ts';
import type { ObjectNumber } from './source-objects.ts';

/** Reads the memberships that were last written to the target. */
export type MembershipReader = Pick<JobReader, 'memberships' | 'membersAmong' | 'membershipCount'>;

// CROSS JOIN keeps SQLite to the order written: from the group's rows to the names of its members.
const MEMBERS = `source_object AS g
  CROSS JOIN membership AS m ON m.group_object = g.object
  CROSS JOIN source_object AS o ON o.object = m.member_object
  WHERE g.source_id = ?`;

/** Prepares the reading of memberships. */
export const prepareMembershipReader = (db: Database.Database): MembershipReader => {
  const first = db
    .prepare<[SourceId, number], SourceId>(`SELECT o.source_id FROM ${MEMBERS} ORDER BY o.source_id LIMIT ?`)
    .pluck();
  const numbers = db
    .prepare<[SourceId], ObjectNumber>(`SELECT o.object FROM ${MEMBERS} ORDER BY o.source_id`)
    .pluck();
  const named = db
    .prepare<[string], SourceId>(
      `SELECT o.source_id FROM json_each(?) AS asked CROSS JOIN source_object AS o ON o.object = asked.value
       ORDER BY asked.key`,
    )
    .pluck();
  const among = db
    .prepare<[string, SourceId], SourceId>(
      `SELECT o.source_id FROM json_each(?) AS asked
       CROSS JOIN source_object AS o ON o.source_id = asked.value
       WHERE EXISTS (SELECT 1 FROM membership WHERE member_object = o.object
         AND group_object = (SELECT object FROM source_object WHERE source_id = ?))`,
    )
    .pluck();
  const count = db.prepare<[], number>('SELECT count(*) FROM membership').pluck();
  return {
    membershipCount: () => count.get() ?? 0,
    memberships: function* (group, limit) {
      const page = first.all(group, limit + 1);
      if (page.length <= limit) {
        if (page.length > 0) yield page;
        return;
      }
      // A large group is put in order once, as 8 bytes a member, and not once for each of its pages.
      const order = numbers.all(group);
      for (let start = 0; start < order.length; start += limit) {
        yield named.all(JSON.stringify(order.slice(start, start + limit)));
      }
    },
    membersAmong: (group, members) => new Set(among.all(JSON.stringify(members), group)),
  };
};

/** Writes memberships. */
export interface MembershipWriter {
  add(group: ObjectNumber, members: readonly SourceId[]): void;
  remove(group: ObjectNumber, members: readonly SourceId[]): void;
  /** Forgets all memberships of an object, as a group and as a member. */
  drop(object: ObjectNumber): void;
}

/** Prepares the writing of memberships. */
export const prepareMembershipWriter = (db: Database.Database): MembershipWriter => {
  const name = db.prepare(
    `INSERT INTO source_object (source_id) SELECT asked.value FROM json_each(?) AS asked
     WHERE NOT EXISTS (SELECT 1 FROM source_object WHERE source_id = asked.value)`,
  );
  const add = db.prepare(
    `INSERT OR IGNORE INTO membership (group_object, member_object)
     SELECT ?, o.object FROM json_each(?) AS asked CROSS JOIN source_object AS o ON o.source_id = asked.value`,
  );
  const remove = db.prepare(
    `DELETE FROM membership WHERE group_object = ? AND member_object IN (
       SELECT o.object FROM json_each(?) AS asked CROSS JOIN source_object AS o ON o.source_id = asked.value)`,
  );
  const dropGroup = db.prepare('DELETE FROM membership WHERE group_object = ?');
  const dropMember = db.prepare('DELETE FROM membership WHERE member_object = ?');
  return {
    add: (group, members) => {
      if (members.length === 0) return;
      const asked = JSON.stringify([...new Set(members)]);
      name.run(asked);
      add.run(group, asked);
    },
    remove: (group, members) => {
      if (members.length > 0) remove.run(group, JSON.stringify(members));
    },
    drop: (object) => {
      dropGroup.run(object);
      dropMember.run(object);
    },
  };
};
