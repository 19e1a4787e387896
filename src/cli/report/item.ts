import type { Failure } from '../../model/failure.ts';
import type { Change, Outcome, Planned } from '../../model/pipeline.ts';

/** One line of a report, of a plan and of a run alike: what is or was done about an object. */
export type ReportItem =
  | { readonly kind: 'change'; readonly change: Change; readonly failure: Failure | null }
  | { readonly kind: 'other'; readonly planned: Exclude<Planned, { kind: 'change' }> };

/** A planned object as an item of a report. */
export const itemOfPlanned = (planned: Planned): ReportItem =>
  planned.kind === 'change'
    ? { kind: 'change', change: planned.change, failure: null }
    : { kind: 'other', planned };

/** What came of a change as an item of a report. */
export const itemOfOutcome = (outcome: Outcome): ReportItem => ({
  kind: 'change',
  change: outcome.change,
  failure: outcome.result === 'failure' ? outcome.failure : null,
});
