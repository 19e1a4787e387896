import type { SourceId } from '../model/identifiers.ts';
import type { Planned } from '../model/pipeline.ts';
import { judgeUpheaval } from '../planning/safety.ts';
import type { PlannedPage } from './plan-objects.ts';
import type { PlanningContext } from './start.ts';

/**
 * Refuses a cycle that would change more than the guard allows, before any of it is sent.
 * @param pages the plan of the very cycle, to be read to its end
 * @throws {QuarantineError} beyond Entra: the guard's limits for updated users and removed memberships
 */
export async function requireCalm(
  pages: AsyncIterable<PlannedPage>,
  { state, job }: Pick<PlanningContext, 'state' | 'job'>,
): Promise<void> {
  const updatedUsers = new Set<SourceId>();
  let removedMembershipCount = 0;
  for await (const { items } of pages) {
    for (const item of items) {
      if (isUserUpdate(item)) updatedUsers.add(item.change.source.id);
      if (item.kind === 'change' && item.change.kind === 'membership')
        removedMembershipCount += item.change.removed.length;
    }
  }
  const error = judgeUpheaval(
    {
      updatedUserCount: updatedUsers.size,
      linkedUserCount: state.linkCounts().User,
      removedMembershipCount,
      membershipCount: state.membershipCount(),
    },
    job.settings.safety,
  );
  if (error !== null) throw error;
}

/** An update of an account that was there, its references included; those that join or leave are counted elsewhere. */
const isUserUpdate = (item: Planned): item is Extract<Planned, { kind: 'change' }> =>
  item.kind === 'change' && item.change.objectType === 'User' && item.change.action === 'update';

/** Whether the guard has limits that only a rehearsal can tell. */
export const needsRehearsal = ({ job, state }: Pick<PlanningContext, 'job' | 'state'>): boolean => {
  const { maxUpdatesPercent, maxMembershipsRemovedPercent } = job.settings.safety.guard;
  const hasLimit = maxUpdatesPercent !== null || maxMembershipsRemovedPercent !== null;
  return hasLimit && !state.control().forceDeletes;
};
