import type { SourceId } from '../model/identifiers.ts';
import type { Change, Outcome, Planned } from '../model/pipeline.ts';
import type { JobWriter } from '../model/ports.ts';
import type { PlannedPage } from './plan-objects.ts';
import {
  type RecordContext,
  recordFailure,
  recordOutcome,
  recordSettledGroup,
  recordSettledReference,
  recordSkip,
  recordStaged,
} from './record.ts';
import type { PlanningContext } from './start.ts';
import { countOutcome, countPlanned, type Tally } from './tally.ts';

/**
 * Counts and records a page: what was left alone, what failed before it was sent, and what came of the changes that
 * were begun. All of it is recorded in one transaction.
 */
export function recordPage(
  page: PlannedPage,
  outcomes: readonly Outcome[],
  context: Pick<PlanningContext, 'scratch'> & { readonly store: JobWriter },
  record: RecordContext,
  tally: Tally,
): void {
  for (const item of page.items) if (!isSent(item)) countPlanned(tally, item);
  for (const outcome of outcomes) {
    countOutcome(tally, outcome);
    if (outcome.result === 'failure') noteFailure(outcome.change, context);
  }
  context.store.record([
    ...page.items.flatMap((item) => (item.kind === 'skip' ? [recordSkip(item.skip, record)] : [])),
    ...page.items.flatMap((item) => (item.kind === 'failure' ? [recordFailure(item.failed, record)] : [])),
    ...outcomes.map((outcome) => recordOutcome(keptIncomplete(outcome, context), record)),
    ...page.items.flatMap((item) =>
      item.kind === 'change' && item.change.action === 'stagedDelete'
        ? [recordStaged(item.change, record)]
        : [],
    ),
    ...(page.settledGroups ?? []).filter((id) => !isIncomplete(id, context)).map(recordSettledGroup),
    ...(page.settledReferences ?? []).map(recordSettledReference),
  ]);
}

/** Whether planning means something to be sent: not what is left alone, has failed already, or is held back. */
export const isSent = (item: Planned): item is Extract<Planned, { kind: 'change' }> =>
  item.kind === 'change' && item.change.action !== 'stagedDelete';

const incompleteKey = (group: SourceId): string => `incomplete:${group}`;

/** Some part of the group's memberships failed in this cycle. */
const isIncomplete = (group: SourceId, { scratch }: Pick<PlanningContext, 'scratch'>): boolean =>
  scratch.holder(incompleteKey(group)) !== null;

function noteFailure(change: Change, { scratch }: Pick<PlanningContext, 'scratch'>): void {
  if (change.kind === 'membership') scratch.claim(incompleteKey(change.source.id), '');
  else if (change.kind !== 'reference') scratch.claim(`failing:${change.source.id}`, '');
}

/** The last part of a group's memberships completes them only if no part before it failed. */
function keptIncomplete(outcome: Outcome, context: Pick<PlanningContext, 'scratch'>): Outcome {
  const { change } = outcome;
  if (change.kind !== 'membership' || !isIncomplete(change.source.id, context)) return outcome;
  return { ...outcome, change: { ...change, isLast: false } };
}
