import { openScratch } from '../../io/scratch.ts';
import type { CompiledJob } from '../../job/compile.ts';
import { runCycle } from '../../job/cycle.ts';
import type { DaemonFacts, ScheduledJob } from '../../job/daemon.ts';
import { watchTakeovers } from '../../job/warnings-takeover.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import type { Configuration } from '../../model/job.ts';
import type { TargetReader, TargetWriter } from '../../model/ports.ts';
import { withHousekeeping } from '../run-cycle.ts';
import { openSession, type Session } from '../session.ts';
import type { Holding } from './holding.ts';
import { logCycle, logFailedCycle } from './log-cycle.ts';
import type { DaemonSurroundings } from './surroundings.ts';

/** A job of the daemon, with what its cycles need. */
export interface DaemonJob extends DaemonSurroundings {
  readonly configuration: Configuration;
  readonly job: CompiledJob;
  readonly holding: Holding;
}

/** Makes a job that the scheduler runs. */
export const scheduledJob = (daemonJob: DaemonJob): ScheduledJob => ({
  id: daemonJob.job.settings.id,
  facts: () => factsOf(daemonJob),
  runCycle: (signal) => daemonJob.holding.keepWhile(() => runOne(daemonJob, signal)),
});

/** A cycle that was interrupted is no reason to wait for the next one. */
function factsOf({ job, holding }: DaemonJob): DaemonFacts {
  const control = holding.state.control();
  const [last] = holding.state.cycles(1);
  const { enabled, intervalMs } = job.settings;
  return {
    // The same state may still be in use under the name that the job had before a reload.
    isEnabled: enabled && !holding.isBusy(),
    intervalMs,
    control,
    lastStartedAt: last === undefined || last.endedAt === null ? null : last.startedAt,
    isRequested: control.requested !== undefined || control.forgotten !== undefined,
  };
}

/** Runs one cycle and tells what came of it; a failure of whatever kind is told, and is no failure of the daemon. */
async function runOne(daemonJob: DaemonJob, signal: AbortSignal): Promise<void> {
  const { configuration, job, log, metrics } = daemonJob;
  const { id } = job.settings;
  let session: Session | null = null;
  try {
    session = openSession(configuration, job.settings, 'write', {
      job,
      remark: (text) => log.info({ job: id }, text),
    });
    const record = await cycleOf(daemonJob, session, signal);
    metrics.countCycle(id, record);
    logCycle(log, job.settings, record);
  } catch (error) {
    const [last] = session?.state.cycles(1) ?? [];
    logFailedCycle(log, id, error, session?.state.control().quarantine?.nextAttempt ?? null);
    if (last?.error) metrics.countCycle(id, last);
    else metrics.countBrokenCycle(id);
  } finally {
    session?.close();
  }
}

async function cycleOf(daemonJob: DaemonJob, session: Session, signal: AbortSignal): Promise<CycleRecord> {
  const { configuration, log, exclusively, job } = daemonJob;
  const { id } = job.settings;
  const { requested } = session.state.control();
  const note = (text: string): void => log.info({ job: id }, text);
  log.info({ job: id }, 'a cycle begins');
  const takeovers = watchTakeovers(session.state);
  const record = await withHousekeeping({ session, mail: configuration.mail, note, exclusively }, () =>
    runCycle(
      {
        ...session.beginCycle(),
        ...countedTarget(daemonJob, session),
        store: session.state,
        openScratch,
        signal,
        observe: (page, _outcomes, counts) => {
          for (const item of page.items) takeovers.note(item);
          log.debug({ job: id, phase: page.phase, ...counts }, 'a page was recorded');
        },
      },
      { full: requested?.full ?? false, retriesAll: requested?.retriesAll ?? false },
    ),
  );
  for (const warning of takeovers.warnings()) log.warn({ job: id }, warning);
  return record;
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
