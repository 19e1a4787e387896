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
  { state, job, scratch }: Pick<PlanningContext, 'state' | 'job' | 'scratch'>,
): Promise<void> {
  let updatedUserCount = 0;
  let removedMembershipCount = 0;
  for await (const { items } of pages) {
    // Accounts that are created or taken over in this cycle are no updates, and neither are their references.
    const updated = state.links(items.flatMap(updatedUser));
    for (const id of updated.keys()) {
      if (scratch.holder(`updated:${id}`) !== null) continue;
      scratch.claim(`updated:${id}`, '');
      updatedUserCount += 1;
    }
    for (const item of items)
      if (item.kind === 'change' && item.change.kind === 'membership')
        removedMembershipCount += item.change.removed.length;
  }
  const error = judgeUpheaval(
    {
      updatedUserCount,
      linkedUserCount: state.linkCounts().User,
      removedMembershipCount,
      membershipCount: state.membershipCount(),
    },
    job.settings.safety,
  );
  if (error !== null) throw error;
}

/** The user of an update, be it of attributes or of references; those that join or leave are counted elsewhere. */
const updatedUser = (item: Planned): readonly SourceId[] =>
  item.kind === 'change' && item.change.objectType === 'User' && item.change.action === 'update'
    ? [item.change.source.id]
    : [];

/** Whether the guard has limits that only a rehearsal can tell. */
export const needsRehearsal = ({ job }: Pick<PlanningContext, 'job'>): boolean => {
  const { maxUpdatesPercent, maxMembershipsRemovedPercent } = job.settings.safety.guard;
  return maxUpdatesPercent !== null || maxMembershipsRemovedPercent !== null;
};
