import { type Command, InvalidArgumentError, Option } from 'commander';
import { type App, openApp } from '../../app/app.ts';
import type { LogFilter } from '../../app/log/filter.ts';
import type { LogRequest } from '../../app/log/read-log.ts';
import { visible } from '../../app/rendering.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { concernsMembers, explanationOf, type ProvisioningLogEntry } from '../../model/log.ts';
import { counted } from '../../model/named.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { intervalOption } from '../refresh.ts';

interface LogFlags extends LogFilter {
  readonly limit?: number;
  readonly ndjson?: boolean;
  readonly csv?: string;
  readonly har?: string;
  readonly follow?: boolean;
  readonly interval: number;
}

const ACTIONS = ['create', 'update', 'disable', 'delete', 'stagedDelete', 'other'];
const RESULTS = ['success', 'failure', 'skipped', 'warning'];

/** Entries that are shown where no limit is given; before those that follow, and in files. */
const LIMITS = { shown: 50, beforeFollowing: 10, files: Number.MAX_SAFE_INTEGER } as const;

/** Adds the command `logs`: the provisioning log, newest first. */
export function registerLogsCommand(command: Command, cli: () => Cli): void {
  command
    .option('--object <object>', 'of this object: its object id, userPrincipalName or display name')
    .addOption(new Option('--action <action>', 'with this action').choices(ACTIONS))
    .addOption(new Option('--status <status>', 'with this status').choices(RESULTS))
    .option('--cycle <id>', 'of this cycle')
    .option('--since <instant>', 'not older than this, e.g. 2026-01-31 or 2026-01-31T08:00:00Z', readInstant)
    .option('--limit <n>', 'at most so many (default: 50; all with --csv and --har)', readLimit)
    .option('--ndjson', 'one record a line')
    .option('--csv <folder>', 'write the three files of a download into this folder')
    .option(
      '--har <file>',
      'write the exchanges that were kept of these into this HTTP Archive (log.exchanges)',
    )
    .option('--follow', 'show what is recorded from now on, the oldest first, until Ctrl+C')
    .addOption(intervalOption('how often to look, with --follow'))
    .action((flags: LogFlags) => showLogs(cli(), flags));
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new InvalidArgumentError('a whole number above 0 was expected.');
}

function readInstant(text: string): string {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new InvalidArgumentError(
    `"${text}" is not an instant; write e.g. 2026-01-31 or 2026-01-31T08:00:00Z.`,
  );
}

async function showLogs(cli: Cli, flags: LogFlags): Promise<void> {
  const app = openApp(cli.configuration());
  requireOneForm(cli, flags);
  if (flags.follow) return followLogs(cli, app, flags);
  if (flags.har !== undefined) return writeExchanges(cli, app, flags, flags.har);
  if (flags.csv !== undefined) {
    const count = await app.writeLogFiles(cli.job().id, requestOf(flags, LIMITS.files), flags.csv);
    cli.print(`${counted(count, 'entry', 'entries')} in ${flags.csv}`);
    return;
  }
  const entries = app.logs(cli.job().id, requestOf(flags, LIMITS.shown));
  if (cli.options.json && !flags.ndjson) {
    const value: ProvisioningLogEntry[] = [];
    for await (const entry of entries) value.push(entry);
    cli.printJson({ value });
  } else if ((await printEntries(cli, entries, flags)) === 0 && !flags.ndjson) cli.note('No entries.');
}

function requireOneForm(cli: Cli, { follow, csv, har, ndjson }: LogFlags): void {
  const isDocument = cli.options.json && !ndjson;
  const file = csv !== undefined ? '--csv' : har !== undefined ? '--har' : null;
  if (csv !== undefined && har !== undefined)
    throw refusal('--csv writes entries, and --har exchanges; ask for one after the other');
  if (file !== null && (follow || ndjson || isDocument))
    throw refusal(`${file} writes files; leave --follow, --ndjson and --json out`);
  if (follow && isDocument)
    throw refusal('--json is one document, and --follow has no end; write --ndjson instead');
}

const refusal = (message: string): ConfigurationError => new ConfigurationError([issueOf('logs', message)]);

async function writeExchanges(cli: Cli, app: App, flags: LogFlags, file: string): Promise<void> {
  const request = requestOf(flags, LIMITS.files);
  const { count, problem, whyNone } = await app.writeExchanges(cli.job().id, request, file);
  cli.print(`${counted(count, 'exchange')} in ${file}`);
  if (problem !== null) {
    cli.note(problem);
    process.exitCode = EXIT.usage;
  }
  if (whyNone !== null) cli.note(whyNone);
}

/** Of the options, those that filter, and the limit. */
const requestOf = (
  { object, action, status, cycle, since, limit }: LogFlags,
  limitElse: number,
): LogRequest => ({
  ...(object === undefined ? {} : { object }),
  ...(action === undefined ? {} : { action }),
  ...(status === undefined ? {} : { status }),
  ...(cycle === undefined ? {} : { cycle }),
  ...(since === undefined ? {} : { since }),
  limit: limit ?? limitElse,
});

/** @returns how many entries were printed */
async function printEntries(
  cli: Cli,
  entries: AsyncIterable<ProvisioningLogEntry>,
  { ndjson }: LogFlags,
): Promise<number> {
  let count = 0;
  for await (const entry of entries) {
    count += 1;
    if (ndjson) cli.printJsonLine(entry);
    else cli.print(logLine(entry));
  }
  return count;
}

async function followLogs(cli: Cli, app: App, flags: LogFlags): Promise<void> {
  const { id } = cli.job();
  const interrupt = interruptSignal(() => undefined);
  const options = { intervalMs: flags.interval, signal: interrupt.signal };
  try {
    await printEntries(cli, app.followLogs(id, requestOf(flags, LIMITS.beforeFollowing), options), flags);
  } finally {
    interrupt.release();
  }
}

/** An entry of the provisioning log as one line of text. */
function logLine(entry: ProvisioningLogEntry): string {
  const { status, errorInformation } = entry.provisioningStatusInfo;
  const { identityType, displayName } = entry.sourceIdentity;
  const why = errorInformation
    ? `${errorInformation.errorCode}: ${explanationOf(errorInformation)}`
    : entry.provisioningSteps.at(-1)?.description;
  const members = membersIn(entry);
  const columns = [entry.provisioningAction.padEnd(8), status.padEnd(8), identityType.padEnd(6)];
  return `${entry.activityDateTime}  ${columns.join(' ')} ${visible(displayName).padEnd(28)}  ${visible(`${why ?? ''}${members === '' ? '' : `; members ${members}`}`)}`;
}

/** Members that a line names; the others are counted, and stand in the entry. */
const NAMED_MEMBERS = 5;

/** The members that an entry adds and removes: `+ ada, bob − cleo`; empty where it is about something else. */
function membersIn(entry: ProvisioningLogEntry): string {
  if (!concernsMembers(entry)) return '';
  const { modifiedProperties } = entry;
  const listed = (sign: string, names: readonly (string | null)[]): readonly string[] => {
    const present = names.filter((name) => name !== null);
    const more = present.length - NAMED_MEMBERS;
    const text = present.slice(0, NAMED_MEMBERS).join(', ');
    return present.length === 0 ? [] : [`${sign} ${text}${more > 0 ? ` and ${more} more` : ''}`];
  };
  return [
    ...listed(
      '+',
      modifiedProperties.map(({ newValue }) => newValue),
    ),
    ...listed(
      '-',
      modifiedProperties.map(({ oldValue }) => oldValue),
    ),
  ].join(' ');
}
