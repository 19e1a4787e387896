import { holderText, type LockHolder } from '../../io/lock.ts';
import { systemWorld } from '../../io/world.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Session } from '../session/session.ts';
import { heldError } from '../state/lock-job.ts';

/** What is asked of the cycle. */
interface AskedCycle {
  readonly full?: boolean;
  readonly retryAll?: boolean;
  readonly acceptClock?: boolean;
  readonly har?: string;
}

/** A cycle that the daemon was asked to run. */
export interface RequestedCycle {
  readonly kind: 'requested';
  readonly job: string;
  readonly holder: LockHolder;
  /** Says who the daemon is. */
  readonly holderText: string;
}

/**
 * Asks the daemon that holds a job to run a cycle of it now; it does so at once, or when the cycle under way has ended.
 * @throws {ConfigurationError} when it is not a daemon that holds the job, or it cannot do what is asked
 */
export async function askDaemon(
  { job, state }: Session,
  holder: LockHolder | null,
  { full = false, retryAll = false, acceptClock = false, har }: AskedCycle,
): Promise<RequestedCycle> {
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
  await state.updateControl((control) => ({ ...control, requested }));
  return { kind: 'requested', job: id, holder, holderText: holderText(holder) };
}
