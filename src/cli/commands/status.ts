import type { Command } from 'commander';
import { type App, openApp } from '../../app/app.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Cli } from '../cli.ts';
import { interruptSignal } from '../interrupt.ts';
import { intervalOption, refresh } from '../refresh.ts';
import { statusLines } from '../report/shared/status-text.ts';
import type { ListedJob } from '../report/status-list.ts';

interface StatusFlags {
  readonly watch?: boolean;
  readonly interval: number;
}

/** Adds the command `status`. */
export function registerStatusCommand(command: Command, cli: () => Cli): void {
  command
    .option('--watch', 'refresh the output until Ctrl+C')
    .addOption(intervalOption('how often, with --watch'))
    .action((flags: StatusFlags) => showStatus(cli(), flags));
}

async function showStatus(cli: Cli, { watch = false, interval }: StatusFlags): Promise<void> {
  const app = openApp(cli.configuration());
  const isOne = cli.options.job !== undefined || app.configuration.jobs.length === 1;
  const linesOf = isOne ? () => linesOfOne(cli, app) : () => linesOfAll(app);
  if (!watch) return isOne ? showOne(cli, app) : showAll(cli, app);
  if (cli.options.json)
    throw new ConfigurationError([
      issueOf('--watch', '--json is one document, and --watch shows many; leave one of them out'),
    ]);
  const interrupt = interruptSignal(() => undefined);
  try {
    await refresh(async () => showAnew(cli, await linesOf()), interval, interrupt.signal);
  } finally {
    interrupt.release();
  }
}

/** Of one job that was not named, quarantine and failures are seen by a script, as of several. */
async function showOne(cli: Cli, app: App): Promise<void> {
  const { id } = cli.job();
  const status = await app.status(id);
  if (cli.options.json) cli.printJson(status.document);
  else cli.print(statusLines(status).join('\n'));
  if (status.foreignState !== null) cli.note(`${status.foreignState}; no cycle runs, see "entrain plan"`);
  if (cli.options.job !== undefined) return;
  const { statusListExit } = await import('../report/status-list.ts');
  process.exitCode = statusListExit([{ id, status, error: null }]);
}

const linesOfOne = async (cli: Cli, app: App): Promise<readonly string[]> =>
  statusLines(await app.status(cli.job().id));

/** Sets the exit code: quarantine and failures of any job are seen by a script. */
async function showAll(cli: Cli, app: App): Promise<void> {
  const { statusListDocument, statusListExit, statusListLines } = await import('../report/status-list.ts');
  const jobs = await listJobs(app);
  if (cli.options.json) cli.printJson(statusListDocument(jobs));
  else cli.print(statusListLines(jobs).join('\n'));
  for (const { id, status } of jobs)
    if (status !== null && status.foreignState !== null)
      cli.note(`${id}: ${status.foreignState}; no cycle runs, see "entrain plan --job ${id}"`);
  process.exitCode = statusListExit(jobs);
}

const linesOfAll = async (app: App): Promise<readonly string[]> =>
  (await import('../report/status-list.ts')).statusListLines(await listJobs(app));

/** Reads how each job is; one that cannot be read does not hide the others. */
async function listJobs(app: App): Promise<readonly ListedJob[]> {
  const listed: ListedJob[] = [];
  for (const { id } of app.configuration.jobs)
    try {
      listed.push({ id, status: await app.status(id), error: null });
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      listed.push({ id, status: null, error });
    }
  return listed;
}

/** Home, and what stood there is cleared. */
const CLEAR = '\u001b[H\u001b[2J';

/** On a terminal in the place of what was shown before, else below it. */
function showAnew(cli: Cli, lines: readonly string[]): void {
  const text = lines.join('\n');
  if (process.stdout.isTTY) process.stdout.write(CLEAR);
  cli.print(process.stdout.isTTY ? text : `${text}\n`);
}
