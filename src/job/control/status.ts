import type { JobControl } from '../../model/control.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import type { ObjectType } from '../../model/directory.ts';
import type { JobSettings } from '../../model/job.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { JobReader } from '../../model/ports.ts';
import type { SynchronizationSchema } from '../../model/schema.ts';
import type { CompiledJob } from '../compile.ts';
import { entryCounts } from './entry-counts.ts';
import { executionOf, exportsOf, NO_EXECUTION } from './status-execution.ts';

/** What the status of a job is made from. */
export interface StatusFacts {
  readonly settings: JobSettings;
  readonly schema: SynchronizationSchema;
  readonly control: JobControl;
  /** The newest first. */
  readonly cycles: readonly CycleRecord[];
  /** The highest number of objects ever managed, by type. */
  readonly entryCounts: Readonly<Record<ObjectType, number>>;
  /** The job has a watermark: a cycle once completed. */
  readonly hasWatermark: boolean;
}

/** @see Graph synchronizationStatusCode */
export type StatusCode = 'NotConfigured' | 'NotRun' | 'Active' | 'Paused' | 'Quarantine';

/** @see Graph synchronizationScheduleState */
export type ScheduleState = 'Active' | 'Disabled' | 'Paused';

const NEVER = '0001-01-01T00:00:00Z';

/**
 * The status of a job as Graph shows it.
 * @see Graph synchronizationJob, synchronizationStatus
 */
export function jobStatus(facts: StatusFacts): JsonObject {
  const { settings, schema, control, cycles } = facts;
  const ended = cycles.filter((cycle) => cycle.endedAt !== null);
  const succeeded = ended.filter((cycle) => cycle.state === 'Succeeded');
  const steady = succeeded.filter((cycle) => exportsOf(cycle) === 0);
  const code = statusCode(facts);
  const [last] = ended;
  return {
    id: settings.id,
    templateId: 'scim',
    schedule: {
      expiration: null,
      interval: isoDuration(settings.intervalMs),
      state: scheduleState(facts),
    },
    status: {
      code,
      countSuccessiveCompleteFailures: successiveFailures(ended),
      escrowsPruned: control.escrowsPruned,
      lastExecution: last === undefined && code === 'NotRun' ? NO_EXECUTION : executionOf(last),
      lastSuccessfulExecution: executionOf(succeeded[0]),
      lastSuccessfulExecutionWithExports: executionOf(succeeded.find((cycle) => exportsOf(cycle) > 0)),
      progress: progressOf(cycles[0]),
      quarantine: quarantineOf(control),
      steadyStateFirstAchievedTime: steady.at(-1)?.endedAt ?? NEVER,
      steadyStateLastAchievedTime: steady[0]?.endedAt ?? NEVER,
      synchronizedEntryCountByType: entryCountsByType(schema, facts.entryCounts),
      troubleshootingUrl: ended.length === 0 ? null : '',
    },
    synchronizationJobSettings: jobSettings(settings),
  };
}

/** Whether cycles are begun: not while Provisioning Status is Off, nor while the job is paused or disabled. */
export function scheduleState({
  settings,
  control,
}: Pick<StatusFacts, 'settings' | 'control'>): ScheduleState {
  if (!settings.enabled || control.isDisabled) return 'Disabled';
  return control.isPaused ? 'Paused' : 'Active';
}

/** How a job is. A job that is switched off is Paused to Graph; one whose first cycle has not ended is NotRun. */
export function statusCode({
  settings,
  control,
  cycles,
  hasWatermark,
}: Pick<StatusFacts, 'settings' | 'control' | 'cycles' | 'hasWatermark'>): StatusCode {
  if (!settings.enabled || control.isPaused) return 'Paused';
  if (control.quarantine !== null) return 'Quarantine';
  const hasRun = hasWatermark || cycles.some(({ endedAt, error }) => endedAt !== null && error === null);
  return hasRun ? 'Active' : 'NotRun';
}

function successiveFailures(ended: readonly CycleRecord[]): number {
  const healthy = ended.findIndex((cycle) => cycle.state !== 'Failed');
  return healthy < 0 ? ended.length : healthy;
}

/** @see Graph synchronizationProgress */
function progressOf(newest: CycleRecord | undefined): readonly JsonObject[] {
  if (!newest?.progress || newest.endedAt !== null) return [];
  const { pagesDone, pagesTotal, observedAt } = newest.progress;
  return [
    {
      completedUnits: pagesDone,
      progressObservationDateTime: observedAt,
      totalUnits: pagesTotal,
      units: 'pages',
    },
  ];
}

/** @see Graph synchronizationQuarantine */
function quarantineOf({ quarantine }: JobControl): Json {
  if (quarantine === null) return null;
  const { reason, error, seriesBegan, currentBegan, nextAttempt, seriesCount } = quarantine;
  return {
    currentBegan,
    nextAttempt,
    reason,
    seriesBegan,
    seriesCount,
    error: { ...error, tenantActionable: true },
  };
}

/** @see Graph synchronizationStatus, synchronizedEntryCountByType */
function entryCountsByType(
  schema: SynchronizationSchema,
  counts: Readonly<Record<ObjectType, number>>,
): readonly JsonObject[] {
  return [schema.user, schema.group].flatMap((mapping) =>
    mapping
      ? [{ key: `${mapping.objectType} to ${mapping.targetObjectName}`, value: counts[mapping.objectType] }]
      : [],
  );
}

/** Settings of the job that Graph knows by name; values are text. */
function jobSettings({ safety }: JobSettings): readonly JsonObject[] {
  const { deletionThreshold } = safety;
  return deletionThreshold === null
    ? []
    : [{ name: 'QuarantineTooManyDeletesThreshold', value: String(deletionThreshold) }];
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

/** Cycles that the statistics look back on: more than a month of them. */
const LOOK_BACK = 1_500;

/** Reads what the status of a job is made from. */
export async function statusFacts(
  { settings, schema }: Pick<CompiledJob, 'settings' | 'schema'>,
  state: Pick<JobReader, 'control' | 'cycles' | 'linkCounts' | 'position'>,
): Promise<StatusFacts> {
  return {
    settings,
    schema,
    control: await state.control(),
    cycles: await state.cycles(LOOK_BACK),
    entryCounts: await entryCounts(state),
    hasWatermark: (await state.position()) !== null,
  };
}
