import { existsSync } from 'node:fs';
import { createMetrics } from '../../io/http/metrics.ts';
import { followFiles, type Taking } from '../../io/sources/watch/follow-files.ts';
import { realTimer, type Timer } from '../../io/timer.ts';
import { createScheduler } from '../../job/scheduler/scheduler.ts';
import type { Configuration } from '../../model/job.ts';
import { reasonText } from '../errors.ts';
import type { Call } from '../events.ts';
import { schedulerClock } from './clock.ts';
import { createEndpointSwitch } from './endpoint-switch.ts';
import { createJobs } from './jobs.ts';
import { logAsEvents } from './log.ts';
import { configurationFiles, requireDirectory } from './reload.ts';
import { runConcurrently } from './run-concurrently.ts';
import { createSerialExecutor } from './serial-executor.ts';
import { createSourceFollower, type SourceFollower } from './source.ts';

/** How a daemon is run. */
export interface DaemonRequest {
  /** Reads the configuration again. Absent: it never changes. @throws {ConfigurationError} */
  readonly read?: () => Configuration;
  /** Has a listener called when the configuration is to be read again. */
  readonly onReload?: (listener: () => void) => void;
  /** The clock is right for the first cycle of each job. */
  readonly acceptsClock?: boolean;
}

/** A configuration that is being written is not read half-written; what is wrong in it is told once. */
const CONFIGURATION_TIMES = {
  everyMs: 1_000,
  settleMs: 1_000,
  shrunkSettleMs: 1_000,
  retryMs: Number.POSITIVE_INFINITY,
};

/** How long the first cycles wait for the watched source, where there is a directory to go on with. */
const SOURCE_PATIENCE_MS = 30_000;

const SOURCE_LOOK_MS = 250;

/**
 * Runs the daemon until the signal of the call is aborted: what is under way is then finished and saved.
 * @throws {ConfigurationError} when it must not start: a schema, a state that is in use, an address that is taken
 */
export async function runDaemon(
  given: Configuration,
  { read = () => given, onReload = () => {}, acceptsClock: acceptsFirst = false }: DaemonRequest,
  call: Call,
): Promise<void> {
  const timer = realTimer;
  const log = logAsEvents(call);
  const { signal = new AbortController().signal } = call;
  let configuration = given;
  let phase: 'starting' | 'running' = 'starting';
  const notReady = (): string | null =>
    signal.aborted ? 'the daemon is stopping' : phase === 'running' ? null : 'the daemon is starting';
  const metrics = createMetrics(() => jobs.facts(), timer.nowMs);
  const begun = new Set<string>();
  const acceptsClock = (job: string): boolean => {
    const isFirst = !begun.has(job);
    begun.add(job);
    return isFirst && acceptsFirst;
  };
  const context = { log, metrics, exclusively: createSerialExecutor(), acceptsClock };
  const jobs = createJobs(context);
  const scheduler = createScheduler({ jobs: jobs.jobs, clock: schedulerClock(timer) });
  const endpoint = createEndpointSwitch({ notReady, metrics }, log);
  const source = createSourceFollower(context, () => configuration, timer);

  const load = async (next: Configuration): Promise<void> => {
    await requireDirectory(next);
    await jobs.load(next);
    configuration = next;
    scheduler.wake();
  };
  const reload = async (): Promise<void> => {
    try {
      const next = read();
      await load(next);
      log.info({ jobs: enabledJobs(next) }, 'the configuration was read again');
    } catch (error) {
      log.error(`the configuration was not taken up, and the one before stays:\n${reasonText(error)}`);
      return;
    }
    await endpoint
      .apply(configuration.endpoint)
      .catch((error: unknown) => log.error(`there is no endpoint any more:\n${reasonText(error)}`));
  };
  // One after the other: a signal and a changed file may come together.
  const reloading = createSerialExecutor();
  const onSettled = (): Promise<Taking> => reloading(reload).then(() => 'taken');
  const files = (): readonly string[] => configurationFiles(configuration);

  try {
    await load(configuration);
    await endpoint.apply(configuration.endpoint);
    onReload(() => void reloading(reload));
    log.info({ jobs: enabledJobs(configuration), pid: process.pid }, 'the daemon has started');
    await runConcurrently(
      [
        async (stop) => {
          await firstImport(source, () => configuration, timer, stop);
          phase = 'running';
          await scheduler.run(stop);
        },
        source.follow,
        (stop) => followFiles({ ...CONFIGURATION_TIMES, timer, isTaken: true, files, onSettled }, stop),
      ],
      signal,
    );
  } finally {
    await endpoint.apply(undefined);
    await jobs.release();
    log.info('the daemon has ended');
  }
}

const enabledJobs = ({ jobs }: Configuration): readonly string[] =>
  jobs.filter(({ enabled }) => enabled).map(({ id }) => id);

/** Waits until the watched source was imported; with a directory from before, not for long. */
async function firstImport(
  source: SourceFollower,
  configuration: () => Configuration,
  timer: Timer,
  signal: AbortSignal,
): Promise<void> {
  const beganAtMs = timer.nowMs();
  const mayBegin = (): boolean => {
    if (configuration().source === undefined) return true;
    if (!existsSync(configuration().directoryFile)) return false;
    return source.hasTried() || timer.nowMs() - beganAtMs >= SOURCE_PATIENCE_MS;
  };
  while (!signal.aborted && !mayBegin()) await timer.wait(SOURCE_LOOK_MS, signal);
}
