import type { QuarantineError } from '../../model/errors.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import { needsPreflight, watchChangeLimits } from '../cycle/preflight.ts';
import { judgeLoss } from '../cycle/source-loss.ts';
import type { CycleStart } from '../cycle/start.ts';
import type { PlannedPage } from '../phases/planned-page.ts';
import { reasonToHoldBack, stagingBasis } from '../phases/stage.ts';

/** Watches the pages of a plan go by for what would put a run of it in quarantine. */
export interface GuardWatch {
  note(page: PlannedPage): Promise<void>;
  /** Why the guards would refuse the run, or stage deprovisionings, in the words of the run, once the plan is read. */
  errors(): Promise<readonly QuarantineError[]>;
}

/** Begins to watch, before the plan does. */
export async function watchGuards(context: PlanningContext, start: CycleStart): Promise<GuardWatch> {
  const basis = await stagingBasis(context.state);
  const limits = !basis.isForced && needsPreflight(context) ? watchChangeLimits(context) : null;
  return {
    note: async (page) => limits?.note(page),
    errors: async () =>
      basis.isForced
        ? []
        : [
            await judgeLoss(context, start),
            (await limits?.error()) ?? null,
            reasonToHoldBack(context, basis),
          ].filter((error) => error !== null),
  };
}
