import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { registerEditCommands } from './edit.ts';
import { registerExportCommand } from './export.ts';
import { registerImportCommand } from './import.ts';
import { registerListCommand } from './list.ts';
import { registerRelationCommands } from './relate.ts';
import { registerShowCommand } from './show.ts';

/** Adds the commands under `directory`: they read and write the directory store, and nothing else. */
export function registerDirectoryCommands(directory: Command, cli: () => Cli): void {
  registerImportCommand(directory, cli);
  registerListCommand(directory, cli);
  registerShowCommand(directory, cli);
  registerEditCommands(directory, cli);
  registerRelationCommands(directory, cli);
  registerExportCommand(directory, cli);
}
