import type { Command } from 'commander';
import { openApp } from '../../app/app.ts';
import type { Cli } from '../cli.ts';
import { notingCall } from '../note-events.ts';

/** Adds the commands under `state`: they are about the state of a job as a whole. */
export function registerStateCommands(command: Command, cli: () => Cli): void {
  command
    .command('adopt')
    .description(
      'take the state, with its links, for the job and tenant URL of the configuration: the same application moved, or the job was renamed',
    )
    .action(() => adopt(cli()));
}

async function adopt(cli: Cli): Promise<void> {
  const app = openApp(cli.configuration());
  const { job, stateFile, from, to, words } = await app.adopt(cli.job().id, notingCall(cli));
  if (cli.options.json) cli.printJson({ job, stateFile, from, to });
  else if (words.from === words.to)
    cli.print(`The state ${stateFile} belongs to ${words.to} already; nothing was changed.`);
  else cli.print(`The state ${stateFile} changes its owner.\n  from  ${words.from}\n  to    ${words.to}`);
}
