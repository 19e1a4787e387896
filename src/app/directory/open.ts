import type { Directory } from '../../io/stores/directory-store.ts';
import { openDirectory } from '../../io/stores/sqlite/directory/directory.ts';
import type { Configuration } from '../../model/job.ts';

/** Where a directory store is, and how the names of attributes are taken. */
export interface DirectoryPlace extends Pick<Configuration, 'directoryFile' | 'allowUnknown'> {
  /** Receives remarks about the store for the user. */
  readonly remark?: (text: string) => void;
}

/**
 * Opens the directory store, to `read` or to `write`.
 * @throws {ConfigurationError} when there is none to read, or the file is no store
 */
export function openAt({ directoryFile, remark }: DirectoryPlace, access: 'read' | 'write'): Directory {
  return openDirectory(directoryFile, {
    readonly: access === 'read',
    ...(remark === undefined ? {} : { remark }),
  });
}

/** Opens the directory store for as long as some work takes. */
export async function withDirectory<Result>(
  place: DirectoryPlace,
  access: 'read' | 'write',
  work: (directory: Directory) => Promise<Result>,
): Promise<Result> {
  const directory = openAt(place, access);
  try {
    return await work(directory);
  } finally {
    await directory.close();
  }
}
