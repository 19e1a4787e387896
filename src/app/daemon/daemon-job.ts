import type { CompiledJob } from '../../job/compile.ts';
import { warnOfClock } from '../../job/cycle/clock.ts';
import { runCycle } from '../../job/cycle/cycle.ts';
import { watchUnknown } from '../../job/cycle/other-directory.ts';
import { type DaemonFacts, type ScheduledJob, scheduleFacts } from '../../job/scheduler/scheduler.ts';
import { watchTakeovers } from '../../job/warnings/takeover.ts';
import { INITIAL_CONTROL, type JobControl } from '../../model/control.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import type { Configuration } from '../../model/job.ts';
import type { TargetReader, TargetWriter } from '../../model/ports.ts';
import { withHousekeeping } from '../cycle/housekeeping.ts';
import { reasonText } from '../errors.ts';
import { openNotes } from '../session/open-notes.ts';
import { openSession, type Session } from '../session/session.ts';
import type { DaemonContext } from './context.ts';
import type { Lease } from './lease.ts';
import { logCycle, logFailedCycle } from './log-cycle.ts';

/** A job of the daemon, with what its cycles need. */
export interface DaemonJob extends DaemonContext {
  readonly configuration: Configuration;
  readonly job: CompiledJob;
  readonly holding: Lease;
}

/** What is remembered of a job between two reads of its state. */
interface Memory {
  /** Why its state could not be read last time; null: it could. */
  unreadable: string | null;
  /** The request that the last cycle could not take up; null: it did, or there was none. */
  refused: string | null;
}

/** Makes a job that the scheduler runs. */
export function scheduledJob(daemonJob: DaemonJob): ScheduledJob {
  const memory: Memory = { unreadable: null, refused: null };
  return {
    id: daemonJob.job.settings.id,
    facts: () => readableFacts(daemonJob, memory),
    runCycle: (signal) => daemonJob.holding.keepWhile(() => runOne(daemonJob, memory, signal)),
  };
}

/** Reads how a job stands. One whose state cannot be read runs no cycle; that is reported once, and read again. */
async function readableFacts(daemonJob: DaemonJob, memory: Memory): Promise<DaemonFacts> {
  try {
    const facts = await factsOf(daemonJob, memory);
    memory.unreadable = null;
    return facts;
  } catch (error) {
    const reason = reasonText(error);
    const { log, job, holding } = daemonJob;
    const { id, intervalMs } = job.settings;
    if (reason !== memory.unreadable && !holding.isReleased())
      log.error({ job: id }, `no cycle begins, because the state cannot be read:\n${reason}`);
    memory.unreadable = reason;
    return {
      isEnabled: false,
      intervalMs,
      control: INITIAL_CONTROL,
      lastStartedAt: null,
      isRequested: false,
    };
  }
}

async function factsOf({ job, holding }: DaemonJob, { refused }: Memory): Promise<DaemonFacts> {
  const control = await holding.state.control();
  const [last] = await holding.state.cycles(1);
  const kept = scheduleFacts(job.settings, control, last);
  const request = requestIn(control);
  return {
    ...kept,
    // The same state may still be in use under the name that the job had before a reload.
    isEnabled: kept.isEnabled && !holding.isBusy(),
    // One that could not be taken up is taken up at the next interval, not again and again.
    isRequested: request !== null && request !== refused,
  };
}

/** What was asked of the next cycle; null: nothing. */
const requestIn = ({ requested, forgotten }: JobControl): string | null =>
  requested === undefined && forgotten === undefined ? null : JSON.stringify([requested, forgotten]);

/** Runs one cycle and reports its result; a failure of any kind is reported, and is no failure of the daemon. */
async function runOne(daemonJob: DaemonJob, memory: Memory, signal: AbortSignal): Promise<void> {
  const { configuration, job, log, metrics, holding } = daemonJob;
  const { id } = job.settings;
  let session: Session | null = null;
  try {
    // Without this check, a missing state would be created, and the job would count as one that never ran.
    await holding.state.requireInPlace();
    session = await openSession(configuration, job.settings, 'write', {
      job,
      stateMustExist: true,
      remark: (text) => log.info({ job: id }, text),
    });
    const record = await cycleOf(daemonJob, session, signal);
    memory.refused = null;
    metrics.countCycle(id, record);
    logCycle(log, job.settings, record);
  } catch (error) {
    const state = await readOrNull(holding);
    memory.refused = state && requestIn(state.control);
    logFailedCycle(log, id, error, state?.control.quarantine?.nextAttempt ?? null);
    if (state?.last?.error) metrics.countCycle(id, state.last);
    else metrics.countBrokenCycle(id);
  } finally {
    await session?.close();
  }
}

/** How a job stands after a cycle that failed; null: its state cannot be read. */
async function readOrNull({
  state,
}: Lease): Promise<{ control: JobControl; last: CycleRecord | undefined } | null> {
  try {
    return { control: await state.control(), last: (await state.cycles(1))[0] };
  } catch {
    return null;
  }
}

async function cycleOf(daemonJob: DaemonJob, session: Session, signal: AbortSignal): Promise<CycleRecord> {
  const { configuration, log, exclusively, job } = daemonJob;
  const { id } = job.settings;
  const { requested } = await session.state.control();
  const note = (text: string): void => log.info({ job: id }, text);
  const acceptsClock = (requested?.acceptsClock ?? false) || daemonJob.acceptsClock(id);
  const planning = session.beginCycle();
  log.info({ job: id }, 'a cycle begins');
  for (const warning of await warnOfClock(planning, acceptsClock)) log.warn({ job: id }, warning);
  const takeovers = await watchTakeovers(session.state);
  const unknown = await watchUnknown(planning);
  const housekeeping = {
    session,
    mail: configuration.mail,
    note,
    exclusively,
    requested: requested ?? null,
    acceptsClock,
  };
  const cycle = withHousekeeping(housekeeping, () =>
    runCycle(
      {
        ...planning,
        ...countedTarget(daemonJob, session),
        store: session.state,
        openNotes,
        signal,
        observe: (page, _outcomes, counts) => {
          for (const item of page.items) takeovers.note(item);
          log.debug({ job: id, phase: page.phase, ...counts }, 'a page was recorded');
        },
      },
      { full: requested?.full ?? false, retriesAll: requested?.retriesAll ?? false, acceptsClock },
    ),
  );
  try {
    const record = await cycle;
    for (const warning of takeovers.warnings()) log.warn({ job: id }, warning);
    return record;
  } finally {
    // The next cycle takes this directory for the known one, also where this cycle ended with staged deletions.
    for (const warning of await unknown()) log.warn({ job: id }, warning);
  }
}

function countedTarget(
  { job, metrics }: DaemonJob,
  { client }: Session,
): { readonly target: TargetReader; readonly writer: TargetWriter } {
  const { id } = job.settings;
  return {
    target: {
      read: async (request, about, signal) => {
        const response = await client.read(request, about, signal);
        metrics.countRequest(id, request, response);
        return response;
      },
    },
    writer: {
      write: async (request, about, signal) => {
        const response = await client.write(request, about, signal);
        metrics.countRequest(id, request, response);
        return response;
      },
    },
  };
}
