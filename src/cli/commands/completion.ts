import type { Command } from 'commander';
import { didYouMean } from '../../app/rendering.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Cli } from '../cli.ts';
import { type Candidate, type CompletionPorts, complete } from '../completion/complete.ts';
import { isShell, SCRIPTS, SHELLS } from '../completion/scripts.ts';
import { defaultConfiguration } from '../default-configuration.ts';

const HELP = `
Load the script where your shell starts:
  bash         eval "$(entrain completion bash)"               in ~/.bashrc
  zsh          eval "$(entrain completion zsh)"                in ~/.zshrc, after compinit
  fish         entrain completion fish | source                in ~/.config/fish/config.fish
  powershell   entrain completion powershell | Out-String | Invoke-Expression     in $PROFILE

It completes commands, options and their values, the ids of jobs, personas and faults. Names of objects are not completed:
they would be read from the directory at each key.
`;

/** Adds the command `completion`: scripts for shells, and the candidates that they ask for. */
export function registerCompletionCommand(
  command: Command,
  cli: () => Cli,
  load: CompletionPorts['load'],
): void {
  command.addHelpText('after', HELP).action(async (shell: string, words: readonly string[]) => {
    const { options, print, printJson } = cli();
    if (!isShell(shell))
      throw new ConfigurationError([
        issueOf(
          'completion',
          `there is no script for "${shell}", but for ${SHELLS.join(', ')}${didYouMean(shell, SHELLS)}`,
        ),
      ]);
    const { parent } = command;
    if (words.length === 0 || parent === null) {
      if (options.json) printJson({ shell, script: SCRIPTS[shell] });
      else print(SCRIPTS[shell].trimEnd());
      return;
    }
    const found = await complete(parent, words, { load, valuesOf });
    if (options.json) printJson({ candidates: found });
    else for (const { name, meaning } of found) print(shell === 'bash' ? name : `${name}\t${meaning}`);
  });
}

/** Values of options that come from the configuration or the embedded target. */
const valuesOf: CompletionPorts['valuesOf'] = async (option, optionsBefore) => {
  if (option === 'job') {
    const { jobIdsIn } = await import('../../app/configuration.ts');
    const ids = jobIdsIn(optionsBefore.get('config') ?? defaultConfiguration());
    return ids.map((name) => ({ name, meaning: '' }));
  }
  const target = () => import('../../app/embedded-target.ts');
  if (option === 'persona') return (await target()).PERSONAS.map(described);
  if (option === 'fault') return (await target()).FAULTS.map(described);
  return [];
};

const described = ({
  name,
  description,
}: {
  readonly name: string;
  readonly description: string;
}): Candidate => ({
  name,
  meaning: description,
});
