import type { CycleRecord } from '../model/cycle.ts';
import type { ObjectType } from '../model/directory.ts';
import type { JobSettings } from '../model/job.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { SynchronizationSchema } from '../model/schema.ts';

/** What the status of a job is made from. */
export interface StatusFacts {
  readonly settings: JobSettings;
  readonly schema: SynchronizationSchema;
  /** The newest first. */
  readonly cycles: readonly CycleRecord[];
  readonly linkCounts: Readonly<Record<ObjectType, number>>;
  readonly escrowCount: number;
}

const NEVER = '0001-01-01T00:00:00Z';

/**
 * The status of a job as Graph shows it.
 * @see Graph synchronizationJob, synchronizationStatus
 */
export function jobStatus(facts: StatusFacts): JsonObject {
  const { settings, schema, cycles } = facts;
  const ended = cycles.filter((cycle) => cycle.endedAt !== null);
  const succeeded = ended.filter((cycle) => cycle.state === 'Succeeded');
  const steady = ended.filter((cycle) => cycle.state === 'Succeeded' && exportsOf(cycle) === 0);
  return {
    id: settings.id,
    templateId: 'scim',
    schedule: {
      expiration: null,
      interval: isoDuration(settings.intervalMs),
      state: settings.enabled ? 'Active' : 'Disabled',
    },
    status: {
      code: statusCode(ended),
      countSuccessiveCompleteFailures: successiveFailures(ended),
      escrowsPruned: false,
      lastExecution: execution(ended[0]),
      lastSuccessfulExecution: execution(succeeded[0]),
      lastSuccessfulExecutionWithExports: execution(succeeded.find((cycle) => exportsOf(cycle) > 0)),
      progress: [],
      quarantine: quarantine(ended),
      steadyStateFirstAchievedTime: steady.at(-1)?.endedAt ?? NEVER,
      steadyStateLastAchievedTime: steady[0]?.endedAt ?? NEVER,
      synchronizedEntryCountByType: entryCounts(schema, facts.linkCounts),
      troubleshootingUrl: ended.length === 0 ? null : '',
    },
    synchronizationJobSettings: [],
  };
}

/** How many objects a cycle changed in the target. */
const exportsOf = ({ counts }: CycleRecord): number =>
  counts.create + counts.update + counts.disable + counts.delete;

function statusCode(ended: readonly CycleRecord[]): string {
  const [last] = ended;
  if (last === undefined) return 'NotRun';
  return last.error === null ? 'Active' : 'Quarantine';
}

function successiveFailures(ended: readonly CycleRecord[]): number {
  const healthy = ended.findIndex((cycle) => cycle.state !== 'Failed');
  return healthy < 0 ? ended.length : healthy;
}

function quarantine(ended: readonly CycleRecord[]): Json {
  const series = ended.slice(0, successiveFailures(ended));
  const last = series[0];
  if (!last?.error) return null;
  return {
    currentBegan: last.endedAt,
    nextAttempt: null,
    reason: last.error.reason,
    seriesBegan: series.at(-1)?.endedAt ?? null,
    seriesCount: series.length,
    error: { code: last.error.code, message: last.error.message, tenantActionable: true },
  };
}

function execution(cycle: CycleRecord | undefined): Json {
  if (cycle === undefined) return null;
  const { counts } = cycle;
  return {
    activityIdentifier: cycle.id,
    countEntitled: counts.entitled,
    countEntitledForProvisioning: counts.entitledForProvisioning,
    countEscrowed: counts.failed,
    countEscrowedRaw: counts.failed,
    countExported: exportsOf(cycle),
    countExports: exportsOf(cycle) + counts.failed,
    countImported: counts.imported,
    countImportedDeltas: cycle.kind === 'incremental' ? counts.imported : 0,
    countImportedReferenceDeltas: counts.importedReferences,
    state: cycle.state,
    error: cycle.error && { code: cycle.error.code, message: cycle.error.message, tenantActionable: true },
    timeBegan: cycle.startedAt,
    timeEnded: cycle.endedAt,
  };
}

function entryCounts(
  schema: SynchronizationSchema,
  counts: Readonly<Record<ObjectType, number>>,
): readonly JsonObject[] {
  return [schema.user, schema.group].flatMap((mapping) =>
    mapping
      ? [{ key: `${mapping.objectType} to ${mapping.targetObjectName}`, value: counts[mapping.objectType] }]
      : [],
  );
}

/** A duration in ISO 8601, in whole seconds. */
function isoDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor((seconds % 3600) / 60),
    seconds % 60,
  ];
  return `PT${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${rest || seconds === 0 ? `${rest}S` : ''}`;
}
