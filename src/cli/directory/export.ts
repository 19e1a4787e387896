import { type Command, Option } from 'commander';
import { openApp } from '../../app/app.ts';
import { terminalJson } from '../../app/rendering.ts';
import type { Cli } from '../cli.ts';
import { notingCall } from '../note-events.ts';

/** Adds the command `directory export`. */
export function registerExportCommand(directory: Command, cli: () => Cli): void {
  directory
    .command('export')
    .description('print the whole directory in the json import format')
    .addOption(new Option('--format <format>', 'the format').choices(['json']).default('json'))
    .action(async () => {
      const to = cli();
      for await (const line of openApp(to.configuration()).directory(notingCall(to)).export())
        to.print(terminalJson(line));
    });
}
