import type { Failure } from '../../model/failure.ts';
import type { Change, Outcome, Planned, UntakenValue } from '../../model/pipeline.ts';

/** One line of a report, of a plan and of a run alike: what is or was done about an object. */
export type ReportItem =
  | {
      readonly kind: 'change';
      readonly change: Change;
      readonly failure: Failure | null;
      /** The values that were written with success and did not take. */
      readonly untaken?: readonly UntakenValue[];
      /** Why it is not known whether they took. */
      readonly unverified?: string;
    }
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
  ...(outcome.result === 'failure'
    ? { failure: outcome.failure }
    : { failure: null, untaken: outcome.untaken ?? [], unverified: outcome.unverified ?? '' }),
});

/** How many of the values that were written with success did not take. */
export const countUntaken = (outcomes: readonly Outcome[]): number =>
  outcomes.reduce(
    (count, outcome) => count + (outcome.result === 'success' ? (outcome.untaken?.length ?? 0) : 0),
    0,
  );
