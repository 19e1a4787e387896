import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { type BackedUpStore, type StoreSource, writeBackup } from '../../io/stores/sqlite/backup-file.ts';
import { systemWorld } from '../../io/world.ts';
import { ConfigurationError, Interruption, issueOf } from '../../model/errors.ts';
import type { Instant } from '../../model/identifiers.ts';
import type { Configuration } from '../../model/job.ts';
import { ownFiles } from './own-files.ts';

/** A backup that was written. */
export interface WrittenBackup {
  readonly file: string;
  readonly createdAt: Instant;
  readonly stores: readonly BackedUpStore[];
  /** Stores that are configured and not there yet. */
  readonly absent: readonly StoreSource[];
}

/**
 * Copies the directory store and the states of all jobs into one file, also while a daemon runs. The directory is copied
 * last: a directory that is newer than a state is read from its watermark, and an older one would miss changes.
 * @param job copies the state of this job alone; null: everything
 * @throws {ConfigurationError} when there is nothing to copy, or the file must not be written
 * @throws {Interruption} when the signal was aborted; nothing is left then
 */
export async function backUp(
  configuration: Configuration,
  file: string,
  job: string | null,
  signal?: AbortSignal,
): Promise<WrittenBackup> {
  const sources: readonly StoreSource[] = [
    ...configuration.jobs.flatMap(({ id, stateFile }) =>
      job === null || id === job ? [{ kind: 'state', job: id, file: stateFile } as const] : [],
    ),
    ...(job === null ? [{ kind: 'directory', file: configuration.directoryFile } as const] : []),
  ];
  const present = sources.filter((source) => existsSync(source.file));
  if (present.length === 0)
    throw new ConfigurationError([
      issueOf(
        configuration.file,
        job === null
          ? 'there is neither a directory store nor a state to back up; "entrain directory import" and "entrain run" create them'
          : `job ${job} has no state to back up; "entrain run --job ${job}" creates it`,
      ),
    ]);
  const createdAt = systemWorld.now();
  // Signals are received only between turns of the event loop.
  const pause = async (): Promise<void> => {
    await setImmediate();
    if (signal?.aborted) throw new Interruption();
  };
  const stores = await writeBackup(file, createdAt, present, ownFiles(configuration), pause);
  return { file, createdAt, stores, absent: sources.filter((source) => !present.includes(source)) };
}
