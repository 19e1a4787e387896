import type { Configuration, JobSettings } from '../model/job.ts';
import type { JsonObject } from '../model/json.ts';
import type { ProvisioningLogEntry } from '../model/log.ts';
import type { SynchronizationSchema } from '../model/schema.ts';
import type { ChangedControl, RestartedJob } from './control/change-control.ts';
import type { JobStatus } from './control/status.ts';
import type { RequestedCycle } from './cycle/ask-daemon.ts';
import type { ApplyRequest, RanCycle, RunRequest } from './cycle/run.ts';
import type { DaemonRequest } from './daemon/run-daemon.ts';
import { type AppDirectory, openAppDirectory } from './directory/directory.ts';
import { type Call, interruptible } from './events.ts';
import type { ParseExpressionAnswer } from './expression/evaluate.ts';
import { jobOf } from './job-of.ts';
import type { LogRequest, WrittenExchanges } from './log/read-log.ts';
import type { CompareRequest } from './plan/compare.ts';
import type { ComparisonEnd, PlanEnd } from './plan/output.ts';
import type { PlanRequest } from './plan/plan.ts';
import type {
  ExplainedObject,
  ExplainRequest,
  ProvisionedObject,
  ProvisionRequest,
} from './provision/provision.ts';
import type { SimulationResult, Tell } from './simulate/run-scenario.ts';
import type { AdoptedState } from './state/adopt.ts';
import type { WrittenBackup } from './state/backup.ts';
import type { Restoration } from './state/restore.ts';
import type { TestedConnection } from './test-connection.ts';
import type { CleanedUp } from './verify/clean-up.ts';
import type { GivenEndpoint } from './verify/endpoint.ts';
import type { VerifyCall, VerifyRequest } from './verify/request.ts';
import type { VerifiedEndpoint } from './verify/verify.ts';

/**
 * What a user can ask of entrain, over one configuration. Each use case takes values and returns values; what happens
 * meanwhile is emitted as events. Nothing stays open between two calls, so that an app needs no closing.
 *
 * Every use case throws {ConfigurationError} where it must not start, {QuarantineError} where a job cannot continue, and
 * {EnvironmentError} where the machine fails it. One that only reads (plan, compare, explain, testConnection) throws
 * {Interruption} once its signal is aborted; one that writes returns what was done, with `endedAt: null` in its record.
 */
