import type { Command } from 'commander';
import { paused } from '../../job/control/quarantine.ts';
import type { Cli } from '../cli.ts';
import { changeControl } from '../control.ts';

/** Adds the command `pause`. @see Graph synchronizationJob: pause */
export function registerPauseCommand(command: Command, cli: () => Cli): void {
  command.action(() => pause(cli()));
}

function pause(cli: Cli): void {
  const { job, before } = changeControl(cli, paused);
  if (cli.options.json) cli.printJson({ job, state: 'Paused' });
  else if (before.isPaused) cli.print(`Job ${job} is paused already.`);
  else cli.print(`Job ${job} paused; "entrain resume" goes on where it stands.`);
}
