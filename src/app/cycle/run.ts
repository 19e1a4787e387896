import { systemWorld } from '../../io/world.ts';
import { admitCycle } from '../../job/control/admission.ts';
import { waitingFailures } from '../../job/control/waiting.ts';
import { warnOfClock } from '../../job/cycle/clock.ts';
import { type RunningContext, runCycle } from '../../job/cycle/cycle.ts';
import { watchUnknown } from '../../job/cycle/other-directory.ts';
import type { PlanningContext } from '../../job/cycle/planning-context.ts';
import { type CycleRequest, whyInitial } from '../../job/cycle/start.ts';
import { type UntakenItem, watchVerification } from '../../job/warnings/verification.ts';
import { watchWarnings } from '../../job/warnings/warnings.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import type { AssignmentGaps } from '../../model/directory.ts';
import { ConfigurationError, issueOf, QuarantineError } from '../../model/errors.ts';
import type { Configuration, JobSettings } from '../../model/job.ts';
import { NAMED } from '../../model/named.ts';
import type { TargetWriter } from '../../model/ports.ts';
import type { WaitingFailures } from '../../model/state.ts';
import { type Call, remarksOf } from '../events.ts';
import { type AppliedPlan, applyingPlan } from '../plan/apply-plan.ts';
import { openNameBook } from '../session/names.ts';
import { openNotes } from '../session/open-notes.ts';
import { recordHar } from '../session/record-har.ts';
import { narrowTo, unmappedObjects } from '../session/selected-objects.ts';
import { openSession, type Session, tellingBegun } from '../session/session.ts';
import { heldError, lockJob, requireLockOfUser } from '../state/lock-job.ts';
import { requireOwnState } from '../state/owner.ts';
import { askDaemon, type RequestedCycle } from './ask-daemon.ts';
import { withHousekeeping } from './housekeeping.ts';

/** How a cycle is run. */
export interface RunRequest {
  /** Object ids, userPrincipalNames or displayNames of groups; empty: all objects. */
  readonly objects?: readonly string[];
  /** An initial cycle, whatever the watermark. */
  readonly full?: boolean;
  /** All failures are tried again, also those whose time has not come. */
  readonly retryAll?: boolean;
  /** The clock is right, however far it is past the last cycle. */
  readonly acceptClock?: boolean;
  /** A value that the target did not take counts as a failure, also under `verify: response`. */
  readonly strict?: boolean;
  /** Writes every exchange into this HTTP Archive, without secrets. */
  readonly har?: string;
}

/** Which saved plan is applied, and how. */
export interface ApplyRequest extends Pick<RunRequest, 'acceptClock' | 'strict' | 'har'> {
  readonly file: string;
  /** Leaves out what changed since the plan was made, instead of refusing the plan. */
  readonly skipChanged?: boolean;
}

/** An ended cycle, with its warnings for the administrator. */
export interface FinishedCycle {
  /** `endedAt` is null where it was interrupted: the next cycle continues from there. */
  readonly record: CycleRecord;
  readonly warnings: readonly string[];
  /** The first values that were written with success and did not take; the counts of the cycle have their number. */
  readonly untaken: readonly UntakenItem[];
  /** The failures that are kept for retry after it. */
  readonly waiting: WaitingFailures;
}

/** A cycle that this process ran. */
export interface RanCycle extends FinishedCycle {
  readonly kind: 'ran';
  readonly job: string;
  readonly durationMs: number;
  /** Values were not taken, and the job or the request wants that to count as a failure. */
  readonly failsByUntaken: boolean;
  /** The job is paused: an initial cycle discarded failures in order to complete, or a user paused it meanwhile. */
  readonly isPaused: boolean;
}

/**
 * Runs one cycle now: the initial one if there is no watermark, else an incremental one. Where a daemon holds the job,
 * it is asked to run the cycle.
 * @throws {ConfigurationError} when another process runs the job, or the state is of another job or target
 * @throws {QuarantineError} when the cycle cannot continue, or the job is in quarantine
 */
