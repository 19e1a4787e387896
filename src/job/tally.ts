import { type CycleCounts, NO_COUNTS } from '../model/cycle.ts';
import type { Outcome, Planned, ProvisioningAction, ScopedObject } from '../model/pipeline.ts';

type Count = keyof CycleCounts;

/** Counts one cycle; the only mutable thing that crosses its phases. */
export interface Tally {
  add(count: Count, by?: number): void;
  counts(): CycleCounts;
}

/** Begins to count at zero, or where others stopped. */
export function newTally(begun: CycleCounts = NO_COUNTS): Tally {
  const counts: Record<Count, number> = { ...begun };
  return {
    add: (count, by = 1) => {
      counts[count] += by;
    },
    counts: () => ({ ...counts }),
  };
}

/** Counts an object that was read. */
export function countImported(tally: Tally, { scope }: ScopedObject): void {
  tally.add('imported');
  if (scope.isAssigned) tally.add('entitled');
  if (scope.isInScope && scope.isActive) tally.add('entitledForProvisioning');
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
export function countPlanned(tally: Tally, planned: Planned): void {
  const count = countOf(planned);
  if (count !== null) tally.add(count);
}

function countOf(planned: Planned): Count | null {
  if (planned.kind === 'skip') return 'skipped';
  return planned.kind === 'failure' ? 'failed' : COUNT_OF_ACTION[planned.change.action];
}

/** Counts what came of a change. */
export function countOutcome(tally: Tally, outcome: Outcome): void {
  if (outcome.result === 'failure') tally.add('failed');
  else countPlanned(tally, { kind: 'change', change: outcome.change });
  const { untaken = [], unverified, isUnshown = false, isReadLater = false, partsRead = 0 } = outcome;
  tally.add('untaken', untaken.length);
  if (isUnshown || isReadLater || unverified !== undefined) tally.add('unverified');
  tally.add('unverified', -partsRead);
}
