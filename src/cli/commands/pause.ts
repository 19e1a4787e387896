import type { Command } from 'commander';
import { openApp } from '../../app/app.ts';
import type { Cli } from '../cli.ts';
import { notingCall } from '../note-events.ts';

/** Adds the command `pause`. @see Graph synchronizationJob: pause */
export function registerPauseCommand(command: Command, cli: () => Cli): void {
  command.action(() => pause(cli()));
}

async function pause(cli: Cli): Promise<void> {
  const { job, before } = await openApp(cli.configuration()).pause(cli.job().id, notingCall(cli));
  if (cli.options.json) cli.printJson({ job, state: 'Paused' });
  else if (before.isPaused) cli.print(`Job ${job} is paused already.`);
  else cli.print(`Job ${job} paused; "entrain resume" continues where it stands.`);
}
