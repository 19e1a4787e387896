import type { QuarantineError } from '../model/errors.ts';
import { holdBackBasis, reasonToHoldBack } from './hold-back.ts';
import type { PlannedPage } from './plan-objects.ts';
import { needsRehearsal, watchUpheaval } from './rehearsal.ts';
import { judgeLoss } from './source-loss.ts';
import type { CycleStart, PlanningContext } from './start.ts';

/** Watches the pages of a plan go by for what would put a run of it in quarantine. */
export interface GuardWatch {
  note(page: PlannedPage): void;
  /** Why the guards would refuse the run, or hold back deprovisionings, in the words of the run, once the plan is read. */
  errors(): readonly QuarantineError[];
}

/** Begins to watch, before the plan does. */
export function watchGuards(context: PlanningContext, start: CycleStart): GuardWatch {
  const basis = holdBackBasis(context.state);
  const upheaval = !basis.isForced && needsRehearsal(context) ? watchUpheaval(context) : null;
  return {
    note: (page) => upheaval?.note(page),
    errors: () =>
      basis.isForced
        ? []
        : [judgeLoss(context, start), upheaval?.error() ?? null, reasonToHoldBack(context, basis)].filter(
            (error) => error !== null,
          ),
  };
}
