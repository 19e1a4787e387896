import type { Directory } from '../../io/stores/sqlite/directory/directory.ts';
import { openDirectory } from '../../io/stores/sqlite/directory/directory.ts';
import type { Cli } from '../cli.ts';

/** Opens the configured directory store, to `read` or to `write`, for as long as some work takes. */
export function withDirectory<Result>(
  cli: Cli,
  access: 'read' | 'write',
  work: (directory: Directory) => Result,
): Result {
  const directory = openDirectory(cli.configuration().directoryFile, {
    readonly: access === 'read',
    remark: (text) => cli.note(text),
  });
  try {
    return work(directory);
  } finally {
    directory.close();
  }
}

/** The present instant; commands are where it comes from. */
export const presentInstant = (): string => new Date().toISOString();
