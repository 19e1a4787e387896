import { type CycleCounts, type CycleRecord, NO_COUNTS } from '../../model/cycle.ts';
import type { NamedCount } from '../../model/named.ts';
import { exportCycle, PHASES, type RunningContext, stagedPages } from '../cycle/cycle.ts';
import { keptPages } from './kept.ts';
import { resolvable, withoutChanged } from './page.ts';
import { type ReviewOptions, reviewSavedPlan } from './review.ts';
import type { SavedPlan } from './saved-plan.ts';
import { keepingWatermark } from './store.ts';

/**
 * Applies a saved plan: a cycle that sends exactly the plan's requests. Each is derived again before any is sent, so that
 * the file decides nothing, and the guards count what is done and not what the file calls it. The watermark moves as
 * after the cycle that was planned, unless something was left out.
 * @param tell receives the objects that were left out, before any request is sent
 * @returns the record of the cycle; interrupted ones have `endedAt: null`
 * @throws {ConfigurationError} when the plan no longer fits; nothing was sent
 * @throws {QuarantineError} as a cycle does
 */
export async function applySavedPlan(
  context: RunningContext,
  plan: SavedPlan,
  options: ReviewOptions,
  tell: (leftOut: NamedCount) => void,
): Promise<CycleRecord> {
  const { start, leftOut, isWhole } = await reviewSavedPlan(plan, context, options);
  tell(leftOut);
  const { job, notes } = context;
  return exportCycle(isWhole ? context : { ...context, store: keepingWatermark(context.store) }, {
    start,
    counts: readCounts(plan),
    pages: async function* (phase, _planning, basis) {
      const pages =
        phase === 'deprovisioning' ? stagedPages(context, start, basis) : keptPages(phase, notes, job);
      for await (const page of pages) yield await resolvable(withoutChanged(page, context), context, start);
    },
    preflight: async function* () {
      for (const phase of PHASES)
        for (const page of keptPages(phase, notes, job)) yield withoutChanged(page, context);
    },
  });
}

/** What the plan read from the source is not read again. */
function readCounts(plan: SavedPlan): CycleCounts {
  const { imported, importedReferences, entitled, entitledForProvisioning } =
    plan.ending()?.counts ?? NO_COUNTS;
  return { ...NO_COUNTS, imported, importedReferences, entitled, entitledForProvisioning };
}
