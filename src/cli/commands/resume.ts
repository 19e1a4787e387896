import type { Command } from 'commander';
import { openApp } from '../../app/app.ts';
import type { Cli } from '../cli.ts';
import { notingCall } from '../note-events.ts';

/** Adds the command `resume`. @see Graph synchronizationJob: start */
export function registerResumeCommand(command: Command, cli: () => Cli): void {
  command.action(() => resume(cli()));
}

async function resume(cli: Cli): Promise<void> {
  const { job, before } = await openApp(cli.configuration()).resume(cli.job().id, notingCall(cli));
  if (!cli.job().enabled) cli.note(`Job ${job} is switched off by the configuration (enabled: false).`);
  if (cli.options.json) cli.printJson({ job, state: 'Active' });
  else if (before.quarantine !== null)
    cli.print(`Job ${job} resumed; its quarantine (${before.quarantine.reason}) is lifted.`);
  else cli.print(`Job ${job} ${before.isPaused ? 'resumed' : 'was not paused'}.`);
}
