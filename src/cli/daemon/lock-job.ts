import { hostname } from 'node:os';
import { holderText, type LockHolder, type Locking, lockFileOf, takeLock } from '../../io/lock.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Instant } from '../../model/identifiers.ts';

/** The command that holds the state of a job. */
export type HoldingCommand = 'start' | 'run' | 'provision' | 'state adopt';

/** Asks for the state of a job, for as long as this process runs the job. */
export const lockJob = (stateFile: string, command: HoldingCommand, since: Instant): Locking =>
  takeLock(lockFileOf(stateFile), { command, pid: process.pid, host: hostname(), since });

/** Says that the state of a job is held by somebody else. */
export const heldError = (stateFile: string, holder: LockHolder | null): ConfigurationError =>
  new ConfigurationError([
    issueOf(
      stateFile,
      `the state of the job is in use by ${holderText(holder)}, and a job runs once at a time; wait for it or stop it, or name another stateFile`,
    ),
  ]);
