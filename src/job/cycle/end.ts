import type { CycleRecord } from '../../model/cycle.ts';
import type { EnvironmentError, QuarantineError } from '../../model/errors.ts';
import type { ControlChange, JobWriter } from '../../model/ports.ts';
import { quarantined, recovered } from '../control/quarantine.ts';
import { PAGE_SIZE } from '../phases/source-pages.ts';
import { nextBase, reasonToHoldBack, type StagingBasis } from '../phases/stage.ts';
import type { FailureWatch } from './failure-watch.ts';
import type { PlanningContext } from './planning-context.ts';
import type { CycleStart } from './start.ts';

type EndingContext = PlanningContext & { readonly store: JobWriter };

/** Makes the record of the cycle as it stands now. */
export type RecordCycle = (over: Partial<CycleRecord>) => CycleRecord;

/**
 * Ends a cycle in one transaction: the watermark moves, and quarantine is lifted, or imposed where deprovisionings were
 * staged or failures have piled up.
 * @throws {QuarantineError} once that is stored
 */
export async function endCycle(
  context: EndingContext,
  start: CycleStart,
  basis: StagingBasis,
  watch: FailureWatch,
  record: RecordCycle,
): Promise<CycleRecord> {
  if (start.resendsMembers) await keepUnsent(context);
  const error = reasonToHoldBack(context, basis) ?? (await watch.conclude());
  const now = context.world.now();
  const deprovisioningBase = await nextBase(context, basis);
  const decide: ControlChange = ({ resendsMembers = false, ...before }) => ({
    ...before,
    ...(resendsMembers && !start.resendsMembers ? { resendsMembers } : {}),
    // What was allowed while the cycle ran is for the next one.
    forceDeletes: before.forceDeletes && !basis.isForced,
    deprovisioningBase,
    successCount: watch.successCount(),
    escrowsPruned: before.escrowsPruned || watch.isPruned(),
    isPaused: before.isPaused || watch.isPruned(),
  });
  const position = {
    watermark: start.until,
    directoryId: start.directoryId,
    schemaFingerprint: context.job.schemaFingerprint,
  };
  if (error !== null) {
    const { quarantine: figures } = context.job.settings.safety;
    await context.store.complete(failedCycle(error, now, record), position, (control) =>
      quarantined(decide(control), error, now, figures),
    );
    throw error;
  }
  const { counts } = record({});
  const ended = record({ state: counts.failed > 0 ? 'EntryLevelErrors' : 'Succeeded', endedAt: now });
  await context.store.complete(ended, position, (control) => recovered(decide(control)));
  return ended;
}

/**
 * Keeps the members of groups that failed, or waited, in the cycle that sends all members again: they are sent once the
 * group is evaluated.
 */
async function keepUnsent({ state, store, notes }: EndingContext): Promise<void> {
  for await (const links of state.linkPages('Group', PAGE_SIZE)) {
    const unsent = links.filter(({ sourceId }) => !notes.resent.has(sourceId));
    await store.apply(unsent.map(({ sourceId }) => ({ kind: 'membersDoubted', group: sourceId })));
  }
}

/**
 * Writes down that a cycle broke off and the job is in quarantine; one that was in it before stays in the same series.
 */
export async function breakOff(
  error: QuarantineError,
  context: EndingContext,
  record: RecordCycle,
): Promise<void> {
  const now = context.world.now();
  const { quarantine: figures } = context.job.settings.safety;
  await context.store.saveCycle(failedCycle(error, now, record));
  await context.store.updateControl((control) => quarantined(control, error, now, figures));
}

/** Records that a cycle ended early because the machine failed, as far as the state can still be written. */
export async function recordTrouble(
  error: EnvironmentError,
  context: EndingContext,
  record: RecordCycle,
): Promise<void> {
  const { code, message } = error;
  try {
    await context.store.saveCycle(
      failedCycle({ code, message, reason: 'Unknown' }, context.world.now(), record),
    );
  } catch {
    // The error itself reports it.
  }
}

const failedCycle = (
  { code, message, reason }: Pick<QuarantineError, 'code' | 'message' | 'reason'>,
  now: string,
  record: RecordCycle,
) => record({ state: 'Failed', endedAt: now, error: { code, message, reason } });
