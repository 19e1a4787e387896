import type Database from 'better-sqlite3';
import type { SourceId } from '../../../../model/identifiers.ts';
import type { JobReader, MembersByGroup } from '../../../../model/ports.ts';
import type { Synchronous } from '../../asynchronous.ts';
import type { ObjectNumber } from './source-objects.ts';

/** Reads the memberships that were last written to the target. */
export type MembershipReader = Pick<
  Synchronous<JobReader>,
  'memberships' | 'membersAmong' | 'groupsOf' | 'membershipCount' | 'pendingMembers'
>;

interface GroupMember {
  readonly grp: SourceId;
  readonly member: SourceId;
}

// CROSS JOIN keeps SQLite to the order written: from the group's rows to the names of its members.
const MEMBERS = `source_object AS g
  CROSS JOIN membership AS m ON m.group_object = g.object
  CROSS JOIN source_object AS o ON o.object = m.member_object
  WHERE g.source_id = ?`;

/** Prepares the reading of memberships. */
export function prepareMembershipReader(db: Database.Database): MembershipReader {
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
  const among = db.prepare<[string], GroupMember>(
    `SELECT g.source_id AS grp, o.source_id AS member FROM json_each(?) AS asked
     CROSS JOIN source_object AS g ON g.source_id = json_extract(asked.value, '$[0]')
     CROSS JOIN json_each(asked.value, '$[1]') AS one
     CROSS JOIN source_object AS o ON o.source_id = one.value
     WHERE EXISTS (SELECT 1 FROM membership WHERE member_object = o.object AND group_object = g.object)`,
  );
  const holding = db.prepare<[string], GroupMember>(
    `SELECT g.source_id AS grp, o.source_id AS member FROM json_each(?) AS asked
     CROSS JOIN source_object AS o ON o.source_id = asked.value
     CROSS JOIN membership AS m ON m.member_object = o.object
     CROSS JOIN source_object AS g ON g.object = m.group_object`,
  );
  const count = db.prepare<[], number>('SELECT count(*) FROM membership').pluck();
  const pending = db.prepare<[string], GroupMember>(
    `SELECT g.source_id AS grp, o.source_id AS member FROM json_each(?) AS asked
     CROSS JOIN source_object AS g ON g.source_id = asked.value
     CROSS JOIN pending_member AS p ON p.group_object = g.object
     CROSS JOIN source_object AS o ON o.object = p.member_object
     ORDER BY o.source_id`,
  );
  return {
    groupsOf: (members) => byGroup(holding.all(JSON.stringify(members))),
    pendingMembers: (groups) => byGroup(pending.all(JSON.stringify(groups))),
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
    membersAmong: (asked) =>
      new Map(
        [...byGroup(among.all(JSON.stringify([...asked])))].map(([group, members]) => [
          group,
          new Set(members),
        ]),
      ),
  };
}

function byGroup(rows: readonly GroupMember[]): MembersByGroup {
  const groups = new Map<SourceId, SourceId[]>();
  for (const { grp, member } of rows) {
    const members = groups.get(grp);
    if (members === undefined) groups.set(grp, [member]);
    else members.push(member);
  }
  return groups;
}

/** Writes memberships. */
export interface MembershipWriter {
  add(group: ObjectNumber, members: readonly SourceId[]): void;
  remove(group: ObjectNumber, members: readonly SourceId[]): void;
  /** Notes that it is not known whether these are members; adding or removing a member settles it. */
  begin(group: ObjectNumber, members: readonly SourceId[]): void;
  /** Settles the intents of members, whatever they are. */
  settle(group: ObjectNumber, members: readonly SourceId[]): void;
  /** Notes of all members of a group that it is not known whether they are members. */
  doubt(group: ObjectNumber): void;
  /** Forgets all memberships of an object, as a group and as a member. */
  drop(object: ObjectNumber): void;
}

/** Prepares the writing of memberships. */
export function prepareMembershipWriter(db: Database.Database): MembershipWriter {
  const name = db.prepare(
    `INSERT INTO source_object (source_id) SELECT asked.value FROM json_each(?) AS asked
     WHERE NOT EXISTS (SELECT 1 FROM source_object WHERE source_id = asked.value)`,
  );
  const adding = (table: string) =>
    db.prepare(
      `INSERT OR IGNORE INTO ${table} (group_object, member_object)
       SELECT ?, o.object FROM json_each(?) AS asked CROSS JOIN source_object AS o ON o.source_id = asked.value`,
    );
  const removing = (table: string) =>
    db.prepare(
      `DELETE FROM ${table} WHERE group_object = ? AND member_object IN (
         SELECT o.object FROM json_each(?) AS asked CROSS JOIN source_object AS o ON o.source_id = asked.value)`,
    );
  const add = adding('membership');
  const remove = removing('membership');
  const begin = adding('pending_member');
  const settle = removing('pending_member');
  const doubt = db.prepare(
    `INSERT OR IGNORE INTO pending_member (group_object, member_object)
     SELECT group_object, member_object FROM membership WHERE group_object = ?`,
  );
  const dropping = ['membership', 'pending_member'].flatMap((table) => [
    db.prepare(`DELETE FROM ${table} WHERE group_object = ?`),
    db.prepare(`DELETE FROM ${table} WHERE member_object = ?`),
  ]);
  /** Names members who have no number yet, and puts them into a table; returns them as statements take them. */
  const put = (into: Database.Statement, group: ObjectNumber, members: readonly SourceId[]): string => {
    const asked = JSON.stringify([...new Set(members)]);
    name.run(asked);
    into.run(group, asked);
    return asked;
  };
  return {
    add: (group, members) => {
      if (members.length > 0) settle.run(group, put(add, group, members));
    },
    remove: (group, members) => {
      if (members.length === 0) return;
      const asked = JSON.stringify(members);
      for (const from of [remove, settle]) from.run(group, asked);
    },
    begin: (group, members) => {
      if (members.length > 0) put(begin, group, members);
    },
    settle: (group, members) => {
      if (members.length > 0) settle.run(group, JSON.stringify(members));
    },
    doubt: (group) => {
      doubt.run(group);
    },
    drop: (object) => {
      for (const drop of dropping) drop.run(object);
    },
  };
}
