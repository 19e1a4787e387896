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
import { draftOf, foldLog, isUnused, realFile, sweepDrafts } from '../../io/stores/sqlite/store-file.ts';
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
  /** Jobs that the backup does not hold, and that begin again because the directory is another one. */
  readonly restarted: readonly string[];
}

/** A store that is about to be put back. */
interface Prepared {
  readonly source: StoreSource;
  readonly real: string;
  /** Its content, checked, beside its place. */
  readonly draft: string;
}

/**
 * Puts the stores of a backup back, all of them checked, and copies kept of those that are there
 * (`<file>.<instant>.bak`), before the first one is. The next cycle of each job is an initial one that reads what the
 * target holds and sends all members of its groups, because the target has changed since. So is that of a job which the
 * backup does not hold: its watermark is one of the directory before.
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
    const others = othersOf(
      configuration,
      wanted.map(({ source }) => source),
    );
    for (const source of [...wanted.map((one) => one.source), ...others]) releases.push(claim(source));
    const prepared: Prepared[] = [];
    for (const { store, source } of wanted) {
      const real = realFile(source.file);
      sweepDrafts(real, Date.parse(systemWorld.now()));
      const draft = draftOf(real);
      drafts.push(draft);
      backup.extract(store, draft);
      await prepare(source, draft);
      prepared.push({ source, real, draft });
    }
    const suffix = systemWorld.now().replaceAll(':', '-');
    const restored = prepared.map((one) => ({ ...one.source, kept: keep(one.real, suffix) }));
    for (const { file: of } of others) await beginAgain(of);
    prepared.forEach(putBack);
    return {
      file,
      createdAt: backup.createdAt,
      restored,
      restarted: others.map(({ job: of }) => of),
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

/** The states of jobs that read the directory which is put back, and are not put back themselves. */
function othersOf(
  { jobs }: Configuration,
  restored: readonly StoreSource[],
): readonly (StoreSource & { readonly kind: 'state' })[] {
  if (!restored.some(({ kind }) => kind === 'directory')) return [];
  const files = new Set(restored.map((one) => one.file));
  return jobs.flatMap(({ id, stateFile }) =>
    files.has(stateFile) || !existsSync(stateFile) ? [] : [{ kind: 'state', job: id, file: stateFile }],
  );
}

/** Opens a store as the program would, which upgrades an older one. */
async function prepare({ kind }: StoreSource, draft: string): Promise<void> {
  if (kind === 'directory') await openDirectory(draft, { mustExist: true }).close();
  else await beginAgain(draft);
}

/** Has a state forget what it has seen of the target and how far it has read; pause and quarantine stay. */
async function beginAgain(file: string): Promise<void> {
  const state = openJobStore(file);
  try {
    await state.reset(['Watermark']);
    await state.updateControl((control) => ({ ...control, resendsMembers: true }));
  } finally {
    await state.close();
  }
}

/** Copies the store that is there, with what only its log held. @returns the copy; null: there is none */
function keep(real: string, suffix: string): string | null {
  if (!existsSync(real)) return null;
  const kept = `${real}.${suffix}.bak`;
  foldLog(real);
  for (const end of ['', '-wal'])
    if (existsSync(`${real}${end}`)) copyFileSync(`${real}${end}`, `${kept}${end}`);
  return kept;
}

/** Puts a store in its place. A log of the store before must not be read into it. */
function putBack({ real, draft }: Prepared): void {
  for (const end of ['-wal', '-shm']) rmSync(`${real}${end}`, { force: true });
  renameSync(draft, real);
}

/** With its log and the copies that an upgrade kept. */
function removeDraft(draft: string): void {
  const folder = dirname(draft);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder))
    if (name.startsWith(basename(draft))) rmSync(join(folder, name), { force: true });
}
