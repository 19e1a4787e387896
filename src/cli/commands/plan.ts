import type { Command } from 'commander';
import { openApp } from '../../app/app.ts';
import type { PlanEnd } from '../../app/plan/output.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { forEachJob } from '../all-jobs.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { compareSchemas } from '../plan/compare-schemas.ts';
import { type PlanFlags, withPlanOptions } from '../plan/flags.ts';
import { planOutputs } from '../plan/outputs.ts';

export type { PlanFlags };

/** Adds the command `plan`: a dry run of the next cycle. */
export function registerPlanCommand(command: Command, cli: () => Cli): void {
  withPlanOptions(command).action((objects: readonly string[], flags: PlanFlags) => {
    const planJob = (one: Cli): Promise<void> => runPlan(one, flags, objects);
    return flags.allJobs ? forEachJob(cli(), planJob) : planJob(cli());
  });
}

/** Plans the next cycle and reports it. Sets the exit code. */
export async function runPlan(cli: Cli, flags: PlanFlags, objects: readonly string[] = []): Promise<void> {
  if (flags.offline && flags.out !== undefined)
    throw new ConfigurationError([
      issueOf(
        '--out',
        'a plan made with --offline shows accounts as new that nobody looked for, and a saved plan is there to be applied; plan without --offline to keep it, or write --html, --markdown or --json to review it',
      ),
    ]);
  const app = openApp(cli.configuration());
  const { id } = cli.job();
  const har = flags.har === undefined ? {} : { har: flags.har };
  if (flags.compare !== undefined) {
    const { offline = false, compare: schemaFile } = flags;
    const { counts } = await compareSchemas(cli, app, { schemaFile, objects, offline, ...har }, flags);
    if (flags.detailedExitcode && Object.values(counts).some((count) => count > 0))
      process.exitCode = counts.fail > 0 ? EXIT.escrowed : EXIT.changesFound;
    return;
  }
  const outputs = planOutputs(cli, flags);
  try {
    const end = await app.plan(
      id,
      {
        objects,
        full: flags.full ?? false,
        acceptClock: flags.acceptClock ?? false,
        offline: flags.offline ?? false,
        ...har,
        ...(flags.out === undefined ? {} : { out: flags.out }),
        reserved: [flags.markdown, flags.html].filter((file) => file !== undefined),
      },
      { onEvent: outputs.onEvent },
    );
    const code = detailedExitCode(end);
    if (flags.detailedExitcode && code !== EXIT.done) process.exitCode = code;
  } finally {
    outputs.abandon();
  }
}

/** What goes wrong comes first: a plan that fails in parts, or as a whole, is not one to be applied without a look. */
function detailedExitCode({ requestCount, counts, isRefused }: PlanEnd): number {
  if (isRefused) return EXIT.quarantined;
  if (counts.failed > 0) return EXIT.escrowed;
  return requestCount + counts.stagedDelete > 0 ? EXIT.changesFound : EXIT.done;
}
