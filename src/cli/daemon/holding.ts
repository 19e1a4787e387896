import { type JobStore, openJobStore } from '../../io/job-store/job-store.ts';
import { systemWorld } from '../../io/world.ts';
import { heldError, lockJob } from './lock-job.ts';

/** The state of a job that the daemon holds, so that nobody else runs the job. */
export interface Holding {
  readonly stateFile: string;
  readonly state: JobStore;
  /** A cycle is under way. */
  isBusy(): boolean;
  /** Does something during which the state is not given back. */
  keepWhile<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Gives the state back, once no cycle is under way. */
  release(): void;
}

/** Takes the state of a job. @throws {ConfigurationError} when somebody else has it */
export function holdState(stateFile: string): Holding {
  const lock = lockJob(stateFile, 'start', systemWorld.now());
  if (lock.kind === 'held') throw heldError(stateFile, lock.holder);
  const state = openOrRelease(stateFile, lock.release);
  let users = 0;
  let isReleased = false;
  const end = (): void => {
    state.close();
    lock.release();
  };
  return {
    stateFile,
    state,
    isBusy: () => users > 0,
    keepWhile: async (work) => {
      users += 1;
      try {
        return await work();
      } finally {
        users -= 1;
        if (isReleased && users === 0) end();
      }
    },
    release: () => {
      if (isReleased) return;
      isReleased = true;
      if (users === 0) end();
    },
  };
}

function openOrRelease(stateFile: string, release: () => void): JobStore {
  try {
    return openJobStore(stateFile);
  } catch (error) {
    release();
    throw error;
  }
}
