import type { AssignmentGaps } from '../../../../model/directory.ts';
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
