import { type Command, Option } from 'commander';
import { allJobsOption } from '../all-jobs.ts';
import { EXIT } from '../exit-codes.ts';
import { harOption } from '../har.ts';

/** The options of `plan`. */
export interface PlanFlags {
  readonly full?: boolean;
  readonly requests?: boolean;
  readonly all?: boolean;
  readonly why?: boolean;
  readonly ndjson?: boolean;
  readonly markdown?: string;
  readonly html?: string;
  readonly out?: string;
  readonly offline?: boolean;
  readonly compare?: string;
  readonly detailedExitcode?: boolean;
  readonly acceptClock?: boolean;
  readonly har?: string;
  readonly allJobs?: boolean;
}

/** What `--accept-clock` does for one cycle. */
export const ACCEPT_CLOCK =
  'the clock is right, however far it is past the last cycle: also delete what ran out since';

/** What `--why` adds to a plan or a run. */
export const WHY = 'list who is left alone, and why; of named objects it is always told';

/** Adds the options of a plan to a command. */
export function withPlanOptions(command: Command): Command {
  return command
    .option('--full', 'plan an initial cycle, whatever the watermark')
    .option('--all', 'show every object, also where there are many')
    .option('--why', WHY)
    .option('--requests', 'show every request that would be sent')
    .option('--ndjson', 'one JSON document a line, as soon as it is known')
    .option('--markdown <file>', 'write the plan for a pull request')
    .option('--html <file>', 'write the plan as one page that needs nothing else')
    .option('--out <file>', 'keep the plan, for run --plan')
    .addOption(
      new Option('--offline', 'plan from the cached state alone, without asking the target').conflicts('har'),
    )
    .addOption(
      new Option('--compare <schema>', 'show who would be affected by this schema, were it saved').conflicts([
        'ndjson',
        'out',
        'requests',
        'why',
      ]),
    )
    .option(
      '--detailed-exitcode',
      `exit with ${EXIT.quarantined} when a run would end in quarantine, else with ${EXIT.escrowed} when something fails, else with ${EXIT.changesFound} when there are changes`,
    )
    .option('--accept-clock', ACCEPT_CLOCK)
    .addOption(harOption())
    .addOption(
      allJobsOption('plan every enabled job, one after the other', [
        'markdown',
        'html',
        'out',
        'compare',
        'har',
      ]),
    );
}
