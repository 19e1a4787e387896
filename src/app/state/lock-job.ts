import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { holderText, type LockHolder, type Locking, lockFileOf, takeLock } from '../../io/lock.ts';
import { isUnused, realFile } from '../../io/stores/sqlite/store-file.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Instant } from '../../model/identifiers.ts';

/** The command that holds the state of a job. */
export type HoldingCommand = 'start' | 'run' | 'provision' | 'state adopt' | 'state restore';

/** Asks for the state of a job, for as long as this process runs the job. */
export function lockJob(stateFile: string, command: HoldingCommand, since: Instant): Locking {
  return takeLock(lockFileOf(stateFile), { command, pid: process.pid, host: hostname(), since });
}

/**
 * Requires, before a state is opened, that the process that uses it still has its lock: that is a separate file, which
 * may have been removed by hand. An unused state may lack it.
 * @throws {ConfigurationError} when another process uses the state without one
 */
export function requireLockOfUser(stateFile: string): void {
  const lockFile = lockFileOf(stateFile);
  const real = realFile(stateFile);
  if (existsSync(lockFile) || !existsSync(real) || !isInUse(real)) return;
  throw new ConfigurationError([
    issueOf(
      stateFile,
      `another process uses the state, but its lock is not there (${lockFile}): one of them was moved or removed; wait until that process has ended, or stop it, then run the command again`,
    ),
  ]);
}

/** A file that is no store is reported when it is opened. */
function isInUse(real: string): boolean {
  try {
    return !isUnused(real);
  } catch {
    return false;
  }
}

/** Says that the state of a job is held by another process. */
export function heldError(stateFile: string, holder: LockHolder | null): ConfigurationError {
  return new ConfigurationError([
    issueOf(
      stateFile,
      `the state of the job is in use by ${holderText(holder)}, and a job runs once at a time; wait for it or stop it, or name another stateFile`,
    ),
  ]);
}
