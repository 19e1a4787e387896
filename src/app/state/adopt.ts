import { existsSync } from 'node:fs';
import type { StateOwner } from '../../io/stores/job-store.ts';
import { openJobStore } from '../../io/stores/sqlite/job/job-store.ts';
import { systemWorld } from '../../io/world.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { JobSettings } from '../../model/job.ts';
import { type Call, remarksOf } from '../events.ts';
import { heldError, lockJob, requireLockOfUser } from './lock-job.ts';
import { ownerOf, ownerText } from './owner.ts';

/** A state that was taken for the job and target of a configuration. */
export interface AdoptedState {
  readonly job: string;
  readonly stateFile: string;
  /** The owner before; null: it had none. */
  readonly from: StateOwner | null;
  readonly to: StateOwner;
  /** The owners in readable form; the same texts where nothing was changed. */
  readonly words: { readonly from: string; readonly to: string };
}

/**
 * Takes a state, with its links, for the job and target of the configuration.
 * @throws {ConfigurationError} while another process has the state, or where there is none
 */
export async function adoptState(settings: JobSettings, call: Call): Promise<AdoptedState> {
  const { id, stateFile } = settings;
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
      const from = await state.owner();
      const to = ownerOf(settings);
      const remark = remarksOf(id, call);
      for (const text of state.remarks) remark(text);
      await state.adopt(to);
      const words = { from: from === null ? 'no owner' : ownerText(from), to: ownerText(to) };
      return { job: id, stateFile, from, to, words };
    } finally {
      await state.close();
    }
  } finally {
    lock.release();
  }
}
