import type { JobControl } from '../model/control.ts';
import type { CycleKind } from '../model/cycle.ts';
import type { QuarantineError } from '../model/errors.ts';
import type { Outcome } from '../model/pipeline.ts';
import type { JobReader, JobWriter } from '../model/ports.ts';
import type { SafetySettings } from '../model/safety.ts';
import type { PlannedPage } from './plan-objects.ts';
import { judgeFailures } from './quarantine.ts';

/** What watching the failures of a cycle needs. */
export interface WatchContext {
  readonly kind: CycleKind;
  readonly control: JobControl;
  readonly state: Pick<JobReader, 'escrowCount'>;
  readonly store: Pick<JobWriter, 'reset'>;
  readonly safety: SafetySettings;
}

/** Watches how many objects fail while a cycle runs. */
export interface FailureWatch {
  /**
   * Takes note of a recorded page.
   * @throws {QuarantineError} when too many objects fail; an initial cycle goes on, and discards the failures instead
   */
  note(page: PlannedPage, outcomes: readonly Outcome[]): void;
  /** Judges the failures as they stand; null: they are bearable. */
  judge(): QuarantineError | null;
  /** Objects provisioned or found in order since failures were last forgotten. */
  successCount(): number;
  /** Whether failures were discarded. */
  isPruned(): boolean;
}

/** Begins to watch. @see Graph synchronizationStatus, escrowsPruned */
export function watchFailures({ kind, control, state, store, safety }: WatchContext): FailureWatch {
  let successes = control.successCount;
  let isPruned = false;
  const judge = (): QuarantineError | null =>
    judgeFailures(
      { failures: state.escrowCount(false), referenceFailures: state.escrowCount(true), successes },
      safety.quarantine,
    );
  return {
    note: (page, outcomes) => {
      successes += successesOf(page, outcomes);
      if (!hasFailures(page, outcomes)) return;
      const error = judge();
      if (error === null) return;
      if (kind === 'incremental') throw error;
      store.reset(['Escrows']);
      successes = 0;
      isPruned = true;
    },
    judge,
    successCount: () => successes,
    isPruned: () => isPruned,
  };
}

/** Objects that are as they should be: written without failure, or found so. References are not counted. */
function successesOf({ items }: PlannedPage, outcomes: readonly Outcome[]): number {
  const agreeing = items.filter((item) => item.kind === 'skip' && item.skip.reason === 'RedundantExport');
  const written = outcomes.filter(
    ({ result, change }) =>
      result === 'success' && change.kind !== 'reference' && change.kind !== 'membership',
  );
  return agreeing.length + written.length;
}

const hasFailures = ({ items }: PlannedPage, outcomes: readonly Outcome[]): boolean =>
  items.some(({ kind }) => kind === 'failure') || outcomes.some(({ result }) => result === 'failure');
