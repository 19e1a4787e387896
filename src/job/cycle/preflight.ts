import type { QuarantineError } from '../../model/errors.ts';
import type { SourceId } from '../../model/identifiers.ts';
import { isChange, type Planned } from '../../model/pipeline.ts';
import { checkChangeLimits } from '../../planning/safety.ts';
import type { PlannedPage } from '../phases/planned-page.ts';
import { isTakenOver } from '../phases/taken-over.ts';
import type { PlanningContext } from './planning-context.ts';

/** Counts what a plan changes, page by page, and judges it. */
export interface ChangeLimitWatch {
  note(page: PlannedPage): Promise<void>;
  /** Why the cycle is refused, once all pages are noted; null: it is within the limits. */
  error(): Promise<QuarantineError | null>;
}

/**
 * Begins to count the updated users and the removed memberships of a plan. Accounts that are taken over count as linked
 * ones, updated where they are updated; those that are created in this cycle do not, and neither do their references.
 */
export function watchChangeLimits({
  state,
  job,
  notes,
}: Pick<PlanningContext, 'state' | 'job' | 'notes'>): ChangeLimitWatch {
  let updatedUserCount = 0;
  let removedMembershipCount = 0;
  let foundUserCount = 0;
  return {
    note: async ({ items }) => {
      for (const id of items.flatMap(foundUser)) if (notes.takenOver.add(id)) foundUserCount += 1;
      const updated = items.flatMap(updatedUser);
      const linked = await state.links(updated);
      for (const id of updated)
        if ((linked.has(id) || notes.takenOver.has(id)) && notes.updated.add(id)) updatedUserCount += 1;
      for (const item of items) if (item.kind === 'membership') removedMembershipCount += item.removed.length;
    },
    error: async () =>
      checkChangeLimits(
        {
          updatedUserCount,
          linkedUserCount: (await state.linkCounts()).User + foundUserCount,
          removedMembershipCount,
          membershipCount: await state.membershipCount(),
        },
        job.settings.safety,
      ),
  };
}

/**
 * Refuses a cycle that would change more than the guard allows, before any of it is sent.
 * @param pages the plan of the very cycle, to be read to its end
 * @throws {QuarantineError} beyond Entra: the guard's limits for updated users and removed memberships
 */
export async function enforceChangeLimits(
  pages: AsyncIterable<PlannedPage>,
  context: Pick<PlanningContext, 'state' | 'job' | 'notes'>,
): Promise<void> {
  const limits = watchChangeLimits(context);
  for await (const page of pages) await limits.note(page);
  const error = await limits.error();
  if (error !== null) throw error;
}

const foundUser = (item: Planned): readonly SourceId[] =>
  isTakenOver(item) && item.objectType === 'User' ? [item.source.id] : [];

/** The user of an update, of attributes or of references; those that join or leave are counted elsewhere. */
const updatedUser = (item: Planned): readonly SourceId[] =>
  isChange(item) && item.objectType === 'User' && item.action === 'update' ? [item.source.id] : [];

/** Whether the guard has limits that only a preflight can check. */
export function needsPreflight({ job }: Pick<PlanningContext, 'job'>): boolean {
  const { maxUpdatesPercent, maxMembershipsRemovedPercent } = job.settings.safety.guard;
  return maxUpdatesPercent !== null || maxMembershipsRemovedPercent !== null;
}