export interface App {
  readonly configuration: Configuration;
  /** The source directory; every change to it emits events to one callback. */
  directory(call?: Call): AppDirectory;
  /** Runs one cycle now; where a daemon holds the job, it is asked to. */
  run(job: string, request?: RunRequest, call?: Call): Promise<RanCycle | RequestedCycle>;
  /** Plans the next cycle; it reads, and holds no writer. */
  plan(job: string, request?: PlanRequest, call?: Call): Promise<PlanEnd>;
  /** Applies exactly a plan that was kept in a file. */
  apply(job: string, request: ApplyRequest, call?: Call): Promise<RanCycle>;
  /** Tells who would be affected, were another schema saved. */
  compare(job: string, request: CompareRequest, call?: Call): Promise<ComparisonEnd>;
  /** Provisions one object now. @param request with the name of who asks for it, for the log */
  provision(
    job: string,
    request: ProvisionRequest & { readonly initiator: string },
    call?: Call,
  ): Promise<ProvisionedObject>;
  /** Says what a cycle would do about one object, and why. */
  explain(job: string, request: ExplainRequest, call?: Call): Promise<ExplainedObject>;
  /** Asks the target what Test Connection asks. @param har an HTTP Archive for the exchanges */
  testConnection(job: string, har?: string, call?: Call): Promise<TestedConnection>;
  /** Checks whether the target is ready for the service, at objects of its own, which are deleted in the end. */
  verify(job: string, request?: Partial<VerifyRequest>, call?: VerifyCall): Promise<VerifiedEndpoint>;
  /** Deletes what an earlier verification left at the target. @param ledger the file that lists it */
  cleanUpVerified(job: string, ledger: string, call?: Call): Promise<CleanedUp>;
  /** The synchronization schema of a job. */
  schema(job: string): Promise<SynchronizationSchema>;
  /** Evaluates an expression for an object of the directory, as a job sees it. */
  evaluateFor(job: string, object: string, text: string): Promise<JsonObject>;
  /** Graph's parseExpression for an object of the directory. */
  parseFor(job: string, object: string, text: string): Promise<ParseExpressionAnswer>;
  /** How a job is, in Graph's form and as facts. */
  status(job: string): Promise<JobStatus>;
  /** Stops a job; a running cycle ends normally. */
  pause(job: string, call?: Call): Promise<ChangedControl>;
  /** Goes on with a job where it stands, and lifts its quarantine. */
  resume(job: string, call?: Call): Promise<ChangedControl>;
  /** Forgets the watermark and more. @param resetScope comma-separated, as in Graph; empty: as the portal does */
  restart(job: string, resetScope?: string, call?: Call): Promise<RestartedJob>;
  /** Takes the state of a job for the job and target of the configuration. */
  adopt(job: string, call?: Call): Promise<AdoptedState>;
  /**
   * Copies the stores into one file, also while a daemon runs.
   * @param job the state of this job alone; absent: everything
   */
  backUp(file: string, job?: string | null, call?: Call): Promise<WrittenBackup>;
  /** Puts the stores of a backup back. @param job the state of this job alone; absent: everything */
  restore(file: string, job?: string | null): Promise<Restoration>;
  /**
   * Runs every enabled job at its interval, and follows the watched source, until the signal of the call is aborted. What
   * it does is emitted as events of kind `log`.
   */
  daemon(request?: DaemonRequest, call?: Call): Promise<void>;
  /** The provisioning log, the newest entry first; the state is open while it is read. */
  logs(job: string, request?: LogRequest): AsyncIterable<ProvisioningLogEntry>;
  /** The last entries, the oldest first, then what is recorded until the signal is aborted. */
  followLogs(
    job: string,
    request: LogRequest,
    options: { readonly intervalMs: number; readonly signal: AbortSignal },
  ): AsyncIterable<ProvisioningLogEntry>;
  /** Writes the three files of the portal's download. @returns how many entries were written */
  writeLogFiles(job: string, request: LogRequest, folder: string): Promise<number>;
  /** Writes exchanges that the log keeps into an HTTP Archive. */
  writeExchanges(job: string, request: LogRequest, file: string): Promise<WrittenExchanges>;
}

/**
 * Plays a scenario on a virtual clock; it needs no configuration but its own.
 * @param file a scenario, the folder of one, or the name of one that comes with the program
 * @param tell receives each entry of the timeline
 * @throws {ConfigurationError} with every mistake in the scenario
 */
export async function simulate(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
  tell: Tell = () => {},
  signal: AbortSignal = new AbortController().signal,
): Promise<SimulationResult> {
  const { chooseScenario } = await import('./simulate/choose-scenario.ts');
  const { runScenario } = await import('./simulate/run-scenario.ts');
  return runScenario(chooseScenario(file, environment), tell, signal);
}

/** Checks whether an endpoint is ready for the service; it needs no configuration. @see App.verify */
export async function verify(
  endpoint: GivenEndpoint,
  request: Partial<VerifyRequest> = {},
  call: VerifyCall = {},
): Promise<VerifiedEndpoint> {
  const { givenEndpoint } = await import('./verify/endpoint.ts');
  const { DEFAULT_REQUEST } = await import('./verify/request.ts');
  const { verifyEndpoint } = await import('./verify/verify.ts');
  return interruptible(call, (own) =>
    verifyEndpoint(givenEndpoint(endpoint), { ...DEFAULT_REQUEST, ...request }, own),
  );
}

/** Deletes what an earlier verification left at an endpoint. @see App.cleanUpVerified */
export async function cleanUpVerified(
  endpoint: GivenEndpoint,
  ledger: string,
  call: Call = {},
): Promise<CleanedUp> {
  const { givenEndpoint } = await import('./verify/endpoint.ts');
  const { cleanUpLedger } = await import('./verify/clean-up.ts');
  return interruptible(call, (own) => cleanUpLedger(givenEndpoint(endpoint), ledger, own));
}

