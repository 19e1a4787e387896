import { type Command, InvalidArgumentError, Option } from 'commander';
import { ownFiles } from '../../app/state/own-files.ts';
import { openJobStore } from '../../io/stores/sqlite/job/job-store.ts';
import { readLogTail } from '../../io/stores/sqlite/job/log-tail.ts';
import { counted } from '../../job/warnings/named.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { ProvisioningLogEntry } from '../../model/log.ts';
import type { Cli } from '../cli.ts';
import { withDirectory } from '../directory/open.ts';
import { EXIT } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { intervalOption, refresh } from '../refresh.ts';
import { downloadLog } from '../report/log/download.ts';
import { isWanted, type LogFilter } from '../report/log/filter.ts';
import { downloadExchanges, exchangeQuery, whyNoExchanges } from '../report/log/har.ts';
import { foundOrNull, searchLog } from '../report/log/search.ts';
import { logLine } from '../report/log/text.ts';

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

/** Entries that are read at once while the log is followed. */
const TAIL_SIZE = 1_000;

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
  cli.configuration();
  requireOneForm(cli, flags);
  if (flags.follow) return followLogs(cli, flags);
  if (flags.har !== undefined) return writeExchanges(cli, flags, flags.har);
  withEntries(cli, flags, flags.limit ?? LIMITS[flags.csv === undefined ? 'shown' : 'files'], (entries) => {
    if (flags.csv !== undefined)
      cli.print(
        `${counted(downloadLog(entries, flags.csv, ownFiles(cli.configuration())), 'entry', 'entries')} in ${flags.csv}`,
      );
    else if (cli.options.json && !flags.ndjson) cli.printJson({ value: [...entries] });
    else printEntries(cli, entries, flags);
  });
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

function writeExchanges(cli: Cli, flags: LogFlags, file: string): void {
  const { stateFile, log } = cli.job();
  const state = openJobStore(stateFile, { readonly: true });
  try {
    const limit = flags.limit ?? LIMITS.files;
    const query = exchangeQuery(state, filterOf(flags), limit, (name) => idOf(cli, name));
    const { count, problem } = downloadExchanges(state, query, file, ownFiles(cli.configuration()));
    cli.print(`${counted(count, 'exchange')} in ${file}`);
    if (problem !== null) {
      cli.note(problem);
      process.exitCode = EXIT.usage;
    }
    if (count === 0) cli.note(whyNoExchanges(log, state.hasExchanges()));
  } finally {
    state.close();
  }
}

function withEntries(
  cli: Cli,
  filter: LogFilter,
  limit: number,
  use: (entries: Iterable<ProvisioningLogEntry>) => void,
): void {
  const state = openJobStore(cli.job().stateFile, { readonly: true });
  try {
    use(searchLog(state, filterOf(filter), limit, (name) => idOf(cli, name)));
  } finally {
    state.close();
  }
}

/** Of the options, those that filter. */
const filterOf = ({ object, action, status, cycle, since }: LogFilter): LogFilter => ({
  ...(object === undefined ? {} : { object }),
  ...(action === undefined ? {} : { action }),
  ...(status === undefined ? {} : { status }),
  ...(cycle === undefined ? {} : { cycle }),
  ...(since === undefined ? {} : { since }),
});

/** A log can be read without its directory. */
const idOf = (cli: Cli, userPrincipalName: string): string | null =>
  foundOrNull(() => withDirectory(cli, 'read', (directory) => directory.named(userPrincipalName)))?.id ??
  null;

function printEntries(cli: Cli, entries: Iterable<ProvisioningLogEntry>, { ndjson }: LogFlags): void {
  let count = 0;
  for (const entry of entries) {
    count += 1;
    if (ndjson) cli.printJsonLine(entry);
    else cli.print(logLine(entry));
  }
  if (count === 0 && !ndjson) cli.note('No entries.');
}

async function followLogs(cli: Cli, flags: LogFlags): Promise<void> {
  const { stateFile } = cli.job();
  let { cursor } = readLogTail(stateFile, null, TAIL_SIZE);
  const shown = new Set<string>();
  const show = (entry: ProvisioningLogEntry): void =>
    flags.ndjson ? cli.printJsonLine(entry) : cli.print(logLine(entry));
  withEntries(cli, flags, flags.limit ?? LIMITS.beforeFollowing, (entries) => {
    for (const entry of [...entries].reverse()) {
      shown.add(entry.id);
      show(entry);
    }
  });
  const showNew = (): void => {
    for (;;) {
      const tail = readLogTail(stateFile, cursor, TAIL_SIZE);
      cursor = tail.cursor;
      for (const entry of tail.entries) if (!shown.has(entry.id) && isWanted(entry, flags)) show(entry);
      if (tail.entries.length < TAIL_SIZE) return;
    }
  };
  const interrupt = interruptSignal(() => undefined);
  try {
    await refresh(showNew, flags.interval, interrupt.signal);
  } finally {
    interrupt.release();
  }
}
