import { type CycleCounts, type CycleRecord, NO_COUNTS } from '../model/cycle.ts';
import type { Phase } from '../model/pipeline.ts';
import { exportCycle, type RunningContext } from './cycle.ts';
import type { PlannedPage } from './plan-objects.ts';
import type { SavedPlan } from './saved-plan.ts';
import { linkable, resolvable, withoutChanged } from './saved-plan-page.ts';
import { isChanged, type ReviewOptions, reviewSavedPlan } from './saved-plan-review.ts';
import { keepingWatermark } from './saved-plan-store.ts';
import type { CycleStart } from './start.ts';
import type { NamedCount } from './warnings-named.ts';

/**
 * Applies a saved plan: a cycle that takes its pages from the plan, so that it sends exactly the plan's requests, with
 * nothing planned anew. The watermark moves as after the cycle that was planned, unless something was left out.
 * @param tell is told which objects were left out, before anything is sent
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
  const leftOut = reviewSavedPlan(plan, context, options);
  tell(leftOut);
  const isWhole = leftOut.count === 0 && !plan.head.isPartial;
  const applied = appliedPages(plan, context);
  const pagesOf = byPhase(applied);
  try {
    return await exportCycle(isWhole ? context : { ...context, store: keepingWatermark(context.store) }, {
      start: startOf(plan, context),
      counts: readCounts(plan),
      pages: async function* (phase) {
        for (const page of pagesOf(phase))
          yield linkable(resolvable(page, context.state), context.state, context.scratch);
      },
      rehearse: async function* () {
        yield* appliedPages(plan, context);
      },
    });
  } finally {
    applied.return(undefined);
  }
}

function* appliedPages(plan: SavedPlan, context: RunningContext): Generator<PlannedPage, void> {
  for (const page of plan.pages()) yield withoutChanged(page, (id) => isChanged(id, context));
}

/** Deals out pages phase by phase, in the order in which both were planned. */
function byPhase(pages: Iterator<PlannedPage, void>): (phase: Phase) => Generator<PlannedPage> {
  let next = pages.next();
  return function* (phase) {
    while (!next.done && next.value.phase === phase) {
      const page = next.value;
      next = pages.next();
      yield page;
    }
  };
}

/** What was read of the source when the plan was made is not read anew. */
function readCounts(plan: SavedPlan): CycleCounts {
  const { imported, importedReferences, entitled, entitledForProvisioning } =
    plan.ending()?.counts ?? NO_COUNTS;
  return { ...NO_COUNTS, imported, importedReferences, entitled, entitledForProvisioning };
}

/** The cycle as it was planned, beginning now. */
const startOf = ({ head }: SavedPlan, { world }: RunningContext): CycleStart => ({
  ...head.start,
  id: world.guid(),
  view: { ...head.start.view, now: world.now() },
});
