import { exportChanges } from '../exporting/export.ts';
import type { CycleCounts, CycleRecord } from '../model/cycle.ts';
import { QuarantineError } from '../model/errors.ts';
import type { Outcome } from '../model/pipeline.ts';
import type { TargetReader, TargetWriter } from '../model/ports.ts';
import type { RunningContext } from './cycle.ts';
import { breakOff, endCycle, type RecordCycle } from './end-cycle.ts';
import { withEntryCounts } from './entry-counts.ts';
import { exportContext } from './export-context.ts';
import { holdBackBasis } from './hold-back.ts';
import type { PlannedPage } from './plan-objects.ts';
import { prepareCycle } from './prepare-cycle.ts';
import type { RecordContext } from './record.ts';
import { beginPage, isSent } from './record-page.ts';
import type { SavedPlan } from './saved-plan.ts';
import { resolvable, withoutChanged } from './saved-plan-page.ts';
import { isChanged, type ReviewOptions, reviewSavedPlan } from './saved-plan-review.ts';
import { keepingWatermark } from './saved-plan-store.ts';
import type { CycleStart } from './start.ts';
import { newTally, type Tally } from './tally.ts';
import type { NamedCount } from './warnings-named.ts';
import { type FailureWatch, watchFailures } from './watch.ts';

/**
 * Applies a saved plan: exactly its requests, with nothing planned anew. The watermark moves as after the cycle that was
 * planned, unless something was left out.
 * @param tell is told which objects were left out, before anything is sent
 * @returns the record of the cycle; interrupted ones have `endedAt: null`
 * @throws {ConfigurationError} when the plan no longer fits; nothing was sent
 * @throws {QuarantineError} as a cycle does
 */
export async function applySavedPlan(
  given: RunningContext,
  plan: SavedPlan,
  options: ReviewOptions,
  tell: (leftOut: NamedCount) => void,
): Promise<CycleRecord> {
  const leftOut = reviewSavedPlan(plan, given, options);
  tell(leftOut);
  const isWhole = leftOut.count === 0 && !plan.head.isPartial;
  const store = isWhole ? given.store : keepingWatermark(given.store);
  const tally = newTally();
  countReads(tally, plan.ending()?.counts ?? null);
  const context = countingRequests({ ...given, store }, tally);
  const start = startOf(plan, context);
  context.onBegin?.(start.id);
  const record: RecordCycle = (over) => ({ ...recordOf(context, start, tally), ...over });
  const basis = holdBackBasis(context.state);
  const pages = function* (): Generator<PlannedPage> {
    for (const page of plan.pages()) yield withoutChanged(page, (id) => isChanged(id, given));
  };
  let watch: FailureWatch;
  try {
    await prepareCycle(context, start, basis, async function* () {
      yield* pages();
    });
    store.saveCycle(record({}));
    const { safety } = context.job.settings;
    watch = watchFailures({
      ...context,
      kind: start.kind,
      sourceCount: start.sourceCount,
      control: context.state.control(),
      safety,
    });
    let isLeaving = false;
    for (const page of pages()) {
      if (context.signal.aborted) break;
      // From here on links only become fewer.
      if (page.phase === 'deprovisioning' && !isLeaving) store.saveControl(withEntryCounts(context.state));
      isLeaving = page.phase === 'deprovisioning';
      await applyPage(resolvable(page, context.state), context, start, tally, watch);
    }
  } catch (error) {
    if (error instanceof QuarantineError) breakOff(error, context, record);
    throw error;
  }
  if (!context.signal.aborted) return endCycle(context, start, basis, watch, record);
  const interrupted = record({});
  store.saveCycle(interrupted);
  return interrupted;
}

async function applyPage(
  page: PlannedPage,
  context: RunningContext,
  start: CycleStart,
  tally: Tally,
  watch: FailureWatch,
): Promise<void> {
  const record: RecordContext = {
    job: context.job,
    tenantId: context.directory.directoryId(),
    cycleId: start.id,
    world: context.world,
    kind: start.kind,
    state: context.state,
  };
  const changes = page.items.filter(isSent).map(({ change }) => change);
  const recorder = beginPage(page, context, record, tally);
  const outcomes = await exportChanges(changes, { ...exportContext(context), onOutcome: recorder.note });
  recorder.finish();
  context.observe?.(page, outcomes, tally.counts());
  requireCredentials(outcomes);
  watch.note(page, outcomes);
}

/** Credentials that die in mid-cycle would fail every object left: the cycle ends instead. */
function requireCredentials(outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes)
    if (outcome.result === 'failure' && outcome.failure.status === 401)
      throw new QuarantineError(
        'EncounteredQuarantineException',
        'SystemForCrossDomainIdentityManagementInvalidCredentials',
        outcome.failure.message,
      );
}

/** What was read of the source when the plan was made is not read anew. */
function countReads(tally: Tally, planned: CycleCounts | null): void {
  if (planned === null) return;
  for (const count of READ_COUNTS) tally.add(count, planned[count]);
}

const READ_COUNTS = ['imported', 'importedReferences', 'entitled', 'entitledForProvisioning'] as const;

/** The cycle as it was planned, beginning now. */
const startOf = ({ head }: SavedPlan, { world }: RunningContext): CycleStart => ({
  ...head.start,
  id: world.guid(),
  view: { ...head.start.view, now: world.now() },
});

const recordOf = ({ job }: RunningContext, start: CycleStart, tally: Tally): CycleRecord => ({
  id: start.id,
  kind: start.kind,
  state: 'Failed',
  startedAt: start.view.now,
  endedAt: null,
  counts: tally.counts(),
  since: start.since,
  until: start.until,
  sourceCount: start.sourceCount,
  schemaFingerprint: job.schemaFingerprint,
  error: null,
});

function countingRequests(context: RunningContext, tally: Tally): RunningContext {
  const target: TargetReader = {
    read: (request, about) => {
      tally.add('requests');
      return context.target.read(request, about);
    },
  };
  const writer: TargetWriter = {
    write: (request, about) => {
      tally.add('requests');
      return context.writer.write(request, about);
    },
  };
  return { ...context, target, writer };
}
