import type { Command } from 'commander';
import { openApp } from '../../app/app.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Cli } from '../cli.ts';
import { interruptSignal } from '../interrupt.ts';
import { intervalOption, refresh } from '../refresh.ts';
import { statusLines } from '../report/shared/status-text.ts';

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
  const { id } = cli.job();
  if (!watch) {
    const status = await app.status(id);
    if (cli.options.json) cli.printJson(status.document);
    else cli.print(statusLines(status).join('\n'));
    if (status.foreignState !== null) cli.note(`${status.foreignState}; no cycle runs, see "entrain plan"`);
    return;
  }
  if (cli.options.json)
    throw new ConfigurationError([
      issueOf('--watch', '--json is one document, and --watch shows many; leave one of them out'),
    ]);
  const interrupt = interruptSignal(() => undefined);
  try {
    await refresh(async () => showAnew(cli, statusLines(await app.status(id))), interval, interrupt.signal);
  } finally {
    interrupt.release();
  }
}

/** Home, and what stood there is cleared. */
const CLEAR = '\u001b[H\u001b[2J';

/** On a terminal in the place of what was shown before, else below it. */
function showAnew(cli: Cli, lines: readonly string[]): void {
  const text = lines.join('\n');
  if (process.stdout.isTTY) process.stdout.write(CLEAR);
  cli.print(process.stdout.isTTY ? text : `${text}\n`);
}
