import type { Command } from 'commander';
import { openJobStore } from '../../io/job-store/job-store.ts';
import { parseRestartScopes } from '../../job/restart.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Cli } from '../cli.ts';

/** Adds the command `restart`. @see Graph synchronizationJob: restart */
export function registerRestartCommand(program: Command, cli: () => Cli): void {
  program
    .command('restart')
    .description(
      'forget the watermark (and more, by --reset-scope), so that the next cycle is an initial one',
    )
    .option(
      '--reset-scope <list>',
      'comma-separated: Watermark, Escrows, QuarantineState, ConnectorDataStore, Full; absent: the first three, as the portal does',
    )
    .action((flags: { readonly resetScope?: string }) => restart(cli(), flags.resetScope ?? ''));
}

function restart(cli: Cli, text: string): void {
  cli.configuration();
  const settings = cli.job();
  const scopes = parseRestartScopes(text);
  if ('unknown' in scopes)
    throw new ConfigurationError([
      issueOf(
        '--reset-scope',
        `"${scopes.unknown}" is not a reset scope; the scopes are ${scopes.allowed.join(', ')}`,
      ),
    ]);
  const state = openJobStore(settings.stateFile);
  try {
    state.reset(scopes.scopes);
  } finally {
    state.close();
  }
  if (cli.options.json) cli.printJson({ job: settings.id, resetScope: scopes.scopes });
  else cli.print(`Job ${settings.id} restarted (${scopes.scopes.join(', ')}).`);
}
