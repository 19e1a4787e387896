import { type Directory, openDirectory } from '../../io/stores/sqlite/directory/directory.ts';
import type { Configuration } from '../../model/job.ts';

/** Opens the configured directory store so that it cannot be written. @throws {ConfigurationError} when there is none */
export function openForReading({ directoryFile }: Configuration): Directory {
  return openDirectory(directoryFile, { readonly: true });
}

/** Opens the configured directory store, to `read` or to `write`, for as long as some work takes. */
export function withDirectory<Result>(
  { directoryFile }: Configuration,
  access: 'read' | 'write',
  work: (directory: Directory) => Result,
): Result {
  const directory = openDirectory(directoryFile, { readonly: access === 'read' });
  try {
    return work(directory);
  } finally {
    directory.close();
  }
}
