import type { Command } from 'commander';
import { openApp } from '../../app/app.ts';
import type { Cli } from '../cli.ts';
import { notingCall } from '../note-events.ts';

/** Adds the command `restart`. @see Graph synchronizationJob: restart */
export function registerRestartCommand(command: Command, cli: () => Cli): void {
  command
    .option(
      '--reset-scope <list>',
      'comma-separated: Watermark, Escrows, QuarantineState, ConnectorDataStore (forget the links and the owner of the state, and match again), Full (all of these), ForceDeletes (allow deletions that were held back), None; absent: the first three, as the portal does',
    )
    .action((flags: { readonly resetScope?: string }) => restart(cli(), flags.resetScope ?? ''));
}

async function restart(cli: Cli, text: string): Promise<void> {
  const app = openApp(cli.configuration());
  const { job, resetScope } = await app.restart(cli.job().id, text, notingCall(cli));
  if (cli.options.json) cli.printJson({ job, resetScope });
  else cli.print(`Job ${job} restarted (${resetScope.join(', ')}).`);
}
