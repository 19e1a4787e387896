import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { heldError, lockJob, requireLockOfUser } from '../../app/state/lock-job.ts';
import { ownerOf, ownerText } from '../../app/state/owner.ts';
import { openJobStore } from '../../io/stores/sqlite/job/job-store.ts';
import type { StateOwner } from '../../io/stores/sqlite/job/owner.ts';
import { systemWorld } from '../../io/world.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Cli } from '../cli.ts';

/** Adds the commands under `state`: they are about the state of a job as a whole. */
export function registerStateCommands(command: Command, cli: () => Cli): void {
  command
    .command('adopt')
    .description(
      'take the state, with its links, for the job and tenant URL of the configuration: the same application moved, or the job was renamed',
    )
    .action(() => adopt(cli()));
}

/** @throws {ConfigurationError} while somebody else has the state, or where there is none */
function adopt(cli: Cli): void {
  cli.configuration();
  const settings = cli.job();
  const { stateFile } = settings;
  if (!existsSync(stateFile))
    throw new ConfigurationError([
      issueOf(stateFile, 'there is no state to adopt; the first "entrain run" creates one'),
    ]);
  requireLockOfUser(stateFile);
  const lock = lockJob(stateFile, 'state adopt', systemWorld.now());
  if (lock.kind !== 'taken') throw heldError(stateFile, lock.holder);
  try {
    const state = openJobStore(stateFile);
    try {
      const from = state.owner();
      const to = ownerOf(settings);
      for (const remark of state.remarks) cli.note(remark);
      state.adopt(to);
      tell(cli, stateFile, from, to);
    } finally {
      state.close();
    }
  } finally {
    lock.release();
  }
}

function tell(cli: Cli, stateFile: string, from: StateOwner | null, to: StateOwner): void {
  if (cli.options.json) cli.printJson({ job: to.job, stateFile, from, to });
  else if (from !== null && ownerText(from) === ownerText(to))
    cli.print(`The state ${stateFile} belongs to ${ownerText(to)} already; nothing was changed.`);
  else
    cli.print(
      `The state ${stateFile} changes its owner.\n  from  ${from === null ? 'nobody' : ownerText(from)}\n  to    ${ownerText(to)}`,
    );
}
