import type { Command } from 'commander';
import { openJobStore } from '../../io/job-store/job-store.ts';
import { jobStatus } from '../../job/status.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import type { Cli } from '../cli.ts';
import { runSummary } from '../report/summary.ts';
import { readJob } from '../session.ts';

/** Cycles that the statistics look back on. */
const LOOK_BACK = 200;

/** Adds the command `status`. */
export function registerStatusCommand(program: Command, cli: () => Cli): void {
  program
    .command('status')
    .description('show how a job is: last cycles, links, failures, quarantine')
    .action(() => showStatus(cli()));
}

function showStatus(cli: Cli): void {
  cli.configuration();
  const job = readJob(cli.job());
  const state = openJobStore(job.settings.stateFile, { readonly: true });
  try {
    const cycles = state.cycles(LOOK_BACK);
    const linkCounts = state.linkCounts();
    const escrowCount = state.escrowCount(false) + state.escrowCount(true);
    if (cli.options.json) {
      const { settings, schema } = job;
      cli.printJson(jobStatus({ settings, schema, cycles, linkCounts, escrowCount }));
      return;
    }
    cli.print(
      `Job ${job.settings.id}${job.settings.enabled ? '' : ' (disabled)'} → ${job.settings.target.baseUrl}`,
    );
    cli.print(`  linked       ${counted(linkCounts.User, 'user')}, ${counted(linkCounts.Group, 'group')}`);
    cli.print(`  failing      ${counted(escrowCount, 'object')} kept for retry`);
    cli.print(`  watermark    ${state.position()?.watermark ?? 'none: the next cycle is an initial one'}`);
    for (const line of describeCycles(cycles)) cli.print(line);
  } finally {
    state.close();
  }
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function describeCycles(cycles: readonly CycleRecord[]): readonly string[] {
  const [last] = cycles;
  if (last === undefined) return ['  last cycle   never run'];
  const state = last.endedAt === null ? 'interrupted' : last.state;
  const durationMs = Date.parse(last.endedAt ?? last.startedAt) - Date.parse(last.startedAt);
  return [
    `  last cycle   ${last.kind}, ${state}, began ${last.startedAt}`,
    `               ${runSummary(last.counts, durationMs)}`,
    ...(last.error
      ? [`  quarantine   ${last.error.reason} (${last.error.code})`, `               ${last.error.message}`]
      : []),
  ];
}
