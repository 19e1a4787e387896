import { type Command, Option } from 'commander';
import pc from 'picocolors';
import { withHousekeeping } from '../../app/cycle/housekeeping.ts';
import { type AppliedPlan, applyingPlan } from '../../app/plan/apply-plan.ts';
import { namesFrom } from '../../app/session/names.ts';
import { narrowTo } from '../../app/session/selected-objects.ts';
import { openSession, type Session, tellingBegun } from '../../app/session/session.ts';
import { heldError, lockJob, requireLockOfUser } from '../../app/state/lock-job.ts';
import { requireOwnState } from '../../app/state/owner.ts';
import { openScratch } from '../../io/stores/sqlite/scratch.ts';
import { systemWorld } from '../../io/world.ts';
import { admitCycle } from '../../job/control/admission.ts';
import { warnOfClock } from '../../job/cycle/clock.ts';
import { type RunningContext, runCycle } from '../../job/cycle/cycle.ts';
import { watchUnknown } from '../../job/cycle/other-directory.ts';
import type { CycleRequest } from '../../job/cycle/start.ts';
import type { AssignmentGaps } from '../../job/warnings/directory.ts';
import { NAMED } from '../../job/warnings/named.ts';
import { type UntakenItem, watchVerification } from '../../job/warnings/verification.ts';
import { watchWarnings } from '../../job/warnings/warnings.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import { ConfigurationError, issueOf, QuarantineError } from '../../model/errors.ts';
import type { JobSettings } from '../../model/job.ts';
import type { Cli } from '../cli.ts';
import { askDaemon } from '../daemon/ask-daemon.ts';
import { EXIT } from '../exit-codes.ts';
import { harOption, recordHar } from '../har.ts';
import { interruptSignal } from '../interrupt.ts';
import { ACCEPT_CLOCK } from '../plan/flags.ts';
import { cycleProgress } from '../progress.ts';
import { summaryDocument } from '../report/plan/document.ts';
import { itemOfOutcome, itemOfPlanned } from '../report/plan/item.ts';
import { itemPrinter, SHOWN_PER_GROUP } from '../report/shared/printer.ts';
import { runSummary, warningLines } from '../report/shared/summary.ts';
import { type PlanFlags, runPlan } from './plan.ts';

type RunFlags = PlanFlags & {
  readonly dryRun?: boolean;
  readonly retryAll?: boolean;
  readonly plan?: string;
  readonly skipChanged?: boolean;
  readonly strict?: boolean;
};

/** Adds the command `run`: one cycle now. */
export function registerRunCommand(command: Command, cli: () => Cli): void {
  command
    .option('--full', 'run an initial cycle, whatever the watermark')
    .option('--retry-all', 'try all failures again, also those whose time has not come')
    .option('--accept-clock', ACCEPT_CLOCK)
    .option('--all', 'show every object, also where there are many')
    .option('--dry-run', 'the same as plan')
    .addOption(
      new Option('--plan <file>', 'apply exactly this plan, as plan --out kept it').conflicts([
        'full',
        'retryAll',
        'dryRun',
      ]),
    )
    .option('--skip-changed', 'with --plan: leave out what changed since, instead of refusing the plan')
    .addOption(
      new Option(
        '--strict',
        `end with ${EXIT.escrowed} where the target did not take a value, also under verify: response`,
      ).conflicts('dryRun'),
    )
    .addOption(harOption())
    .action((objects: readonly string[], flags: RunFlags) =>
      flags.dryRun ? runPlan(cli(), flags, objects) : runOnce(cli(), flags, objects),
    );
}

const PAUSED =
  'The job is paused. If it was not you: too many objects failed in an initial cycle, and their failures were discarded; see "entrain logs --status failure", correct the cause, then "entrain resume".';