export async function runNow(
  configuration: Configuration,
  settings: JobSettings,
  request: RunRequest,
  call: Call,
): Promise<RanCycle | RequestedCycle> {
  return runOrAsk(configuration, settings, request, null, call);
}

/**
 * Applies exactly a saved plan, in place of a cycle.
 * @throws {ConfigurationError} when the plan no longer fits, or another process runs the job
 */
export async function applyPlan(
  configuration: Configuration,
  settings: JobSettings,
  { file, skipChanged = false, ...request }: ApplyRequest,
  call: Call,
): Promise<RanCycle> {
  const applied = applyingPlan({ file, skipChanged, note: remarksOf(settings.id, call) });
  const cycle = await runOrAsk(configuration, settings, request, applied, call);
  if (cycle.kind === 'requested') throw heldError(settings.stateFile, cycle.holder);
  return cycle;
}

async function runOrAsk(
  configuration: Configuration,
  settings: JobSettings,
  request: RunRequest,
  applied: AppliedPlan | null,
  call: Call,
): Promise<RanCycle | RequestedCycle> {
  const { objects = [], strict = false } = request;
  requireVerifying(strict, settings);
  requireLockOfUser(settings.stateFile);
  // Before the state is locked: an error in the schema is reported first.
  const session = await openSession(configuration, settings, 'write', {
    explains: objects.length > 0,
    remark: remarksOf(settings.id, call),
  });
  const lock = lockJob(settings.stateFile, 'run', systemWorld.now());
  try {
    admitCycle(settings.id, await session.state.control());
    if (lock.kind === 'taken') {
      // Another process may have taken an unused state for another target before it was locked.
      await requireOwnState(session.state, settings, { mayTake: () => true });
      for (const text of await unmappedObjects(session, objects)) remarksOf(settings.id, call)(text);
      return await runLocked(configuration, await narrowTo(session, objects), request, applied, call);
    }
    // A daemon plans all objects itself, and gives no result.
    if (applied !== null || objects.length > 0 || strict) throw heldError(settings.stateFile, lock.holder);
    return await askDaemon(session, lock.holder, request);
  } finally {
    await session.close();
    if (lock.kind === 'taken') lock.release();
  }
}

/** @throws {ConfigurationError} where nothing is verified that `strict` could check */
function requireVerifying(strict: boolean, { id, target }: JobSettings): void {
  if (!strict || target.verify !== 'off') return;
  const problem = `job ${id} has verify: off, so that nothing is compared with what the target shows; set verify: response or read, or leave --strict out`;
  throw new ConfigurationError([issueOf('--strict', problem)]);
}

async function runLocked(
  configuration: Configuration,
  session: Session,
  request: RunRequest,
  applied: AppliedPlan | null,
  call: Call,
): Promise<RanCycle> {
  const { objects = [], full = false, retryAll = false, acceptClock = false, strict = false, har } = request;
  const { directory, job } = session;
  const { id, target } = job.settings;
  const isPartial = objects.length > 0;
  const endHar = recordHar(configuration, session, har, call);
  try {
    const housekeeping = {
      session,
      mail: configuration.mail,
      note: remarksOf(id, call),
      exclusively: (write: () => Promise<unknown>) => write(),
      acceptsClock: acceptClock,
    };
    const options: CycleOptions = {
      full,
      // A named object is tried at once, whatever its retry time.
      retriesAll: retryAll || isPartial,
      acceptsClock: acceptClock,
      gaps: isPartial ? null : () => directory.assignmentGaps(id, NAMED),
      ...(applied === null ? {} : { applied }),
    };
    const finished = await tellingBegun(session, () =>
      withHousekeeping(housekeeping, () => runInSession(session, options, call)),
    );
    const { record } = finished;
    const endedAt = record.endedAt ?? systemWorld.now();
    return {
      kind: 'ran',
      job: id,
      ...finished,
      durationMs: Date.parse(endedAt) - Date.parse(record.startedAt),
      // `verify: read` reads back on purpose; under `verify: response` only `strict` makes it a failure.
      failsByUntaken: record.counts.untaken > 0 && (strict || target.verify === 'read'),
      isPaused: (await session.state.control()).isPaused,
    };
  } finally {
    endHar();
  }
}

