import { copyFileSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type BackedUpStore,
  type Backup,
  openBackup,
  type StoreSource,
} from '../../io/stores/sqlite/backup-file.ts';
import { openDirectory } from '../../io/stores/sqlite/directory/directory.ts';
import { openJobStore } from '../../io/stores/sqlite/job/job-store.ts';
import { draftOf, isUnused, realFile } from '../../io/stores/sqlite/store-file.ts';
import { systemWorld } from '../../io/world.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Instant } from '../../model/identifiers.ts';
import type { Configuration } from '../../model/job.ts';
import { heldError, lockJob, requireLockOfUser } from './lock-job.ts';

/** A store that was put back. */
export type RestoredStore = StoreSource & {
  /** Where the one that was there is kept; null: there was none. */
  readonly kept: string | null;
};

/** What a restoration did. */
export interface Restoration {
  readonly file: string;
  readonly createdAt: Instant;
  readonly restored: readonly RestoredStore[];
  /** Jobs in the backup that are not configured, or were not asked for. */
  readonly leftOut: readonly string[];
}

/** A store that is about to be put back. */
interface Prepared {
  readonly source: StoreSource;
  readonly real: string;
  /** Its content, checked, beside its place. */
  readonly draft: string;
}

/**
 * Puts the stores of a backup back, all of them checked before the first one is. Stores that are there are kept beside, as
 * `<file>.<instant>.bak`. The next cycle of each job is an initial one that reads what the target holds, because it has
 * changed since.
 * @param job restores the state of this job alone; null: everything that is configured
 * @throws {ConfigurationError} when the backup is damaged, or a store is in use; nothing was changed then
 */
export async function restore(
  configuration: Configuration,
  file: string,
  job: string | null,
): Promise<Restoration> {
  const backup = openBackup(file);
  const releases: (() => void)[] = [];
  const drafts: string[] = [];
  try {
    const wanted = backup.stores.flatMap((store) => {
      const source = placeOf(store, configuration, job);
      return source === null ? [] : [{ store, source }];
    });
    if (wanted.length === 0) throw nothingFor(file, backup, job);
    for (const { source } of wanted) releases.push(claim(source));
    const prepared: Prepared[] = [];
    for (const { store, source } of wanted) {
      const real = realFile(source.file);
      const draft = draftOf(real);
      drafts.push(draft);
      backup.extract(store, draft);
      await prepare(source, draft);
      prepared.push({ source, real, draft });
    }
    const suffix = systemWorld.now().replaceAll(':', '-');
    return {
      file,
      createdAt: backup.createdAt,
      restored: prepared.map((one) => ({ ...one.source, kept: putBack(one, suffix) })),
      leftOut: backup.stores.flatMap((store) =>
        store.kind === 'state' && placeOf(store, configuration, job) === null ? [store.job] : [],
      ),
    };
  } finally {
    drafts.forEach(removeDraft);
    for (const release of releases) release();
    backup.close();
  }
}

/** Where a store belongs; null: nowhere in the configuration, or it was not asked for. */
function placeOf(
  store: BackedUpStore,
  { directoryFile, jobs }: Configuration,
  job: string | null,
): StoreSource | null {
  if (store.kind === 'directory') return job === null ? { kind: 'directory', file: directoryFile } : null;
  const found = jobs.find(({ id }) => id === store.job && (job === null || id === job));
  return found === undefined ? null : { kind: 'state', job: found.id, file: found.stateFile };
}

function nothingFor(file: string, { stores }: Backup, job: string | null): ConfigurationError {
  const held = stores.map((store) => (store.kind === 'state' ? `job ${store.job}` : 'the directory'));
  return new ConfigurationError([
    issueOf(
      file,
      `the backup holds nothing for ${job === null ? 'the jobs of the configuration' : `job ${job}`}; it holds ${held.join(', ')}`,
    ),
  ]);
}

/** Takes a store, so that no other process opens it. @returns releases it */
function claim(source: StoreSource): () => void {
  if (source.kind === 'state') {
    requireLockOfUser(source.file);
    const lock = lockJob(source.file, 'state restore', systemWorld.now());
    if (lock.kind !== 'taken') throw heldError(source.file, lock.holder);
    return () => lock.release();
  }
  const real = realFile(source.file);
  if (existsSync(real) && isInUse(real))
    throw new ConfigurationError([
      issueOf(
        source.file,
        'the directory store is in use by another process; stop the daemon and other commands, then restore again',
      ),
    ]);
  return () => {};
}

/** A damaged store is no obstacle to its restoration. */
function isInUse(real: string): boolean {
  try {
    return !isUnused(real);
  } catch {
    return false;
  }
}

/** Opens a store as the program would, which upgrades an older one; a state forgets what it has seen of the target. */
async function prepare(source: StoreSource, draft: string): Promise<void> {
  if (source.kind === 'directory') return await openDirectory(draft, { mustExist: true }).close();
  const state = openJobStore(draft);
  try {
    await state.reset(['Watermark']);
  } finally {
    await state.close();
  }
}

/** Puts a store in its place at once. @returns where the one before is kept */
function putBack({ real, draft }: Prepared, suffix: string): string | null {
  if (!existsSync(real)) {
    renameSync(draft, real);
    return null;
  }
  const kept = `${real}.${suffix}.bak`;
  for (const end of ['', '-wal'])
    if (existsSync(`${real}${end}`)) copyFileSync(`${real}${end}`, `${kept}${end}`);
  // A log of the store before must not be read into the one that takes its place.
  for (const end of ['-wal', '-shm']) rmSync(`${real}${end}`, { force: true });
  renameSync(draft, real);
  return kept;
}

/** With its log and the copies that an upgrade kept. */
function removeDraft(draft: string): void {
  const folder = dirname(draft);
  for (const name of readdirSync(folder))
    if (name.startsWith(basename(draft))) rmSync(join(folder, name), { force: true });
}
