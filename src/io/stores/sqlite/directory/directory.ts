import type { DirectoryReader } from '../../../../model/ports.ts';
import { environmentErrorOf, namingPlace } from '../../../environment-error.ts';
import { asynchronous, type Synchronous } from '../../asynchronous.ts';
import { type AssignmentGaps, assignmentGaps } from './assignment-gaps.ts';
import {
  type Connection,
  type ConnectionOptions,
  DEFAULT_CACHE_KIB,
  directoryPlace,
  openConnection,
} from './database.ts';
import type { DirectoryListing } from './listing.ts';
import { directoryListing } from './listing.ts';
import { lookupIn } from './lookup.ts';
import { directoryReader } from './read.ts';
import type { DirectoryWriter } from './write.ts';
import { directoryWriter } from './write.ts';

/** A directory store: what a job reads of it, what people look up in it, and what can be done to it. */
export interface Directory extends DirectoryReader, DirectoryWriter, DirectoryListing {
  /** What the assignments of an application do not reach; so many groups are named. */
  assignmentGaps(job: string, limit: number): Promise<AssignmentGaps>;
  close(): Promise<void>;
}

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

/** The methods of a directory store that answer in pages. */
export const DIRECTORY_PAGES = {
  objects: true,
  changedObjects: true,
  members: true,
  changedMembers: true,
  stored: true,
  changes: true,
} as const;

function directoryOn(db: Connection): Synchronous<Directory> {
  const lookup = lookupIn(db);
  return {
    ...directoryReader(db),
    ...directoryWriter(db, lookup),
    ...directoryListing(db, lookup),
    assignmentGaps: (job, limit) => assignmentGaps(db, job, limit),
    close: () => {
      db.close();
    },
  };
}
