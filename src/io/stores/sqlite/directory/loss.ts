import type { SourceLoss } from '../../../../model/directory.ts';
import type { Instant, Watermark } from '../../../../model/identifiers.ts';
import type { Connection } from './database.ts';
import { expiredBefore } from './due.ts';

/**
 * What happened first to each object after a watermark shows whether it was live then; its row shows whether it is now.
 * Reading costs what changed, not what there is.
 */
const CAME_AND_WENT = `
  SELECT count(*) FILTER (WHERE f.action = 'deleted' AND o.deleted_at IS NOT NULL) AS lost,
    count(*) FILTER (WHERE f.action IN ('created', 'restored') AND o.deleted_at IS NULL) AS arrived
  FROM (SELECT object_row, action, min(seq) FROM change
        WHERE seq > @since AND seq <= @until AND kind IN ('user', 'group')
          AND action IN ('created', 'deleted', 'restored', 'purged') GROUP BY object_row) f
  CROSS JOIN object o ON o.row = f.object_row`;

const LIVE = `
  SELECT (SELECT sum(n) FROM object_count)
    - (SELECT count(*) FROM object WHERE deleted_at IS NOT NULL AND is_gone = 0)`;

const RUN_OUT = `
  SELECT count(*) FROM object
  WHERE deleted_at IS NOT NULL AND is_gone = 0 AND deleted_at > ? AND deleted_at <= ?`;

/** Counts what a directory lost, and what leaves its recycle bin. */
export interface LossReader {
  loss(since: Watermark, until: Watermark): SourceLoss;
  runOutCount(after: Instant, until: Instant): number;
}

/** Makes the counts of a directory store. */
export function lossReader(db: Connection): LossReader {
  const cameAndWent = db.prepare(CAME_AND_WENT);
  const live = db.prepare(LIVE).pluck();
  const runOut = db.prepare(RUN_OUT).pluck();
  return {
    loss: (since, until) => {
      if (since >= until) return { lost: 0, before: 0 };
      const { lost, arrived } = cameAndWent.get({ since, until }) as { lost: number; arrived: number };
      return { lost, before: lost === 0 ? 0 : (live.get() as number) - arrived + lost };
    },
    runOutCount: (after, until) => runOut.get(expiredBefore(after), expiredBefore(until)) as number,
  };
}
