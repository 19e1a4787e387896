import { environmentErrorOf, namingPlace } from '../../../environment-error.ts';
import { asynchronous, type Synchronous } from '../../asynchronous.ts';
import { DIRECTORY_PAGES, type Directory } from '../../directory-store.ts';
import { assignmentGaps, nestingsOf } from './assignment-gaps.ts';
import {
  type Connection,
  type ConnectionOptions,
  DEFAULT_CACHE_KIB,
  directoryPlace,
  openConnection,
} from './database.ts';
import { directoryListing } from './listing.ts';
import { lookupIn } from './lookup.ts';
import { directoryReader } from './read.ts';
import { directoryWriter } from './write.ts';

/** How a directory store is opened. */
export interface DirectoryOptions {
  /** Nothing is written, and the file must exist. Default false. */
  readonly readonly?: boolean;
  /** The file is written, and must exist. Default false. */
  readonly mustExist?: boolean;
  readonly remark?: ConnectionOptions['remark'];
}

/**
 * Opens the directory store in a file, creating it unless it is opened to be read only, or must exist.
 * @throws {ConfigurationError} when the file is missing, cannot be written, or is not a directory store
 */
export function openDirectory(
  file: string,
  { readonly: isReadonly = false, mustExist = false, remark = () => {} }: DirectoryOptions = {},
): Directory {
  const db = openConnection(file, { readonly: isReadonly, mustExist, cacheKiB: DEFAULT_CACHE_KIB, remark });
  try {
    return asynchronous<Directory>(namingPlace(directoryOn(db), directoryPlace(file)), DIRECTORY_PAGES);
  } catch (error) {
    db.close();
    throw environmentErrorOf(error, directoryPlace(file)) ?? error;
  }
}

function directoryOn(db: Connection): Synchronous<Directory> {
  const lookup = lookupIn(db);
  return {
    ...directoryReader(db),
    ...directoryWriter(db, lookup),
    ...directoryListing(db, lookup),
    assignmentGaps: (job, limit) => assignmentGaps(db, job, limit),
    nestings: (job, ids) => nestingsOf(db, job, ids),
    close: () => {
      db.close();
    },
  };
}
