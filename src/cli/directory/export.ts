import { type Command, Option } from 'commander';
import { exportLines } from '../../io/stores/sqlite/directory/export.ts';
import { terminalJson } from '../../io/terminal-text.ts';
import type { Cli } from '../cli.ts';
import { withDirectory } from './open.ts';

/** Adds the command `directory export`. */
export function registerExportCommand(directory: Command, cli: () => Cli): void {
  directory
    .command('export')
    .description('print the whole directory in the json import format')
    .addOption(new Option('--format <format>', 'the format').choices(['json']).default('json'))
    .action(() => {
      const to = cli();
      withDirectory(to, 'read', (store) => {
        for (const line of exportLines(store)) to.print(terminalJson(line));
      });
    });
}
