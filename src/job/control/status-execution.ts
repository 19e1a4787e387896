import type { CycleRecord } from '../../model/cycle.ts';
import { withSevenDigits } from '../../model/identifiers.ts';
import type { Json, JsonObject } from '../../model/json.ts';

/** What stands where a cycle would, while the first one has not ended. @see Graph synchronizationTaskExecution */
export const NO_EXECUTION: JsonObject = {
  activityIdentifier: null,
  countEntitled: 0,
  countEntitledForProvisioning: 0,
  countEscrowed: 0,
  countEscrowedRaw: 0,
  countExported: 0,
  countExports: 0,
  countImported: 0,
  countImportedDeltas: 0,
  countImportedReferenceDeltas: 0,
  state: 'Failed',
  error: { code: 'None', message: '', tenantActionable: false },
  timeBegan: '0001-01-01T00:00:00Z',
  timeEnded: '0001-01-01T00:00:00Z',
};

/** How many objects a cycle changed in the target. */
export function exportsOf({ counts }: CycleRecord): number {
  return counts.create + counts.update + counts.disable + counts.delete;
}

/** A cycle that ended, in Graph's words; null where there is none. @see Graph synchronizationTaskExecution */
export function executionOf(cycle: CycleRecord | undefined): Json {
  if (cycle === undefined) return null;
  const { counts } = cycle;
  return {
    activityIdentifier: cycle.id,
    countEntitled: counts.entitled,
    countEntitledForProvisioning: counts.entitledForProvisioning,
    countEscrowed: counts.failed,
    countEscrowedRaw: counts.failed,
    countExported: exportsOf(cycle),
    countExports: exportsOf(cycle) + counts.failed + counts.stagedDelete,
    countImported: counts.imported,
    countImportedDeltas: cycle.kind === 'incremental' ? counts.imported : 0,
    countImportedReferenceDeltas: counts.importedReferences,
    state: cycle.state,
    error: cycle.error && { code: cycle.error.code, message: cycle.error.message, tenantActionable: true },
    timeBegan: withSevenDigits(cycle.startedAt),
    timeEnded: cycle.endedAt === null ? null : withSevenDigits(cycle.endedAt),
  };
}