async function runOnce(cli: Cli, flags: RunFlags, objects: readonly string[]): Promise<void> {
  requireSense(flags, objects);
  const configuration = cli.configuration();
  const settings = cli.job();
  requireVerifying(flags, settings);
  requireLockOfUser(settings.stateFile);
  // Before the state is: a mistake in the schema is told first.
  const session = openSession(configuration, settings, 'write', { remark: cli.note });
  const lock = lockJob(settings.stateFile, 'run', systemWorld.now());
  try {
    admitCycle(settings.id, session.state.control());
    // Somebody may have taken an unused state for another target before it was locked.
    if (lock.kind === 'taken') requireOwnState(session.state, settings, { mayTake: () => true });
    if (lock.kind === 'taken') await runLocked(cli, narrowTo(session, objects), flags, objects.length > 0);
    // A daemon plans all objects itself, and gives no exit code for the result.
    else if (flags.plan !== undefined || objects.length > 0 || flags.strict)
      throw heldError(settings.stateFile, lock.holder);
    else askDaemon(cli, session, lock.holder, flags);
  } finally {
    session.close();
    if (lock.kind === 'taken') lock.release();
  }
}

/** @throws {ConfigurationError} for options that say nothing together */
function requireSense({ plan, skipChanged }: RunFlags, objects: readonly string[]): void {
  const problem =
    plan !== undefined && objects.length > 0
      ? '--plan applies a plan as it was reviewed, and takes no objects; plan those objects with --out'
      : plan === undefined && skipChanged
        ? '--skip-changed is about a plan; name it with --plan'
        : null;
  if (problem !== null) throw new ConfigurationError([issueOf('run', problem)]);
}

/** @throws {ConfigurationError} where nothing is verified that `--strict` could look at */
function requireVerifying({ strict }: RunFlags, { id, target }: JobSettings): void {
  if (!strict || target.verify !== 'off') return;
  const problem = `job ${id} has verify: off, so that nothing is compared with what the target shows; set verify: response or read, or leave --strict out`;
  throw new ConfigurationError([issueOf('--strict', problem)]);
}

async function runLocked(cli: Cli, session: Session, flags: RunFlags, isPartial: boolean) {
  const { full = false, retryAll = false, all = false, plan: file, skipChanged = false, har } = flags;
  const { strict = false, acceptClock: acceptsClock = false } = flags;
  const endHar = recordHar(cli, session.client, session.job, har);
  try {
    const { mail } = cli.configuration();
    const context = {
      session,
      mail,
      note: cli.note,
      exclusively: (write: () => void) => write(),
      acceptsClock,
    };
    const cycle = (): Promise<FinishedCycle> =>
      runAndReport(cli, session, {
        full,
        // Whoever names an object wants it tried now.
        retriesAll: retryAll || isPartial,
        acceptsClock,
        gaps: isPartial ? null : () => session.directory.assignmentGaps(session.job.settings.id, NAMED),
        ...(all ? {} : { shownPerPhase: SHOWN_PER_GROUP }),
        ...(file === undefined ? {} : { applied: applyingPlan({ file, skipChanged, note: cli.note }) }),
      });
    const finished = await tellingBegun(session, () => withHousekeeping(context, cycle));
    const { record } = finished;
    report(cli, session, finished);
    if (session.state.control().isPaused) cli.note(`\n${PAUSED}`);
    if (record.endedAt === null) process.exitCode = EXIT.interrupted;
    else if (record.counts.failed > 0 || failsByUntaken(record, session, strict))
      process.exitCode = EXIT.escrowed;
  } finally {
    endHar();
  }
}

/** Who reads back what was written asks to know; else it is for `--strict` to say. */
const failsByUntaken = ({ counts }: CycleRecord, { job }: Session, isStrict: boolean): boolean =>
  counts.untaken > 0 && (isStrict || job.settings.target.verify === 'read');

/** How a cycle is run and reported. */
export interface RunOptions extends CycleRequest {
  /** Objects of one phase about which the same is done that are shown; the rest is counted. Absent: all. */
  readonly shownPerPhase?: number;
  /** What assignments do not reach; null: not looked at. */
  readonly gaps: (() => AssignmentGaps) | null;
  /** The plan that is applied in place of the next cycle; it brings its own warnings. */
  readonly applied?: AppliedPlan;
}

