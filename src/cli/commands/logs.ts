import { type Command, InvalidArgumentError, Option } from 'commander';
import { openJobStore } from '../../io/job-store/job-store.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { ProvisioningLogEntry, ProvisioningResult } from '../../model/log.ts';
import type { ProvisioningAction } from '../../model/pipeline.ts';
import type { Cli } from '../cli.ts';

interface LogFlags {
  readonly object?: string;
  readonly action?: ProvisioningAction;
  readonly status?: ProvisioningResult;
  readonly cycle?: string;
  readonly since?: string;
  readonly limit: number;
  readonly ndjson?: boolean;
}

const ACTIONS = ['create', 'update', 'disable', 'delete', 'stagedDelete', 'other'];
const RESULTS = ['success', 'failure', 'skipped', 'warning'];

/** Adds the command `logs`: the provisioning log, newest first. */
export function registerLogsCommand(program: Command, cli: () => Cli): void {
  program
    .command('logs')
    .description('show the provisioning log, newest first')
    .option('--object <object>', 'of this object: its object id or display name')
    .addOption(new Option('--action <action>', 'with this action').choices(ACTIONS))
    .addOption(new Option('--status <status>', 'with this status').choices(RESULTS))
    .option('--cycle <id>', 'of this cycle')
    .option('--since <instant>', 'not older than this, e.g. 2026-01-31 or 2026-01-31T08:00:00Z')
    .option('--limit <n>', 'at most so many', readLimit, 50)
    .option('--ndjson', 'one record a line')
    .action((flags: LogFlags) => showLogs(cli(), flags));
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new InvalidArgumentError('a whole number above 0 was expected.');
}

function showLogs(cli: Cli, { since, limit, ndjson, ...filters }: LogFlags): void {
  cli.configuration();
  const state = openJobStore(cli.job().stateFile, { readonly: true });
  try {
    const query = { ...filters, limit, ...(since === undefined ? {} : { since: readInstant(since) }) };
    const entries = firstOf(state.logEntries(query), limit);
    if (ndjson) for (const entry of entries) cli.print(JSON.stringify(entry));
    else if (cli.options.json) cli.printJson({ value: [...entries] });
    else printText(cli, entries);
  } finally {
    state.close();
  }
}

function readInstant(text: string): string {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new ConfigurationError([
    issueOf('--since', `"${text}" is not an instant; write e.g. 2026-01-31 or 2026-01-31T08:00:00Z`),
  ]);
}

function* firstOf<T>(pages: Iterable<readonly T[]>, limit: number): Generator<T> {
  let left = limit;
  for (const page of pages) {
    for (const item of page.slice(0, left)) yield item;
    left -= page.length;
    if (left <= 0) return;
  }
}

function printText(cli: Cli, entries: Iterable<ProvisioningLogEntry>): void {
  let count = 0;
  for (const entry of entries) {
    count += 1;
    const { status, errorInformation } = entry.provisioningStatusInfo;
    const { identityType, displayName } = entry.sourceIdentity;
    const last = entry.provisioningSteps.at(-1);
    const why = errorInformation
      ? `${errorInformation.errorCode}: ${errorInformation.reason}`
      : last?.description;
    cli.print(
      `${entry.activityDateTime}  ${entry.provisioningAction.padEnd(8)} ${status.padEnd(8)} ${identityType.padEnd(6)} ${displayName.padEnd(28)}  ${why ?? ''}`,
    );
  }
  if (count === 0) cli.note('No entries.');
}
