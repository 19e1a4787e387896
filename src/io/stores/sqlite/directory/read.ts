import type { DirectoryObject, MembershipDelta, ObjectType } from '../../../../model/directory.ts';
import type { SourceId } from '../../../../model/identifiers.ts';
import { sourceId } from '../../../../model/identifiers.ts';
import type { DirectoryReader, DirectoryView } from '../../../../model/ports.ts';
import type { Synchronous } from '../../asynchronous.ts';
import { assignmentReader } from './assignments.ts';
import type { Connection } from './database.ts';
import { dueGatherer } from './due.ts';
import { lastChange, oldestWatermark } from './feed.ts';
import { lossReader } from './loss.ts';
import type { ObjectRow } from './objects.ts';
import { OBJECT_COLUMNS, objectsOf } from './objects.ts';
import { pagesByRow, pagesOfListed } from './pages.ts';
import { roleReader } from './roles.ts';

/** One page of all objects of a type, by row. */
export const PAGE_OF_OBJECTS = `
  SELECT ${OBJECT_COLUMNS} FROM object o LEFT JOIN document d ON d.row = o.row
  WHERE o.type = @type AND o.row > @after ORDER BY o.row LIMIT @limit`;

/** One page of the objects that are due, by row. */
export const PAGE_OF_DUE = `
  SELECT ${OBJECT_COLUMNS} FROM temp.due w CROSS JOIN object o ON o.row = w.row LEFT JOIN document d ON d.row = o.row
  WHERE w.reader = @reader AND w.row > @after AND o.type = @type ORDER BY w.row LIMIT @limit`;

const LIST_MEMBERS = `
  INSERT INTO temp.listed SELECT @reader, o.id, o.row FROM object g
  CROSS JOIN member m ON m.group_row = g.row CROSS JOIN object o ON o.row = m.member_row
  WHERE g.id = @group ORDER BY o.id`;

const LIST_CHANGED_MEMBERS = `
  INSERT OR IGNORE INTO temp.listed SELECT @reader, o.id, o.row FROM object g
  CROSS JOIN change c ON c.object_row = g.row CROSS JOIN object o ON o.row = c.related_row
  WHERE g.id = @group AND c.kind = 'membership' AND c.seq > @since AND c.seq <= @until ORDER BY o.id`;

const PAGE_OF_MEMBERS = `
  SELECT l.id, o.type FROM temp.listed l CROSS JOIN object o ON o.row = l.row
  WHERE l.reader = @reader AND l.id > @after ORDER BY l.id LIMIT @limit`;

const PAGE_OF_CHANGED_MEMBERS = `
  SELECT l.id, o.type, EXISTS (SELECT 1 FROM member m WHERE m.group_row = g.row AND m.member_row = l.row) AS isMember
  FROM object g CROSS JOIN temp.listed l CROSS JOIN object o ON o.row = l.row
  WHERE g.id = @group AND l.reader = @reader AND l.id > @after ORDER BY l.id LIMIT @limit`;

/**
 * Makes the reader of a directory store. What it pages through is gathered once in a table of the connection, so pages
 * may be read slowly, side by side, and while the store is written to.
 */
export function directoryReader(db: Connection): Synchronous<DirectoryReader> {
  const roles = roleReader(db);
  const assignmentsOf = assignmentReader(db);
  const gatherDue = dueGatherer(db);
  const id = db.prepare("SELECT value FROM meta WHERE key = 'directoryId'").pluck().get() as string;
  const count = db.prepare('SELECT n FROM object_count WHERE type = ?').pluck();
  const found = db.prepare(
    `SELECT ${OBJECT_COLUMNS} FROM json_each(?) i CROSS JOIN object o ON o.id = i.value
     LEFT JOIN document d ON d.row = o.row ORDER BY i.key`,
  );
  let readers = 0;
  const nextReader = (): number => {
    readers += 1;
    return readers;
  };
  const view = (rows: readonly ObjectRow[], of: DirectoryView): readonly DirectoryObject[] =>
    objectsOf(rows, of, roles(of.job), assignmentsOf);

  return {
    directoryId: () => id,
    watermark: () => lastChange(db),
    oldestWatermark: () => oldestWatermark(db),
    count: (type) => count.get(type) as number,
    *objects(type, of, limit) {
      for (const rows of pagesByRow<ObjectRow>(db, PAGE_OF_OBJECTS, { type, limit })) yield view(rows, of);
    },
    *changedObjects(type, since, until, of, limit) {
      const reader = nextReader();
      try {
        gatherDue(reader, since, until, of);
        for (const rows of pagesByRow<ObjectRow>(db, PAGE_OF_DUE, { reader, type, limit }))
          yield view(rows, of);
      } finally {
        db.prepare('DELETE FROM temp.due WHERE reader = ?').run(reader);
      }
    },
    find: (ids, of) => view(found.all(JSON.stringify([...new Set(ids)])) as ObjectRow[], of),
    *members(group, limit) {
      const values = { group, limit };
      for (const rows of pagesOfListed<MemberRow>(db, nextReader(), LIST_MEMBERS, PAGE_OF_MEMBERS, values)) {
        yield rows.map((row) => ({ id: sourceId(row.id), type: row.type }));
      }
    },
    *changedMembers(group, since, until, limit) {
      const values = { group, since, until, limit };
      const lists = [LIST_CHANGED_MEMBERS, PAGE_OF_CHANGED_MEMBERS] as const;
      for (const rows of pagesOfListed<MemberRow>(db, nextReader(), ...lists, values)) {
        yield rows.map(membershipDelta);
      }
    },
    roles,
    ...lossReader(db),
  };
}

interface MemberRow {
  readonly id: SourceId;
  readonly type: ObjectType;
  readonly isMember?: number;
}

const membershipDelta = (row: MemberRow): MembershipDelta => ({
  member: row.id,
  memberType: row.type,
  isMember: row.isMember === 1,
});