/** A cycle that came to its end, with what an administrator should know of it. */
export interface FinishedCycle {
  readonly record: CycleRecord;
  readonly warnings: readonly string[];
  /** The first values that were written with success and did not take; the counts of the cycle have their number. */
  readonly untaken: readonly UntakenItem[];
}

/**
 * Runs a cycle and prints a line an object as it is done.
 * @throws {QuarantineError} when the cycle cannot go on
 */
export async function runAndReport(cli: Cli, session: Session, options: RunOptions): Promise<FinishedCycle> {
  const {
    full = false,
    retriesAll = false,
    acceptsClock = false,
    shownPerPhase = Number.POSITIVE_INFINITY,
    gaps,
    applied,
  } = options;
  const { job, directory, state, client } = session;
  const planning = session.beginCycle();
  const watch = watchWarnings(planning, gaps);
  const ofClock = warnOfClock(planning, acceptsClock);
  const unknown = gaps === null ? () => [] : watchUnknown(planning);
  const progress = cycleProgress(cli, directory, state.position() === null || full);
  const nameOf = namesFrom(directory, job.settings.id, planning.world.now());
  const printer = itemPrinter(cli, nameOf, shownPerPhase);
  const interrupt = interruptSignal(() =>
    cli.note('\nStopping: what is under way is finished and saved. Press Ctrl+C again to stop at once.'),
  );
  const verification = watchVerification(job.settings);
  try {
    const context: RunningContext = {
      ...planning,
      writer: client,
      store: state,
      openScratch,
      signal: interrupt.signal,
      observe: (page, outcomes, counts) => {
        progress.show(counts);
        verification.note(outcomes);
        for (const item of page.items) watch.note(item);
        const others = page.items.filter((item) => item.kind !== 'change').map(itemOfPlanned);
        progress.aside(() => printer.print(page.phase, [...others, ...outcomes.map(itemOfOutcome)]));
      },
    };
    const request = { full, retriesAll, acceptsClock };
    const record = await (applied?.cycle(context, request) ?? runCycle(context, request));
    const sawAll = record.kind === 'initial' && record.endedAt !== null;
    const planned = applied?.warnings() ?? [...unknown(), ...watch.warnings(sawAll)];
    return {
      record,
      warnings: [...ofClock, ...planned, ...verification.warnings(record.counts)],
      untaken: verification.untaken(),
    };
  } catch (error) {
    // The next cycle takes this directory for the known one, also where this cycle ended with deprovisionings held back.
    if (error instanceof QuarantineError) for (const warning of unknown()) cli.note(`warning: ${warning}`);
    throw error;
  } finally {
    progress.stop();
    printer.finish();
    interrupt.release();
  }
}

function report(cli: Cli, { job }: Session, { record, warnings, untaken }: FinishedCycle): void {
  const { settings } = job;
  const durationMs = Date.parse(record.endedAt ?? systemWorld.now()) - Date.parse(record.startedAt);
  if (cli.options.json) {
    const { counts } = record;
    cli.printJson({
      job: settings.id,
      cycleId: record.id,
      kind: record.kind,
      state: record.endedAt === null ? 'Interrupted' : record.state,
      counts: {
        ...summaryDocument(counts, counts.requests, settings.target.requestsPerSecond),
        untaken: counts.untaken,
        unverified: counts.unverified,
      },
      warnings,
      untaken,
      durationMs,
      requests: counts.requests,
      watermark: record.endedAt === null ? null : String(record.until),
    });
    return;
  }
  const colors = pc.createColors(cli.options.color);
  for (const line of warningLines(warnings, colors)) cli.print(line);
  const ended = record.endedAt === null ? 'interrupted: the next run goes on from here' : record.state;
  cli.print(`\n${record.kind} cycle of job ${settings.id}: ${ended}`);
  cli.print(runSummary(record.counts, durationMs));
}