/** A context whose requests are counted while they are under way. */
function tellingRequests(
  planning: PlanningContext,
  client: TargetWriter,
  tell: (count: number) => void,
): PlanningContext & Pick<RunningContext, 'writer'> {
  let count = 0;
  const told = async <Answer>(send: () => Promise<Answer>): Promise<Answer> => {
    tell(++count);
    try {
      return await send();
    } finally {
      tell(--count);
    }
  };
  return {
    ...planning,
    target: { read: (...asked) => told(() => planning.target.read(...asked)) },
    writer: { write: (...asked) => told(() => client.write(...asked)) },
  };
}

/** How a cycle of an open session is run. */
export interface CycleOptions extends CycleRequest {
  /** What assignments do not reach; null: not computed. */
  readonly gaps: (() => Promise<AssignmentGaps>) | null;
  /** The plan that is applied in place of the next cycle; it brings its own warnings. */
  readonly applied?: AppliedPlan;
}

/**
 * Runs a cycle of a session and reports it page by page.
 * @throws {QuarantineError} when the cycle cannot continue
 */
export async function runInSession(
  session: Session,
  options: CycleOptions,
  { signal = new AbortController().signal, onEvent = () => {} }: Call,
): Promise<FinishedCycle> {
  const { full = false, retriesAll = false, acceptsClock = false, gaps, applied } = options;
  const { directory, state, client } = session;
  const job = session.job.settings.id;
  const planning = session.beginCycle();
  const watch = await watchWarnings(planning, gaps);
  const ofClock = await warnOfClock(planning, acceptsClock);
  const unknown = gaps === null ? async () => [] : await watchUnknown(planning);
  const isInitial = (await whyInitial(await state.position(), planning, { full })) !== null;
  const verification = watchVerification(session.job.settings);
  const book = openNameBook(directory, job, planning.world.now());
  let ended: CycleRecord | null = null;
  onEvent({
    kind: 'cycleBegun',
    job,
    cycle: isInitial ? 'initial' : 'incremental',
    objectCount: isInitial ? (await directory.count('User')) + (await directory.count('Group')) : null,
  });
  try {
    const context: RunningContext = {
      ...tellingRequests(planning, client, (count) => onEvent({ kind: 'requestsUnderWay', job, count })),
      store: state,
      openNotes,
      signal,
      observe: async ({ phase, items }, outcomes, counts) => {
        verification.note(outcomes);
        for (const item of items) watch.note(item);
        const names = await book.namesOf(items, outcomes);
        onEvent({ kind: 'pageExported', job, phase, items, outcomes, counts, names });
      },
    };
    const request = { full, retriesAll, acceptsClock };
    const record = await (applied?.cycle(context, request) ?? runCycle(context, request));
    ended = record;
    const sawAll = record.kind === 'initial' && record.endedAt !== null;
    const planned = applied?.warnings() ?? [...(await unknown()), ...(await watch.warnings(sawAll))];
    return {
      record,
      warnings: [...ofClock, ...planned, ...verification.warnings(record.counts)],
      untaken: verification.untaken(),
      waiting: await waitingFailures(state, session.job.settings.safety.retry),
    };
  } catch (error) {
    // The next cycle takes this directory for the known one, also where this cycle ended with staged deletions.
    if (error instanceof QuarantineError)
      for (const text of await unknown()) onEvent({ kind: 'warning', job, text });
    throw error;
  } finally {
    onEvent({ kind: 'cycleEnded', job, record: ended });
  }
}
