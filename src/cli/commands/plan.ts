import type { Command } from 'commander';
import pc from 'picocolors';
import { planCycle } from '../../job/cycle.ts';
import { describePlanned } from '../../job/requests.ts';
import type { CycleStart } from '../../job/start.ts';
import { warnOfReferences, warnOfSchema } from '../../job/warnings.ts';
import type { JsonObject } from '../../model/json.ts';
import type { WriteRequest } from '../../model/scim.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { harOption, recordHar } from '../har.ts';
import { namesFrom } from '../names.ts';
import { itemOfPlanned } from '../report/item.ts';
import { changeDocument, otherDocument, summaryDocument } from '../report/plan-document.ts';
import { planSummary } from '../report/summary.ts';
import { reportLines } from '../report/text.ts';
import { openSession, type Session } from '../session.ts';

/** The options of `plan`. */
export interface PlanFlags {
  readonly full?: boolean;
  readonly requests?: boolean;
  readonly detailedExitcode?: boolean;
  readonly har?: string;
}

/** Adds the command `plan`: a dry run of the next cycle. */
export function registerPlanCommand(program: Command, cli: () => Cli): void {
  program
    .command('plan')
    .description('show what the next cycle would do; reads, never writes')
    .option('--full', 'plan an initial cycle, whatever the watermark')
    .option('--requests', 'show every request that would be sent')
    .option('--detailed-exitcode', `exit with ${EXIT.changesFound} when there are changes`)
    .addOption(harOption())
    .action((flags: PlanFlags) => runPlan(cli(), flags));
}

/** Plans the next cycle and reports it. Sets the exit code. */
export async function runPlan(cli: Cli, flags: PlanFlags): Promise<void> {
  const session = openSession(cli.configuration(), cli.job(), 'read');
  let endHar = (): void => {};
  try {
    endHar = recordHar(cli, session.client, session.job, flags.har);
    const hasChanges = cli.options.json
      ? await planAsJson(cli, session, flags)
      : await planAsText(cli, session, flags);
    if (flags.detailedExitcode && hasChanges) process.exitCode = EXIT.changesFound;
  } finally {
    endHar();
    session.close();
  }
}

async function planAsText(cli: Cli, session: Session, flags: PlanFlags): Promise<boolean> {
  const { job } = session;
  const planning = session.beginCycle();
  const colors = pc.createColors(cli.options.color);
  const planned = planCycle(planning, flags);
  const nameOf = namesFrom(session.directory, job.settings.id, planned.start.view.now);
  cli.print(`${titleOf(job.settings.id, planned.start)}\n`);
  let requestCount = 0;
  let isQuiet = true;
  for await (const page of planned.pages) {
    for (const one of page.items) {
      const lines = reportLines(itemOfPlanned(one), nameOf, colors);
      const requests = one.kind === 'change' ? describePlanned(one.change, planning) : [];
      requestCount += requests.length;
      const shown = flags.requests ? requests.flatMap(requestLines) : [];
      if (lines.length === 0) continue;
      cli.print([...lines, ...shown].join('\n'));
      isQuiet = false;
    }
  }
  if (isQuiet) cli.print('  nothing to do');
  const warnings = [...warnOfSchema(job), ...warnOfReferences(planning)];
  for (const warning of warnings) cli.print(colors.yellow(`\n  warning: ${warning}`));
  const counts = planned.counts();
  cli.print(`\n${planSummary(counts, requestCount, job.settings.target.requestsPerSecond)}`);
  return requestCount > 0;
}

async function planAsJson(cli: Cli, session: Session, flags: PlanFlags): Promise<boolean> {
  const { job } = session;
  const planning = session.beginCycle();
  const planned = planCycle(planning, flags);
  const changes: JsonObject[] = [];
  const skipped: JsonObject[] = [];
  const failed: JsonObject[] = [];
  let requestCount = 0;
  for await (const page of planned.pages) {
    for (const one of page.items) {
      if (one.kind === 'skip') skipped.push(otherDocument(one));
      else if (one.kind === 'failure') failed.push(otherDocument(one));
      else {
        const requests = describePlanned(one.change, planning);
        requestCount += requests.length;
        changes.push(changeDocument(one.change, requests));
      }
    }
  }
  const { start } = planned;
  cli.printJson({
    job: job.settings.id,
    cycle: { kind: start.kind, watermark: start.since === null ? null : String(start.since) },
    changes,
    skipped,
    failed,
    warnings: [...warnOfSchema(job), ...warnOfReferences(planning)],
    summary: summaryDocument(planned.counts(), requestCount, job.settings.target.requestsPerSecond),
  });
  return requestCount > 0;
}

/** The first line of a report. */
export const titleOf = (job: string, start: CycleStart, word = 'Plan'): string =>
  start.since === null
    ? `${word} for job ${job} · initial cycle (${start.why})`
    : `${word} for job ${job} · incremental cycle from watermark ${start.since}`;

const requestLines = ({ method, path, query, body }: WriteRequest): readonly string[] => [
  `               ${method} ${path}${query === '' ? '' : `?${query}`}`,
  ...(body === null ? [] : [`               ${JSON.stringify(body)}`]),
];
