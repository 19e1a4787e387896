import type { Command } from 'commander';
import { restarted } from '../../job/control/quarantine.ts';
import { parseRestartScopes } from '../../job/control/restart.ts';
import type { RestartScope } from '../../model/control.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Cli } from '../cli.ts';
import { changeControl } from '../control.ts';

/** Adds the command `restart`. @see Graph synchronizationJob: restart */
export function registerRestartCommand(command: Command, cli: () => Cli): void {
  command
    .option(
      '--reset-scope <list>',
      'comma-separated: Watermark, Escrows, QuarantineState, ConnectorDataStore (forget the links and the owner of the state, and match again), Full (all of these), ForceDeletes (allow deletions that were held back), None; absent: the first three, as the portal does',
    )
    .action((flags: { readonly resetScope?: string }) => restart(cli(), flags.resetScope ?? ''));
}

function restart(cli: Cli, text: string): void {
  const scopes = scopesIn(text);
  const { job } = changeControl(cli, (control) => restarted(control, scopes), scopes);
  if (cli.options.json) cli.printJson({ job, resetScope: scopes });
  else cli.print(`Job ${job} restarted (${scopes.join(', ')}).`);
}

function scopesIn(text: string): readonly RestartScope[] {
  const parsed = parseRestartScopes(text);
  if ('scopes' in parsed) return parsed.scopes;
  throw new ConfigurationError([
    issueOf(
      '--reset-scope',
      `"${parsed.unknown}" is not a reset scope; the scopes are ${parsed.allowed.join(', ')}`,
    ),
  ]);
}
