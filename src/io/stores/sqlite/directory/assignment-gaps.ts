import type { AssignmentGaps, Nesting } from '../../../../model/directory.ts';
import type { SourceId } from '../../../../model/identifiers.ts';
import type { Connection } from './database.ts';

/**
 * The groups below assigned groups, at any depth, and the users who reach the application through them only. A group
 * that contains itself is met once.
 */
const NESTED = `
  WITH RECURSIVE
  assigned (row) AS (
    SELECT DISTINCT g.row FROM assignment a CROSS JOIN object g ON g.row = a.principal_row
    WHERE a.job IN (@job, '') AND g.type = 'Group' AND g.deleted_at IS NULL AND g.security_enabled = 1
  ),
  nested (row) AS (
    SELECT o.row FROM assigned s CROSS JOIN member m ON m.group_row = s.row
    CROSS JOIN object o ON o.row = m.member_row WHERE o.type = 'Group' AND o.deleted_at IS NULL
    UNION
    SELECT o.row FROM nested n CROSS JOIN member m ON m.group_row = n.row
    CROSS JOIN object o ON o.row = m.member_row WHERE o.type = 'Group' AND o.deleted_at IS NULL
  ),
  reached (row, through) AS (
    SELECT o.row, n.row FROM nested n CROSS JOIN member m ON m.group_row = n.row
    CROSS JOIN object o ON o.row = m.member_row
    WHERE o.type = 'User' AND o.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.principal_row = o.row AND a.job IN (@job, ''))
    AND NOT EXISTS (SELECT 1 FROM member d CROSS JOIN assigned s ON s.row = d.group_row WHERE d.member_row = o.row)
  )`;

const NESTED_USERS = `${NESTED} SELECT count(DISTINCT row) AS users, count(DISTINCT through) AS groups FROM reached`;

const NESTED_GROUPS = `${NESTED}
  SELECT g.label AS displayName, count(*) AS userCount FROM reached r CROSS JOIN object g ON g.row = r.through
  GROUP BY r.through ORDER BY 2 DESC, 1 LIMIT @limit`;

const PLAIN = `
  FROM (SELECT DISTINCT principal_row AS row FROM assignment WHERE job IN (@job, '')) a
  CROSS JOIN object g ON g.row = a.row
  WHERE g.type = 'Group' AND g.deleted_at IS NULL AND g.security_enabled = 0`;

/**
 * Looks for what the assignments of an application do not reach; it costs what the members of assigned groups, and of
 * the groups below them, come to.
 * @param limit how many groups are named
 */
export function assignmentGaps(db: Connection, job: string, limit: number): AssignmentGaps {
  const { users, groups } = db.prepare(NESTED_USERS).get({ job }) as { users: number; groups: number };
  return {
    nestedUserCount: users,
    nestedGroupCount: groups,
    nestedGroups:
      groups === 0
        ? []
        : (db.prepare(NESTED_GROUPS).all({ job, limit }) as { displayName: string; userCount: number }[]),
    plainGroupCount: db.prepare(`SELECT count(*) ${PLAIN}`).pluck().get({ job }) as number,
    plainGroups: db
      .prepare(`SELECT g.label ${PLAIN} ORDER BY 1 LIMIT @limit`)
      .pluck()
      .all({ job, limit }) as string[],
  };
}

/** From objects up through the groups that they are in. A group that contains itself is met once. */
const NESTINGS = `
  WITH RECURSIVE above (id, through, row) AS (
    SELECT o.id, m.group_row, m.group_row FROM json_each(@ids) i CROSS JOIN object o ON o.id = i.value
    CROSS JOIN member m ON m.member_row = o.row CROSS JOIN object g ON g.row = m.group_row
    WHERE g.deleted_at IS NULL
    UNION
    SELECT a.id, a.through, m.group_row FROM above a CROSS JOIN member m ON m.member_row = a.row
    CROSS JOIN object g ON g.row = m.group_row WHERE g.deleted_at IS NULL
  )
  SELECT a.id, t.label AS "group", s.label AS assignedGroup
  FROM above a CROSS JOIN object t ON t.row = a.through CROSS JOIN object s ON s.row = a.row
  WHERE s.security_enabled = 1
  AND EXISTS (SELECT 1 FROM assignment p WHERE p.principal_row = a.row AND p.job IN (@job, ''))
  ORDER BY 2 DESC, 3 DESC`;

/**
 * The groups through which objects are below an assigned group without being assigned: for each object one, the first by
 * name. It costs what these objects are members of, at any depth.
 */
export function nestingsOf(
  db: Connection,
  job: string,
  ids: readonly SourceId[],
): ReadonlyMap<SourceId, Nesting> {
  const rows = db.prepare(NESTINGS).all({ job, ids: JSON.stringify(ids) }) as (Nesting & { id: SourceId })[];
  return new Map(rows.map(({ id, group, assignedGroup }) => [id, { group, assignedGroup }]));
}
