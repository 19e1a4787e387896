import { heldError, requireLockOfUser } from '../app/state/lock-job.ts';
import { foreignOwner, isFree, ownerOf, requireOwnState } from '../app/state/owner.ts';
import { lockFileOf, lockHolder } from '../io/lock.ts';
import { openJobStore } from '../io/stores/sqlite/job/job-store.ts';
import type { JobControl, RestartScope } from '../model/control.ts';
import type { Cli } from './cli.ts';

/** A job whose running was decided about. */
export interface ChangedControl {
  readonly job: string;
  /** How it was before. */
  readonly before: JobControl;
}

/**
 * Decides about the running of the job that the command is about; a daemon that runs it sees it before its next cycle.
 * @param forgotten what is forgotten along with it; with the links goes the target that the state is of
 * @throws {ConfigurationError} when the state is of another job or target, and keeps its links or is in use
 */
export function changeControl(
  cli: Cli,
  change: (control: JobControl) => JobControl,
  forgotten: readonly RestartScope[] = [],
): ChangedControl {
  cli.configuration();
  const settings = cli.job();
  requireLockOfUser(settings.stateFile);
  const state = openJobStore(settings.stateFile);
  try {
    for (const remark of state.remarks) cli.note(remark);
    const isUnlinked = forgotten.some((scope) => scope === 'ConnectorDataStore' || scope === 'Full');
    if (!isUnlinked) requireOwnState(state, settings, { remark: cli.note });
    else if (foreignOwner(state, settings) !== null) requireFree(settings.stateFile);
    const before = state.control();
    // First: whatever ends this process, the next cycle forgets what is to be forgotten.
    state.saveControl({ ...change(before), ...(forgotten.length > 0 ? { forgotten } : {}) });
    if (forgotten.length > 0) state.reset(forgotten);
    // A process that runs the job takes the state itself, for the target that it has.
    if (isUnlinked && isFree(settings.stateFile)) state.adopt(ownerOf(settings));
    return { job: settings.id, before };
  } finally {
    state.close();
  }
}

/** The links of another job or target are not forgotten while it runs. @throws {ConfigurationError} */
function requireFree(stateFile: string): void {
  const holder = lockHolder(lockFileOf(stateFile));
  if (holder !== null) throw heldError(stateFile, holder === 'unknown' ? null : holder);
}
