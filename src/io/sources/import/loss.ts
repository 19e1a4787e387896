import { ConfigurationError, issueOf } from '../../../model/errors.ts';
import type { RemovalLimits } from '../../../model/job.ts';
import type { Connection } from '../../stores/sqlite/directory/database.ts';
import { lastChange } from '../../stores/sqlite/directory/feed.ts';
import { byKind, IMPORT_KINDS, type ImportKind } from './entries.ts';

/** Items of one kind before an import, and how many of them it removed. */
interface Loss {
  readonly before: number;
  readonly lost: number;
}

/** The losses of an import, by kind. */
export type Losses = Readonly<Record<ImportKind, Loss>>;

/** Relations of soft-deleted objects have no effect: they count neither as held nor as lost. */
const HELD: Readonly<Record<ImportKind, string>> = {
  users: `SELECT count(*) FROM temp.was_live w JOIN object o ON o.row = w.row WHERE o.type = 'User'`,
  groups: `SELECT count(*) FROM temp.was_live w JOIN object o ON o.row = w.row WHERE o.type = 'Group'`,
  memberships: `SELECT count(*) FROM member m JOIN temp.was_live g ON g.row = m.group_row
    JOIN temp.was_live o ON o.row = m.member_row`,
  appRoles: 'SELECT count(*) FROM app_role',
  assignments: 'SELECT count(*) FROM assignment a JOIN temp.was_live o ON o.row = a.principal_row',
};

const MARK_LOST = `CREATE TEMP TABLE now_lost AS SELECT o.row, o.type FROM temp.was_live w JOIN object o ON o.row = w.row
  WHERE o.deleted_at IS NOT NULL;
  CREATE UNIQUE INDEX temp.now_lost_row ON now_lost (row);`;

/**
 * Removals in the feed, and relations made ineffective by the removal of their group. Relations of a removed user
 * count as that user only.
 */
const LOST: Readonly<Record<ImportKind, readonly string[]>> = {
  users: [`SELECT count(*) FROM temp.now_lost WHERE type = 'User' AND @since >= 0`],
  groups: [`SELECT count(*) FROM temp.now_lost WHERE type = 'Group' AND @since >= 0`],
  memberships: [
    `SELECT count(*) FROM (SELECT DISTINCT c.object_row, c.related_row FROM change c
       JOIN temp.was_live g ON g.row = c.object_row JOIN temp.was_live w ON w.row = c.related_row
       JOIN object o ON o.row = c.related_row
       WHERE c.seq > @since AND c.kind = 'membership' AND c.action = 'removed' AND o.deleted_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM member m WHERE m.group_row = c.object_row AND m.member_row = c.related_row))`,
    `SELECT count(*) FROM temp.now_lost l JOIN member m ON m.group_row = l.row
       JOIN temp.was_live w ON w.row = m.member_row JOIN object o ON o.row = m.member_row
       WHERE @since >= 0 AND o.deleted_at IS NULL`,
  ],
  appRoles: [
    `SELECT count(*) FROM (SELECT DISTINCT job, detail FROM change
       WHERE seq > @since AND kind = 'role' AND action = 'deleted')`,
  ],
  assignments: [
    `SELECT count(*) FROM (SELECT DISTINCT c.object_row, c.job, c.detail FROM change c
       JOIN temp.was_live w ON w.row = c.object_row JOIN object o ON o.row = c.object_row
       WHERE c.seq > @since AND c.kind = 'assignment' AND c.action = 'removed'
         AND (o.type = 'Group' OR o.deleted_at IS NULL) AND NOT EXISTS (SELECT 1 FROM assignment a
           WHERE a.principal_row = c.object_row AND a.job = c.job AND a.role_id = c.detail))`,
    `SELECT count(*) FROM temp.now_lost l JOIN assignment a ON a.principal_row = l.row
       WHERE l.type = 'Group' AND @since >= 0`,
  ],
};

/**
 * Begins to measure what an import removes. Additions do not offset removals.
 * @returns computes the losses so far; to be called once
 */
export function lossMeter(db: Connection): () => Losses {
  db.exec(`CREATE TEMP TABLE was_live (row INTEGER PRIMARY KEY);
    INSERT INTO temp.was_live SELECT row FROM object WHERE deleted_at IS NULL;`);
  const since = lastChange(db);
  const before = byKind((kind) => db.prepare(HELD[kind]).pluck().get() as number);
  return () => {
    db.exec(MARK_LOST);
    const count = (query: string): number => db.prepare(query).pluck().get({ since }) as number;
    return byKind((kind) => ({
      before: before[kind],
      lost: LOST[kind].reduce((sum, query) => sum + count(query), 0),
    }));
  };
}

const WORDS: Readonly<Record<ImportKind, string>> = {
  users: 'users',
  groups: 'groups',
  memberships: 'memberships',
  appRoles: 'app roles',
  assignments: 'assignments',
};

/** The way out where the removal is intended. */
export const FORCE = 'check the files, or run `entrain directory import --mirror --force` if that is right';

const ACCEPT = 'check the files, or run `entrain directory sync --accept-removals` if that is right';

/** Most of a kind that one import may remove, and how messages call it. */
interface Most {
  readonly count: number;
  readonly text: string;
}

/** @param limits undefined: half of each kind */
function mostOf(kind: ImportKind, before: number, limits: RemovalLimits | undefined): Most {
  const half = Math.floor(before / 2);
  if (limits === undefined || before < limits.minimumKnown) return { count: half, text: 'half of them' };
  const { removedPercent, removedMembershipsPercent, removed } = limits;
  const percent = kind === 'memberships' ? removedMembershipsPercent : removedPercent;
  const share = Math.floor((before * percent) / 100);
  const isShare = kind === 'memberships' || removed === 0 || share <= removed;
  return isShare
    ? { count: share, text: `${percent} % of them` }
    : { count: removed, text: `limits.removed: ${removed}` };
}

/**
 * Refuses a mirror import that removes much of a kind: more likely a failed export than an intended change.
 * @param limits those of `directory.source`; undefined: half of each kind
 * @throws {ConfigurationError} with an issue for each such kind
 */
export function guardLoss(losses: Losses, limits: RemovalLimits | undefined): void {
  const [place, flag, wayOut] =
    limits === undefined ? ['--mirror', '--force', FORCE] : ['directory.source', '--accept-removals', ACCEPT];
  const issues = IMPORT_KINDS.flatMap((kind) => {
    const { lost, before } = losses[kind];
    const most = mostOf(kind, before, limits);
    if (lost <= most.count) return [];
    return issueOf(
      place,
      `the import would remove ${lost} of ${before} ${WORDS[kind]}; at most ${most.count} (${most.text}) go without ${flag}; ${wayOut}`,
    );
  });
  if (issues.length > 0) throw new ConfigurationError(issues);
}
