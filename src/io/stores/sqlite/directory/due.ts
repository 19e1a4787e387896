import type { Instant, Watermark } from '../../../../model/identifiers.ts';
import type { DirectoryView } from '../../../../model/ports.ts';
import type { Connection } from './database.ts';

/** How long a deleted object stays in the recycle bin. @see Entra "Restore or remove a recently deleted user" */
export const RECYCLE_BIN_MS = 30 * 24 * 60 * 60 * 1000;

/** The last instant (milliseconds) of deletion whose 30 days are over. */
export function expiredBefore(now: Instant): number {
  return Date.parse(now) - RECYCLE_BIN_MS;
}

const IN_RANGE = 'c.seq > @since AND c.seq <= @until';
const OF_JOB = "(c.job = @job OR c.job = '')";

/**
 * The statements that gather who is due, each reading the feed by its sequence numbers and going on from there by keys:
 * what they cost depends on what changed. A group whose assignment, deletion, restoration or `securityEnabled` changed
 * makes its present members due; those who left it have a change of their own.
 */
export const DUE_STATEMENTS = {
  themselves: `
    INSERT OR IGNORE INTO temp.due SELECT @reader, c.object_row FROM main.change c
    WHERE ${IN_RANGE} AND (c.kind IN ('user', 'group', 'membership') OR (c.kind = 'assignment' AND ${OF_JOB}))`,
  members: `
    INSERT OR IGNORE INTO temp.due SELECT @reader, c.related_row FROM main.change c
    WHERE ${IN_RANGE} AND c.kind = 'membership'`,
  membersOfGroups: `
    INSERT OR IGNORE INTO temp.due SELECT @reader, m.member_row
    FROM (SELECT DISTINCT c.object_row FROM main.change c
          WHERE ${IN_RANGE} AND c.reaches_members = 1
            AND ((c.kind = 'assignment' AND ${OF_JOB})
              OR (c.kind = 'group' AND EXISTS (
                    SELECT 1 FROM main.assignment a WHERE a.principal_row = c.object_row AND a.job IN (@job, ''))))) g
    CROSS JOIN main.member m ON m.group_row = g.object_row`,
  expired: `
    INSERT OR IGNORE INTO temp.due SELECT @reader, o.row FROM main.object o
    WHERE o.deleted_at IS NOT NULL AND o.is_gone = 0 AND o.deleted_at <= @expired`,
} as const;

/** Whether a role of the application changed: then every object assigned to it is due, whatever its role. */
export const ROLE_CHANGED = `SELECT 1 FROM main.change c WHERE ${IN_RANGE} AND c.kind = 'role' AND ${OF_JOB} LIMIT 1`;

const ASSIGNED_STATEMENTS = [
  `INSERT OR IGNORE INTO temp.due SELECT @reader, a.principal_row FROM main.assignment a WHERE a.job IN (@job, '')`,
  `INSERT OR IGNORE INTO temp.due SELECT @reader, m.member_row
   FROM main.assignment a CROSS JOIN main.member m ON m.group_row = a.principal_row WHERE a.job IN (@job, '')`,
] as const;

/** Gathers the rows that are due in `temp.due`, under the number of a reader. */
export type GatherDue = (reader: number, since: Watermark, until: Watermark, view: DirectoryView) => void;

/** Makes the function that gathers who is due. */
export function dueGatherer(db: Connection): GatherDue {
  const always = Object.values(DUE_STATEMENTS).map((sql) => db.prepare(sql));
  const roleChanged = db.prepare(ROLE_CHANGED);
  const assigned = ASSIGNED_STATEMENTS.map((sql) => db.prepare(sql));
  return (reader, since, until, view) => {
    const values = { reader, since, until, job: view.job, expired: expiredBefore(view.now) };
    for (const statement of always) statement.run(values);
    if (roleChanged.get(values) !== undefined) {
      for (const statement of assigned) statement.run(values);
    }
  };
}
