import { type CycleCounts, NO_COUNTS } from '../../model/cycle.ts';
import type { Outcome, Planned, ProvisioningAction, ScopedObject } from '../../model/pipeline.ts';

type Count = keyof CycleCounts;

/** Counts one cycle; the only mutable thing that crosses its phases. */
export interface CycleCounter {
  add(count: Count, by?: number): void;
  counts(): CycleCounts;
}

/** Begins to count at zero, or where others stopped. */
export function newCounter(begun: CycleCounts = NO_COUNTS): CycleCounter {
  const counts: Record<Count, number> = { ...begun };
  return {
    add: (count, by = 1) => {
      counts[count] += by;
    },
    counts: () => ({ ...counts }),
  };
}

/** Counts an object that was read. */
export function countImported(counter: CycleCounter, { scope }: ScopedObject): void {
  counter.add('imported');
  if (scope.isAssigned) counter.add('entitled');
  if (scope.isInScope && scope.isActive) counter.add('entitledForProvisioning');
}

const COUNT_OF_ACTION: Readonly<Record<ProvisioningAction, Count | null>> = {
  create: 'create',
  update: 'update',
  disable: 'disable',
  delete: 'delete',
  stagedDelete: 'stagedDelete',
  other: null,
};

/** Counts what planning says of an object. */
export function countPlanned(counter: CycleCounter, planned: Planned): void {
  const count = countOf(planned);
  if (count !== null) counter.add(count);
}

function countOf(planned: Planned): Count | null {
  if (planned.kind === 'skip') return 'skipped';
  return planned.kind === 'failure' ? 'failed' : COUNT_OF_ACTION[planned.action];
}

/** Counts the outcome of a change. */
export function countOutcome(counter: CycleCounter, outcome: Outcome): void {
  if (outcome.result === 'failure') counter.add('failed');
  else countPlanned(counter, outcome.change);
  const { untaken = [], unverified, isUnshown = false, isReadLater = false, partsRead = 0 } = outcome;
  counter.add('untaken', untaken.length);
  if (isUnshown || isReadLater || unverified !== undefined) counter.add('unverified');
  counter.add('unverified', -partsRead);
}
