import { type Command, Option } from 'commander';
import pc from 'picocolors';
import { openApp } from '../../app/app.ts';
import type { RanCycle } from '../../app/cycle/run.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { allJobsOption, forEachJob } from '../all-jobs.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { harOption } from '../har.ts';
import { ACCEPT_CLOCK, WHY } from '../plan/flags.ts';
import { summaryDocument } from '../report/plan/json.ts';
import { SHOWN_PER_GROUP } from '../report/shared/printer.ts';
import { runSummary, waitingText, warningLines } from '../report/shared/summary.ts';
import { showCycle } from '../show-cycle.ts';
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
    .option('--why', WHY)
    .option('--dry-run', 'the same as plan')
    .option('--offline', 'with --dry-run: plan from the cached state alone, without asking the target')
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
    .addOption(allJobsOption('one cycle of every enabled job, one after the other', ['plan', 'har']))
    .action((objects: readonly string[], flags: RunFlags) => {
      const runJob = (one: Cli): Promise<void> =>
        flags.dryRun ? runPlan(one, flags, objects) : runOnce(one, flags, objects);
      return flags.allJobs ? forEachJob(cli(), runJob) : runJob(cli());
    });
}

const PAUSED =
  'The job is paused. If it was not you: too many objects failed in an initial cycle, and their failures were discarded; see "entrain logs --status failure", correct the cause, then "entrain resume".';

async function runOnce(cli: Cli, flags: RunFlags, objects: readonly string[]): Promise<void> {
  requireSense(flags, objects);
  const { all = false, plan: file, skipChanged = false, har } = flags;
  const { full = false, retryAll = false, strict = false, acceptClock = false } = flags;
  const app = openApp(cli.configuration());
  const settings = cli.job();
  const showsWhy = (flags.why ?? false) || objects.length > 0;
  const shown = showCycle(cli, all ? Number.POSITIVE_INFINITY : SHOWN_PER_GROUP, showsWhy);
  const asked = { acceptClock, strict, ...(har === undefined ? {} : { har }) };
  const cycle =
    file === undefined
      ? await app.run(settings.id, { ...asked, objects, full, retryAll }, shown)
      : await app.apply(settings.id, { ...asked, file, skipChanged }, shown);
  if (cycle.kind === 'requested') {
    const { job, holder, holderText } = cycle;
    if (cli.options.json) cli.printJson({ job, state: 'Requested', holder });
    else
      cli.print(
        `${holderText} runs job ${job} and was asked for a cycle now; see "entrain status --job ${job}" and "entrain logs --job ${job}".`,
      );
    return;
  }
  const { record, failsByUntaken, isPaused } = cycle;
  report(cli, cycle, settings.target.requestsPerSecond);
  if (isPaused) cli.note(`\n${PAUSED}`);
  if (record.endedAt === null) process.exitCode = EXIT.interrupted;
  else if (record.counts.failed > 0 || failsByUntaken) process.exitCode = EXIT.escrowed;
}

/** @throws {ConfigurationError} for options that say nothing together */
function requireSense({ plan, skipChanged, offline }: RunFlags, objects: readonly string[]): void {
  const problem = offline
    ? '--offline asks the target nothing, and a run writes to it; add --dry-run, or leave --offline out'
    : plan !== undefined && objects.length > 0
      ? '--plan applies a plan as it was reviewed, and takes no objects; plan those objects with --out'
      : plan === undefined && skipChanged
        ? '--skip-changed is about a plan; name it with --plan'
        : null;
  if (problem !== null) throw new ConfigurationError([issueOf('run', problem)]);
}

function report(cli: Cli, cycle: RanCycle, requestsPerSecond: number): void {
  const { job, record, warnings, untaken, waiting, durationMs } = cycle;
  if (cli.options.json) {
    const { counts } = record;
    cli.printJson({
      job,
      cycleId: record.id,
      kind: record.kind,
      state: record.endedAt === null ? 'Interrupted' : record.state,
      counts: {
        ...summaryDocument(counts, counts.requests, requestsPerSecond),
        untaken: counts.untaken,
        unverified: counts.unverified,
      },
      warnings,
      untaken,
      waitingFailures: waiting,
      durationMs,
      requests: counts.requests,
      watermark: record.endedAt === null ? null : String(record.until),
    });
    return;
  }
  const colors = pc.createColors(cli.options.color);
  for (const line of warningLines(warnings, colors)) cli.print(line);
  const ended = record.endedAt === null ? 'interrupted: the next run continues from here' : record.state;
  cli.print(`\n${record.kind} cycle of job ${job}: ${ended}`);
  cli.print(runSummary(record.counts, durationMs));
  if (waiting.count > 0) cli.print(waitingText(waiting));
}