/** Opens the use cases over a configuration. What a use case needs is loaded when it is called first. */
export function openApp(configuration: Configuration): App {
  const settingsOf = (id: string): JobSettings => jobOf(configuration, id);
  const cycle = () => import('./cycle/run.ts');
  const onDemand = () => import('./provision/provision.ts');
  const control = () => import('./control/change-control.ts');
  const log = () => import('./log/read-log.ts');
  return {
    configuration,
    directory: (call = {}) => openAppDirectory(configuration, call),
    run: (job, request = {}, call = {}) =>
      interruptible(call, async (own) =>
        (await cycle()).runNow(configuration, settingsOf(job), request, own),
      ),
    plan: (job, request = {}, call = {}) =>
      interruptible(call, async (own) =>
        (await import('./plan/plan.ts')).planNow(configuration, settingsOf(job), request, own),
      ),
    apply: (job, request, call = {}) =>
      interruptible(call, async (own) =>
        (await cycle()).applyPlan(configuration, settingsOf(job), request, own),
      ),
    compare: (job, request, call = {}) =>
      interruptible(call, async (own) =>
        (await import('./plan/compare.ts')).compareSchemas(configuration, settingsOf(job), request, own),
      ),
    provision: (job, request, call = {}) =>
      interruptible(call, async (own) =>
        (await onDemand()).provisionObject(configuration, settingsOf(job), request, own),
      ),
    explain: (job, request, call = {}) =>
      interruptible(call, async (own) =>
        (await onDemand()).explainObject(configuration, settingsOf(job), request, own),
      ),
    testConnection: (job, har, call = {}) =>
      interruptible(call, async (own) =>
        (await import('./test-connection.ts')).testConnection(configuration, settingsOf(job), har, own),
      ),
    verify: (job, request = {}, call = {}) =>
      interruptible(call, async (own) => {
        const { configuredEndpoint, requestFor } = await import('./verify/endpoint.ts');
        const { verifyEndpoint } = await import('./verify/verify.ts');
        const settings = settingsOf(job);
        return verifyEndpoint(
          configuredEndpoint(configuration, settings),
          requestFor(configuration, settings, request),
          own,
        );
      }),
    cleanUpVerified: (job, ledger, call = {}) =>
      interruptible(call, async (own) =>
        (await import('./verify/clean-up.ts')).cleanUpLedger(settingsOf(job), ledger, own),
      ),
    schema: async (job) =>
      (await import('./schema/check-schema.ts')).readSoundSchema(settingsOf(job).schemaFile),
    evaluateFor: async (job, object, text) =>
      (await import('./expression/evaluate-for.ts')).evaluateFor(
        configuration,
        settingsOf(job),
        object,
        text,
      ),
    parseFor: async (job, object, text) =>
      (await import('./expression/evaluate-for.ts')).parseFor(configuration, settingsOf(job), object, text),
    status: async (job) => (await import('./control/status.ts')).readStatus(configuration, settingsOf(job)),
    pause: async (job, call = {}) => (await control()).pauseJob(settingsOf(job), call),
    resume: async (job, call = {}) => (await control()).resumeJob(settingsOf(job), call),
    restart: async (job, resetScope = '', call = {}) =>
      (await control()).restartJob(settingsOf(job), resetScope, call),
    adopt: async (job, call = {}) => (await import('./state/adopt.ts')).adoptState(settingsOf(job), call),
    backUp: async (file, job = null, call = {}) =>
      (await import('./state/backup.ts')).backUp(configuration, file, job, call.signal),
    restore: async (file, job = null) =>
      (await import('./state/restore.ts')).restore(configuration, file, job),
    daemon: (request = {}, call = {}) =>
      interruptible(call, async (own) =>
        (await import('./daemon/run-daemon.ts')).runDaemon(configuration, request, own),
      ),
    logs: async function* (job, request = {}) {
      yield* (await log()).readLog(configuration, settingsOf(job), request);
    },
    followLogs: async function* (job, request, { intervalMs, signal }) {
      yield* (await log()).followLog(configuration, settingsOf(job), request, intervalMs, signal);
    },
    writeLogFiles: async (job, request, folder) =>
      (await log()).writeLogFiles(configuration, settingsOf(job), request, folder),
    writeExchanges: async (job, request, file) =>
      (await log()).writeExchanges(configuration, settingsOf(job), request, file),
  };
}
