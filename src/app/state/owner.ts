import { isFreeLock, lockFileOf } from '../../io/lock.ts';
import type { JobStore, StateOwner } from '../../io/stores/job-store.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { JobSettings } from '../../model/job.ts';

/** The job and target that a state must be of. Flags and other parameters of the tenant URL do not count. */
export function ownerOf({ id, target }: JobSettings): StateOwner {
  return { job: id, target: target.baseUrl };
}

/** How a state is claimed. */
export interface ClaimOptions {
  /** Whether no other process uses the state. Default: as its lock says. */
  readonly mayTake?: () => boolean;
  /** Receives remarks for the user. */
  readonly remark?: (text: string) => void;
}

/**
 * Requires that a state is of the job and its target. A state without an owner, or in which nothing of a target is
 * remembered, is taken for them, where it can be written.
 * @throws {ConfigurationError} when it is of another job or target
 */
export async function requireOwnState(
  state: Pick<JobStore, 'claim'>,
  settings: JobSettings,
  { mayTake = () => isFree(settings.stateFile), remark = () => {} }: ClaimOptions = {},
): Promise<void> {
  const owner = ownerOf(settings);
  const claim = await state.claim(owner, mayTake);
  if (claim.kind === 'foreign') throw foreignState(settings.stateFile, claim.owner, owner);
  if (claim.kind === 'taken' && !claim.isUnused)
    remark(
      `the state ${settings.stateFile} named no job and target; from now on it belongs to ${ownerText(owner)}`,
    );
}

/** Whether no other process has a state in use. @throws {ConfigurationError} when its lock cannot be read */
export function isFree(stateFile: string): boolean {
  return isFreeLock(lockFileOf(stateFile));
}

/** Says whose a state is. */
export function ownerText({ job, target }: StateOwner): string {
  return `job ${job} and target ${target}`;
}

/** Says that a state is of another job or target; null when it is not known to be. */
export async function foreignOwner(
  state: Pick<JobStore, 'claim'>,
  settings: JobSettings,
): Promise<string | null> {
  const claim = await state.claim(ownerOf(settings), () => false);
  return claim.kind === 'foreign' ? foreignText(claim.owner, ownerOf(settings)) : null;
}

const foreignText = (kept: StateOwner, owner: StateOwner): string =>
  `the state belongs to ${ownerText(kept)}, and this is ${ownerText(owner)}: its links would name other accounts`;

const foreignState = (stateFile: string, kept: StateOwner, owner: StateOwner): ConfigurationError =>
  new ConfigurationError([
    issueOf(
      stateFile,
      `${foreignText(kept, owner)}; match all objects again with "entrain restart --job ${owner.job} --reset-scope ConnectorDataStore", or keep the links with "entrain state adopt --job ${owner.job}" where the same application moved or the job was renamed, or name another stateFile`,
    ),
  ]);
