import type { SourceId } from '../../model/identifiers.ts';
import type { Change, Outcome, Planned } from '../../model/pipeline.ts';
import type { JobWriter, Recording } from '../../model/ports.ts';
import { type CycleCounter, countOutcome, countPlanned } from '../cycle/counts.ts';
import type { PlanningContext } from '../cycle/start.ts';
import type { PlannedPage } from '../phases/objects.ts';
import { subjectOf } from '../saved-plan/saved-plan.ts';
import {
  type RecordContext,
  recordFailure,
  recordOutcome,
  recordSettledGroup,
  recordSettledReference,
  recordSkip,
  recordStaged,
} from './record.ts';

/** What recording a page needs beside the page. */
export type RecordingParts = Pick<PlanningContext, 'scratch'> & { readonly store: JobWriter };

/** Records the outcomes of a page while it is being exported. */
export interface PageRecorder {
  /** Takes an outcome, and records it together with those of the same moment. */
  note(outcome: Outcome): void;
  /** Records what is left, once all changes of the page have ended. */
  finish(): void;
}

/** How long the first of the outcomes that share a transaction waits for the last. */
const TOGETHER_MS = 200;

/**
 * Begins to record a page: at once what was left alone, what failed before it was sent, and what is held back; then each
 * outcome shortly after it is known, so that little is to be found out again after a kill. Those of a moment share a
 * transaction: a target that answers fast would otherwise wait for the disk. Whatever the state refuses to link counts as
 * failed.
 */
export function beginPage(
  page: PlannedPage,
  parts: RecordingParts,
  record: RecordContext,
  counter: CycleCounter,
): PageRecorder {
  const store = (recordings: readonly Recording[]): ReadonlySet<SourceId> =>
    recordings.length > 0 ? parts.store.record(recordings) : new Set();
  const unlinked = store(page.items.flatMap((item) => recordUnsent(item, page, record)));
  for (const item of page.items)
    if (!isSent(item)) {
      if (item.kind === 'skip' && unlinked.has(subjectOf(item).id)) counter.add('failed');
      else countPlanned(counter, item);
    }
  let waiting: Outcome[] = [];
  let firstAt = 0;
  const flush = (): void => {
    const outcomes = waiting;
    waiting = [];
    const refused = store(outcomes.map((outcome) => recordOutcome(keptIncomplete(outcome, parts), record)));
    for (const outcome of outcomes) {
      const isUnlinked = outcome.result === 'success' && refused.has(outcome.change.source.id);
      if (isUnlinked) {
        counter.add('failed');
        noteFailure(outcome.change, parts);
      } else countOutcome(counter, outcome);
    }
  };
  return {
    note: (outcome) => {
      if (outcome.result === 'failure') noteFailure(outcome.change, parts);
      const at = Date.parse(outcome.startedAt) + outcome.durationMs;
      if (isReferenceOfSame(outcome, waiting)) flush();
      if (waiting.length === 0) firstAt = at;
      waiting.push(outcome);
      if (at - firstAt >= TOGETHER_MS) flush();
    },
    finish: () => {
      flush();
      store([
        ...(page.settledGroups ?? []).filter((id) => !isIncomplete(id, parts)).map(recordSettledGroup),
        ...(page.settledReferences ?? []).map(recordSettledReference),
      ]);
    },
  };
}

/** What is recorded of a reference builds on what was recorded of another reference of the same object. */
const isReferenceOfSame = ({ change }: Outcome, waiting: readonly Outcome[]): boolean =>
  change.kind === 'reference' && waiting.some((one) => one.change.source.id === change.source.id);

/** Counts and records a page whose changes have ended. */
export function recordPage(
  page: PlannedPage,
  outcomes: readonly Outcome[],
  parts: RecordingParts,
  record: RecordContext,
  counter: CycleCounter,
): void {
  const recorder = beginPage(page, parts, record, counter);
  for (const outcome of outcomes) recorder.note(outcome);
  recorder.finish();
}

function recordUnsent(item: Planned, { stagedBy }: PlannedPage, record: RecordContext): readonly Recording[] {
  if (item.kind === 'skip') return [recordSkip(item.skip, record)];
  if (item.kind === 'failure') return [recordFailure(item.failed, record)];
  return item.change.action === 'stagedDelete' ? [recordStaged(item.change, stagedBy, record)] : [];
}

/** Whether planning means something to be sent: not what is left alone, has failed already, or is held back. */
export const isSent = (item: Planned): item is Extract<Planned, { kind: 'change' }> =>
  item.kind === 'change' && item.change.action !== 'stagedDelete';

/** Where it is noted that some part of a group's memberships was not written in this cycle. */
export const incompleteKey = (group: SourceId): string => `incomplete:${group}`;

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
