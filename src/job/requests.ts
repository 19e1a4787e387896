import { describeChange } from '../exporting/describe.ts';
import type { Change } from '../model/pipeline.ts';
import type { WriteRequest } from '../model/scim.ts';
import { joiningByScratch } from './referenced.ts';
import type { PlanningContext } from './start.ts';

/**
 * Describes the requests that a planned change would send; one that is held back sends none. A target id that is not known before export is written
 * `{id of <source id>}`.
 */
export function describePlanned(change: Change, context: PlanningContext): readonly WriteRequest[] {
  if (change.action === 'stagedDelete') return [];
  const joining = joiningByScratch(context);
  return describeChange(change, context.job.settings.target.dialect, (id) => {
    const known = context.state.links([id]).get(id)?.targetId ?? joining(id);
    return known === null || known === 'unknown' ? `{id of ${id}}` : known;
  });
}

/** How many requests a planned change would send; that of a creation need not be described to be counted. */
export const countRequests = (change: Change, context: PlanningContext): number =>
  change.kind === 'create' ? 1 : describePlanned(change, context).length;
