import type { Session } from '../../app/session/session.ts';
import { heldError } from '../../app/state/lock-job.ts';
import { holderText, type LockHolder } from '../../io/lock.ts';
import { systemWorld } from '../../io/world.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Cli } from '../cli.ts';

/** What is asked of the cycle. */
export interface AskedCycle {
  readonly full?: boolean;
  readonly retryAll?: boolean;
  readonly acceptClock?: boolean;
  readonly har?: string;
}

/**
 * Asks the daemon that holds a job to run a cycle of it now; it does so at once, or when the cycle under way has ended.
 * @throws {ConfigurationError} when it is not a daemon that holds the job, or it cannot do what is asked
 */
export function askDaemon(
  cli: Cli,
  { job, state }: Session,
  holder: LockHolder | null,
  { full = false, retryAll = false, acceptClock = false, har }: AskedCycle,
): void {
  const { id, stateFile } = job.settings;
  if (holder?.command !== 'start') throw heldError(stateFile, holder);
  if (har !== undefined)
    throw new ConfigurationError([
      issueOf(
        '--har',
        `the daemon runs job ${id}, and it writes no HTTP Archive; stop it, or leave --har out`,
      ),
    ]);
  const requested = { at: systemWorld.now(), full, retriesAll: retryAll, acceptsClock: acceptClock };
  state.saveControl({ ...state.control(), requested });
  if (cli.options.json) cli.printJson({ job: id, state: 'Requested', holder });
  else
    cli.print(
      `${holderText(holder)} runs job ${id} and was asked for a cycle now; see "entrain status --job ${id}" and "entrain logs --job ${id}".`,
    );
}
