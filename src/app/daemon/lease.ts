import type { JobStore } from '../../io/stores/job-store.ts';
import { openJobStore } from '../../io/stores/sqlite/job/job-store.ts';
import { systemWorld } from '../../io/world.ts';
import type { JobSettings } from '../../model/job.ts';
import { heldError, lockJob, requireLockOfUser } from '../state/lock-job.ts';
import { requireOwnState } from '../state/owner.ts';

/** The state of a job that the daemon holds, so that no other process runs the job. */
export interface Lease {
  readonly stateFile: string;
  readonly state: JobStore;
  /** A cycle is under way. */
  isBusy(): boolean;
  /** Does something during which the state is not given back. */
  keepWhile<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Gives the state back, once no cycle is under way. */
  release(): Promise<void>;
  isReleased(): boolean;
}

/**
 * Takes the state of a job.
 * @param remark receives remarks about the state for the user
 * @throws {ConfigurationError} when another process has it, or it is of another job or target
 */
export async function leaseState(settings: JobSettings, remark: (text: string) => void): Promise<Lease> {
  const { stateFile } = settings;
  requireLockOfUser(stateFile);
  const lock = lockJob(stateFile, 'start', systemWorld.now());
  if (lock.kind === 'held') throw heldError(stateFile, lock.holder);
  const state = await openOrRelease(settings, remark, lock.release);
  let users = 0;
  let isReleased = false;
  const end = async (): Promise<void> => {
    await state.close();
    lock.release();
  };
  return {
    stateFile,
    state,
    isBusy: () => users > 0,
    isReleased: () => isReleased,
    keepWhile: async (work) => {
      users += 1;
      try {
        return await work();
      } finally {
        users -= 1;
        if (isReleased && users === 0) await end();
      }
    },
    release: async () => {
      if (isReleased) return;
      isReleased = true;
      if (users === 0) await end();
    },
  };
}

async function openOrRelease(
  settings: JobSettings,
  remark: (text: string) => void,
  release: () => void,
): Promise<JobStore> {
  let state: JobStore | null = null;
  try {
    state = openJobStore(settings.stateFile);
    for (const text of state.remarks) remark(text);
    await requireOwnState(state, settings, { mayTake: () => true, remark });
    return state;
  } catch (error) {
    await state?.close();
    release();
    throw error;
  }
}
