import type { JobControl } from '../../model/control.ts';
import type { CycleKind } from '../../model/cycle.ts';
import type { QuarantineError } from '../../model/errors.ts';
import type { Outcome } from '../../model/pipeline.ts';
import type { JobReader, JobWriter } from '../../model/ports.ts';
import type { SafetySettings } from '../../model/safety.ts';
import { type FailureCounts, judgeFailures } from '../control/quarantine.ts';
import type { PlannedPage } from '../phases/planned-page.ts';

/** What watching the failures of a cycle needs. */
export interface WatchContext {
  readonly kind: CycleKind;
  /** Users and groups that the source holds. */
  readonly sourceCount: number;
  readonly control: JobControl;
  readonly state: Pick<JobReader, 'escrowCount'>;
  readonly store: Pick<JobWriter, 'reset'>;
  readonly safety: SafetySettings;
}

/** Watches how many objects fail while a cycle runs. */
export interface FailureWatch {
  /**
   * Takes note of a recorded page.
   * @throws {QuarantineError} when too many objects fail, whatever the outcome of the rest; an initial cycle continues,
   * and discards the failures instead
   */
  note(page: PlannedPage, outcomes: readonly Outcome[]): Promise<void>;
  /** Checks the failures at the end of the cycle; null: below the limit, or discarded. */
  conclude(): Promise<QuarantineError | null>;
  /** Objects provisioned or found in order since failures were last forgotten. */
  successCount(): number;
  /** Whether failures were discarded. */
  isPruned(): boolean;
}

/**
 * Begins to watch. While a cycle runs, whatever it has not come to counts as a success, and only what failed in it
 * counts as a failure: so the order of the objects decides nothing, and those that failed before have their chance.
 * @see Graph synchronizationStatus, escrowsPruned
 */
export function watchFailures(context: WatchContext): FailureWatch {
  const { kind, sourceCount, control, state, store, safety } = context;
  let successes = control.successCount;
  let failures = 0;
  let referenceFailures = 0;
  let seen = 0;
  let isPruned = false;
  /** An initial cycle always completes. */
  const verdict = async (counts: FailureCounts): Promise<QuarantineError | null> => {
    const error = judgeFailures(counts, safety.quarantine);
    if (error === null || kind === 'incremental') return error;
    await store.reset(['Escrows']);
    successes = failures = referenceFailures = 0;
    isPruned = true;
    return null;
  };
  return {
    note: async (page, outcomes) => {
      const { items, phase } = page;
      const isOfObjects = phase !== 'references' && phase !== 'memberships';
      if (isOfObjects) seen += items.length;
      successes += successesOf(page, outcomes);
      const failed = failuresOf(page, outcomes);
      if (isOfObjects) failures += failed;
      else referenceFailures += failed;
      if (failed === 0) return;
      const unseen = Math.max(0, sourceCount - seen);
      const error = await verdict({ failures, referenceFailures, successes: successes + unseen });
      if (error !== null) throw error;
    },
    conclude: async () =>
      verdict({
        failures: await state.escrowCount(false),
        referenceFailures: await state.escrowCount(true),
        successes,
      }),
    successCount: () => successes,
    isPruned: () => isPruned,
  };
}

/** Objects that are as they should be: written without failure, or found so. References are not counted. */
function successesOf({ items }: PlannedPage, outcomes: readonly Outcome[]): number {
  const agreeing = items.filter((item) => item.kind === 'skip' && item.code === 'RedundantExport');
  const written = outcomes.filter(
    ({ result, change }) =>
      result === 'success' && change.kind !== 'reference' && change.kind !== 'membership',
  );
  return agreeing.length + written.length;
}

const failuresOf = ({ items }: PlannedPage, outcomes: readonly Outcome[]): number =>
  items.filter(({ kind }) => kind === 'failure').length +
  outcomes.filter(({ result }) => result === 'failure').length;
