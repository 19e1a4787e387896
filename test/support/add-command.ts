import type { Command } from 'commander';
import type { Cli } from '../../src/cli/cli.ts';
import { COMMAND_TABLE, type Register } from '../../src/cli/command-table.ts';

/** Adds one command to a program, as the table of commands describes it. */
export function addCommand(program: Command, name: string, register: Register, cli: () => Cli): void {
  const entry = COMMAND_TABLE.find((one) => one.name === name);
  if (entry === undefined) throw new Error(`there is no command ${name}`);
  const command = program.command(name).description(entry.description);
  for (const argument of entry.args ?? []) command.argument(...argument);
  register(command, cli, async () => {});
}
