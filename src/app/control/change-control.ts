import { existsSync } from 'node:fs';
import { lockFileOf, lockHolder } from '../../io/lock.ts';
import { openJobStore } from '../../io/stores/sqlite/job/job-store.ts';
import { paused, restarted, started } from '../../job/control/quarantine.ts';
import { parseRestartScopes } from '../../job/control/restart.ts';
import { INITIAL_CONTROL, type JobControl, type RestartScope } from '../../model/control.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { JobSettings } from '../../model/job.ts';
import { type Call, remarksOf } from '../events.ts';
import { heldError, requireLockOfUser } from '../state/lock-job.ts';
import { foreignOwner, isFree, ownerOf, requireOwnState } from '../state/owner.ts';

/** A job whose running was decided about. */
export interface ChangedControl {
  readonly job: string;
  /** How it was before. */
  readonly before: JobControl;
}

/** A job that was restarted, and what it forgot. */
export interface RestartedJob extends ChangedControl {
  readonly resetScope: readonly RestartScope[];
}

/** Stops a job: no cycle begins until it is resumed. @see Graph synchronizationJob: pause */
export async function pauseJob(settings: JobSettings, call: Call): Promise<ChangedControl> {
  return await changeControl(settings, call, paused);
}

/** Goes on with a job where it stands, and lifts its quarantine. @see Graph synchronizationJob: start */
export async function resumeJob(settings: JobSettings, call: Call): Promise<ChangedControl> {
  // A job that never ran is not paused, and needs no state to stay so.
  if (!existsSync(settings.stateFile)) return { job: settings.id, before: INITIAL_CONTROL };
  return await changeControl(settings, call, started);
}

/**
 * Forgets the watermark, and more by the scopes, and lifts pause and quarantine.
 * @param resetScope comma-separated scopes as in Graph; empty: what the portal's Restart forgets
 * @throws {ConfigurationError} for an unknown scope, or where there is no state
 * @see Graph synchronizationJob: restart
 */
export async function restartJob(
  settings: JobSettings,
  resetScope: string,
  call: Call,
): Promise<RestartedJob> {
  const parsed = parseRestartScopes(resetScope);
  if ('unknown' in parsed)
    throw new ConfigurationError([
      issueOf(
        '--reset-scope',
        `"${parsed.unknown}" is not a reset scope; the scopes are ${parsed.allowed.join(', ')}`,
      ),
    ]);
  const { scopes } = parsed;
  const { id, stateFile } = settings;
  if (!existsSync(stateFile))
    throw new ConfigurationError([
      issueOf(
        stateFile,
        `there is no state of job ${id}, so that there is nothing to restart; the first cycle is an initial one: begin it with "entrain run --job ${id}", or correct stateFile where the job ran before`,
      ),
    ]);
  return {
    ...(await changeControl(settings, call, (control) => restarted(control, scopes), scopes)),
    resetScope: scopes,
  };
}

/**
 * Decides about the running of a job; a process that runs it sees it before its next cycle.
 * @param forgotten what is forgotten along with it; with the links goes the target that the state is of
 * @throws {ConfigurationError} when the state is of another job or target, and keeps its links or is in use
 */
async function changeControl(
  settings: JobSettings,
  call: Call,
  change: (control: JobControl) => JobControl,
  forgotten: readonly RestartScope[] = [],
): Promise<ChangedControl> {
  const remark = remarksOf(settings.id, call);
  requireLockOfUser(settings.stateFile);
  const state = openJobStore(settings.stateFile);
  try {
    for (const text of state.remarks) remark(text);
    const isUnlinked = forgotten.some((scope) => scope === 'ConnectorDataStore' || scope === 'Full');
    if (!isUnlinked) await requireOwnState(state, settings, { remark });
    else if ((await foreignOwner(state, settings)) !== null) requireFree(settings.stateFile);
    let before = await state.control();
    // First: whatever ends this process, the next cycle forgets what is to be forgotten.
    await state.updateControl((control) => {
      before = control;
      return { ...change(control), ...(forgotten.length > 0 ? { forgotten } : {}) };
    });
    if (forgotten.length > 0) await state.reset(forgotten);
    // A process that runs the job takes the state itself, for the target that it has.
    if (isUnlinked && isFree(settings.stateFile)) await state.adopt(ownerOf(settings));
    return { job: settings.id, before };
  } finally {
    await state.close();
  }
}

/** The links of another job or target are not forgotten while it runs. @throws {ConfigurationError} */
function requireFree(stateFile: string): void {
  const holder = lockHolder(lockFileOf(stateFile));
  if (holder !== null) throw heldError(stateFile, holder === 'unknown' ? null : holder);
}
