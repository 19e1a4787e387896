import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Endpoint, type EndpointSource, startEndpoint } from '../../io/http/endpoint.ts';
import { createMetrics } from '../../io/http/metrics.ts';
import { followFiles, type Taking } from '../../io/sources/watch/follow-files.ts';
import { openDirectory } from '../../io/stores/sqlite/directory/directory.ts';
import { realTimer, type Timer } from '../../io/timer.ts';
import { createScheduler, type SchedulerClock } from '../../job/scheduler/scheduler.ts';
import type { Configuration, EndpointSettings } from '../../model/job.ts';
import { reasonText } from '../errors.ts';
import type { Call } from '../events.ts';
import { createJobs } from './jobs.ts';
import { type Log, logAsEvents } from './log.ts';
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

/** A configuration that is being written is not read half-written; an error in it is reported once. */
const CONFIGURATION_TIMES = {
  everyMs: 1_000,
  settleMs: 1_000,
  shrunkSettleMs: 1_000,
  retryMs: Number.POSITIVE_INFINITY,
};

/** How long the first cycles wait for the watched source, where there is a directory to continue with. */
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

/** How soon the daemon sees what commands have decided about a job. */
const LOOK_EVERY_MS = 1_000;

/** The clock of a daemon: it returns early, so that a machine that slept or whose clock was set is noticed as well. */
function schedulerClock(timer: Timer): SchedulerClock {
  return {
    now: () => new Date(timer.nowMs()).toISOString(),
    wait: (until, _isBusy, signal) =>
      timer.wait(
        until === null ? LOOK_EVERY_MS : Math.min(LOOK_EVERY_MS, Date.parse(until) - timer.nowMs()),
        signal,
      ),
  };
}

/** The endpoint of a daemon, which comes, goes and moves with the configuration. */
interface EndpointSwitch {
  /** @throws {ConfigurationError} when it cannot listen there; then it listens nowhere */
  apply(settings: EndpointSettings | undefined): Promise<void>;
}

/** Makes an endpoint that does not listen yet. */
function createEndpointSwitch(source: EndpointSource, log: Log): EndpointSwitch {
  let applied = JSON.stringify(undefined);
  let endpoint: Endpoint | null = null;
  return {
    apply: async (settings) => {
      if (JSON.stringify(settings) === applied) return;
      applied = JSON.stringify(undefined);
      await endpoint?.stop();
      endpoint = null;
      if (settings === undefined) return;
      endpoint = await startEndpoint(settings, source);
      applied = JSON.stringify(settings);
      log.info({ url: endpoint.url }, 'the endpoint listens: /health, /ready, /metrics');
    },
  };
}

/** The files that a configuration is made of: itself, `.env` beside it, the schemas of the jobs that are on. */
function configurationFiles({ file, jobs }: Configuration): readonly string[] {
  const environmentFile = join(dirname(file), '.env');
  const schemas = jobs.filter(({ enabled }) => enabled).map(({ schemaFile }) => schemaFile);
  return [file, ...(existsSync(environmentFile) ? [environmentFile] : []), ...new Set(schemas)];
}

/**
 * Makes sure that there is a directory store, unless a watched source is going to fill one.
 * @throws {ConfigurationError}
 */
async function requireDirectory({ directoryFile, source }: Configuration): Promise<void> {
  if (source !== undefined && !existsSync(directoryFile)) return;
  await openDirectory(directoryFile, { readonly: true }).close();
}

/**
 * Runs tasks concurrently until the signal is aborted or one of them ends; then aborts the others and waits for them.
 * @throws the first failure
 */
export async function runConcurrently(
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  const ended = await Promise.allSettled(tasks.map((task) => task(stop.signal).finally(end)));
  signal.removeEventListener('abort', end);
  const failure = ended.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
