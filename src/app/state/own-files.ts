import { dirname, join } from 'node:path';
import { lockFileOf } from '../../io/lock.ts';
import type { Configuration } from '../../model/job.ts';

/** What SQLite keeps beside a store. */
const BESIDE_STORE = ['', '-wal', '-shm', '-journal'];

/**
 * Every file that a configuration names or that belongs to one it names, whether it is there or not: no output goes
 * there.
 */
export function ownFiles({ file, directoryFile, source, jobs }: Configuration): readonly string[] {
  return [
    file,
    join(dirname(file), '.env'),
    ...(source?.files ?? []),
    ...jobs.map(({ schemaFile }) => schemaFile),
    ...[directoryFile, ...jobs.map(({ stateFile }) => stateFile)].flatMap((store) =>
      [store, lockFileOf(store)].flatMap((name) => BESIDE_STORE.map((end) => name + end)),
    ),
  ];
}
