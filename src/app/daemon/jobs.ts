import type { JobFacts } from '../../io/http/metrics.ts';
import { lockFileOf } from '../../io/lock.ts';
import type { CompiledJob } from '../../job/compile.ts';
import type { ScheduledJob } from '../../job/scheduler/scheduler.ts';
import { ConfigurationError, type Issue } from '../../model/errors.ts';
import type { Configuration, JobSettings } from '../../model/job.ts';
import { readJob } from '../session/read-job.ts';
import { requireOwnState } from '../state/owner.ts';
import type { DaemonContext } from './context.ts';
import { type DaemonJob, scheduledJob } from './daemon-job.ts';
import { type Lease, leaseState } from './lease.ts';
import type { Log } from './log.ts';

/** The jobs of a daemon; those of its configuration that are enabled. */
export interface Jobs {
  jobs(): readonly ScheduledJob[];
  /** How they stand now. */
  facts(): Promise<readonly JobFacts[]>;
  /**
   * Takes up the jobs of a configuration instead of those before, all of them or none; cycles under way come to their
   * end as they were begun.
   * @throws {ConfigurationError} with every issue of every schema, or when another process runs one of the jobs, or the
   * state of one is of another job or target
   */
  load(configuration: Configuration): Promise<void>;
  /** Gives the states of all jobs back. */
  release(): Promise<void>;
}

/** Cycles that are searched for the last completed one. */
const LOOK_BACK = 200;

/** Creates an empty set of jobs. */
export function createJobs(context: DaemonContext): Jobs {
  let jobs: readonly DaemonJob[] = [];
  let scheduled: readonly ScheduledJob[] = [];
  return {
    jobs: () => scheduled,
    facts: async () => (await Promise.all(jobs.map(readableFacts))).flat(),
    load: async (configuration) => {
      const compiled = compileAll(configuration.jobs.filter(({ enabled }) => enabled));
      const held = jobs.map(({ holding }) => holding);
      const holdings = await holdAll(
        compiled.map(({ settings }) => settings),
        held,
        context.log,
      );
      jobs = compiled.map((job, index) => ({
        ...context,
        configuration,
        job,
        holding: holdings[index] as Lease,
      }));
      scheduled = jobs.map(scheduledJob);
      for (const holding of held) if (!holdings.includes(holding)) await holding.release();
    },
    release: async () => {
      const held = jobs.map(({ holding }) => holding);
      jobs = [];
      scheduled = [];
      for (const holding of held) await holding.release();
    },
  };
}

/** Compiles jobs, and reports all errors of all jobs at once. */
function compileAll(settings: readonly JobSettings[]): readonly CompiledJob[] {
  const issues: Issue[] = [];
  const compiled = settings.flatMap((one): readonly CompiledJob[] => {
    try {
      return [readJob(one)];
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      issues.push(...error.issues);
      return [];
    }
  });
  if (issues.length > 0) throw new ConfigurationError(issues);
  return compiled;
}

/**
 * Takes states that are not held yet, and requires that all are of their jobs and targets; when one cannot be had, those
 * that were taken for it are given back.
 */
async function holdAll(
  jobs: readonly JobSettings[],
  held: readonly Lease[],
  log: Log,
): Promise<readonly Lease[]> {
  const taken: Lease[] = [];
  const holdings: Lease[] = [];
  try {
    for (const settings of jobs) {
      const remark = (text: string): void => log.info({ job: settings.id }, text);
      const lockFile = lockFileOf(settings.stateFile);
      const known = held.find(({ stateFile }) => lockFileOf(stateFile) === lockFile);
      if (known === undefined) {
        const holding = await leaseState(settings, remark);
        taken.push(holding);
        holdings.push(holding);
      } else {
        await requireOwnState(known.state, settings, { mayTake: () => !known.isBusy(), remark });
        holdings.push(known);
      }
    }
    return holdings;
  } catch (error) {
    for (const holding of taken) await holding.release();
    throw error;
  }
}

/** A job whose state cannot be read shows nothing; the scheduler reports why. */
async function readableFacts(job: DaemonJob): Promise<readonly JobFacts[]> {
  try {
    return [await factsOf(job)];
  } catch {
    return [];
  }
}

async function factsOf({ job, holding: { state } }: DaemonJob): Promise<JobFacts> {
  const { quarantine, isPaused, isDisabled } = await state.control();
  const succeeded = (await state.cycles(LOOK_BACK)).find(
    ({ endedAt, error }) => endedAt !== null && error === null,
  );
  return {
    job: job.settings.id,
    escrowCount: (await state.escrowCount(false)) + (await state.escrowCount(true)),
    isQuarantined: quarantine !== null,
    isPaused,
    isDisabled,
    lastSuccessAt: succeeded?.endedAt ?? null,
  };
}
