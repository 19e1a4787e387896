import { type LockHolder, lockFileOf, lockHolder } from '../../io/lock.ts';
import { type RefusedImport, refusedImport } from '../../io/sources/watch/refused-import.ts';
import type { JobStore } from '../../io/stores/job-store.ts';
import { openJobStore } from '../../io/stores/sqlite/job/job-store.ts';
import { systemWorld } from '../../io/world.ts';
import {
  jobStatus,
  type ScheduleState,
  type StatusCode,
  type StatusFacts,
  scheduleState,
  statusCode,
  statusFacts,
} from '../../job/control/status.ts';
import { waitingFailures } from '../../job/control/waiting.ts';
import { dueAt, scheduleFacts } from '../../job/scheduler/scheduler.ts';
import type { ObjectType } from '../../model/directory.ts';
import type { Instant, Watermark } from '../../model/identifiers.ts';
import type { Configuration, JobSettings } from '../../model/job.ts';
import type { JsonObject } from '../../model/json.ts';
import type { JobReader } from '../../model/ports.ts';
import type { WaitingFailures } from '../../model/state.ts';
import { proxyOf } from '../job-of.ts';
import { readSoundSchema } from '../schema/check-schema.ts';
import { foreignOwner } from '../state/owner.ts';

export { holderText, type LockHolder } from '../../io/lock.ts';

/** What the status shows of a job beyond Graph's resource. */
export interface StatusExtras {
  readonly linkCounts: Readonly<Record<ObjectType, number>>;
  /** Objects that fail. */
  readonly failingCount: number;
  /** References and memberships that fail. */
  readonly failingReferenceCount: number;
  /** All of these, and when the first is tried again. */
  readonly waiting: WaitingFailures;
  /** Staged deletions. */
  readonly heldBackCount: number;
  readonly watermark: Watermark | null;
  /** The process that runs the job now; null: none; unknown: one that cannot be identified. */
  readonly holder: LockHolder | 'unknown' | null;
  /** Scheme, host and port of the proxy between the job and its target, without credentials; null: none. */
  readonly proxy: string | null;
  /** The import of the watched source that was refused last, and has not succeeded since. */
  readonly refusedImport: RefusedImport | null;
}

/** How a job is. */
export interface JobStatus {
  readonly code: StatusCode;
  readonly schedule: ScheduleState;
  readonly facts: StatusFacts;
  /** When a daemon begins the next cycle: not in the past; null: not until an administrator acts. */
  readonly nextAt: Instant | null;
  readonly extras: StatusExtras;
  /** Says that the state is of another job or target, so that no cycle runs; null: it is not known to be. */
  readonly foreignState: string | null;
  /**
   * Graph's synchronizationJob, with `daemon`, `holder`, `proxy`, `waitingFailures` and `refusedImport`
   * beside it.
   * @see Graph synchronizationJob
   */
  readonly document: JsonObject;
}

/**
 * Reads how a job is. It writes nothing, and needs neither the target nor a lock; a job that never ran has a status.
 * @throws {ConfigurationError} when the schema or the state cannot be read
 */
export async function readStatus(configuration: Configuration, settings: JobSettings): Promise<JobStatus> {
  // The schema is checked; nothing of it is evaluated, so it is not compiled.
  const schema = readSoundSchema(settings.schemaFile, settings.expressions);
  const state = openJobStore(settings.stateFile, { readonly: true });
  try {
    const facts = await statusFacts({ settings, schema }, state);
    const extras = await extrasOf(configuration, settings, state);
    return {
      code: statusCode(facts),
      schedule: scheduleState(facts),
      facts,
      nextAt: nextAt(facts),
      extras,
      foreignState: await foreignOwner(state, settings),
      document: {
        ...jobStatus(facts),
        ...holdingDocument(extras.holder),
        ...(extras.proxy === null ? {} : { proxy: extras.proxy }),
        waitingFailures: { ...extras.waiting },
        refusedImport: extras.refusedImport && { ...extras.refusedImport },
      },
    };
  } finally {
    await state.close();
  }
}

/** As the scheduler of a daemon sees it. */
function nextAt({ settings, control, cycles }: StatusFacts): Instant | null {
  const isRequested = control.requested !== undefined || control.forgotten !== undefined;
  return dueAt({ ...scheduleFacts(settings, control, cycles[0]), isRequested }, null, systemWorld.now());
}

const extrasOf = async (
  { source, directoryFile }: Configuration,
  { stateFile, target, safety }: JobSettings,
  state: JobStore,
): Promise<StatusExtras> => ({
  // The content of a lock counts only while it is held: a killed process leaves it behind.
  holder: lockHolder(lockFileOf(stateFile)),
  proxy: proxyOf(target),
  // Only a watched source is imported by a daemon.
  refusedImport: source === undefined ? null : refusedImport(directoryFile),
  linkCounts: await state.linkCounts(),
  failingCount: await state.escrowCount(false),
  failingReferenceCount: await state.escrowCount(true),
  waiting: await waitingFailures(state, safety.retry),
  heldBackCount: await heldBackCount(state),
  watermark: (await state.position())?.watermark ?? null,
});

/** Beyond Graph: the daemon that runs the job, and any other process that has it. */
function holdingDocument(holder: LockHolder | 'unknown' | null): JsonObject {
  const isDaemon = holder !== null && holder !== 'unknown' && holder.command === 'start';
  return {
    daemon: isDaemon ? { pid: holder.pid, host: holder.host, since: holder.since } : null,
    holder:
      holder === 'unknown' ? { command: null, pid: null, host: null, since: null } : holder && { ...holder },
  };
}

async function heldBackCount(state: JobReader): Promise<number> {
  let count = 0;
  for (const type of ['User', 'Group'] as const)
    for await (const page of state.stagedObjects(type, 1_000)) count += page.length;
  return count;
}
