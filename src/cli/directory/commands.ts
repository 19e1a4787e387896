import { type Command, Option } from 'commander';
import { openApp } from '../../app/app.ts';
import { terminalJson } from '../../app/rendering.ts';
import type { Cli } from '../cli.ts';
import { notingCall } from '../note-events.ts';
import { registerEditCommands } from './edit.ts';
import { registerImportCommand, registerSyncCommand } from './import.ts';
import { registerListCommand } from './list.ts';
import { registerRelationCommands } from './relate.ts';
import { registerShowCommand } from './show.ts';

/** Adds the commands under `directory`: they read and write the directory store, and nothing else. */
export function registerDirectoryCommands(directory: Command, cli: () => Cli): void {
  registerImportCommand(directory, cli);
  registerSyncCommand(directory, cli);
  registerListCommand(directory, cli);
  registerShowCommand(directory, cli);
  registerEditCommands(directory, cli);
  registerRelationCommands(directory, cli);
  registerExportCommand(directory, cli);
}

/** Adds the command `directory export`. */
function registerExportCommand(directory: Command, cli: () => Cli): void {
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
