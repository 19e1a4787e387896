import type { JobReader, JobWriter } from '../../model/ports.ts';
import { prepareControlReader, prepareControlWriter } from './control.ts';
import { prepareCycleReader, prepareCycleWriter } from './cycles.ts';
import { openDatabase, type Synchronous } from './database.ts';
import { prepareEscrowReader, prepareEscrowWriter } from './escrows.ts';
import { prepareLinkReader, prepareLinkWriter } from './links.ts';
import { type LogReader, prepareLogReader, prepareLogWriter } from './log-entries.ts';
import { prepareMembershipReader, prepareMembershipWriter } from './memberships.ts';
import { prepareRecord } from './record.ts';
import { prepareReset } from './reset.ts';
import { prepareObjectNumber } from './source-objects.ts';
import { prepareStagedReader, prepareStagedWriter } from './staged.ts';

/** How a job's state is opened. */
export interface JobStoreOptions {
  /** Nothing is written, and a file that does not exist is an empty state and stays absent. Default false. */
  readonly readonly?: boolean;
  /**
   * `NORMAL` survives a kill of the process at any moment; a loss of power may take the last few transactions,
   * which the next cycle repeats. `FULL` survives that too, at a fifth to a half of the speed. Default `NORMAL`.
   */
  readonly synchronous?: Synchronous;
}

/** What outlives the cycles of one job, and the questions that reports ask of it. */
export interface JobStore extends JobReader, JobWriter, LogReader {
  close(): void;
}

/**
 * Opens the state of a job, and creates the file where it does not exist, for the owner's eyes only.
 *
 * @throws ConfigurationError when the file is not a job's state, was written by a newer entrain, or cannot be opened.
 */
export const openJobStore = (
  file: string,
  { readonly: isReadonly = false, synchronous = 'NORMAL' }: JobStoreOptions = {},
): JobStore => {
  const db = openDatabase(file, isReadonly, synchronous);
  const objectNumber = prepareObjectNumber(db);
  const links = prepareLinkWriter(db);
  const memberships = prepareMembershipWriter(db);
  const escrows = prepareEscrowWriter(db);
  const staged = prepareStagedWriter(db);
  const saveControl = prepareControlWriter(db);
  const cycles = prepareCycleWriter(db, saveControl);
  const log = prepareLogWriter(db);
  return {
    ...prepareLinkReader(db),
    ...prepareMembershipReader(db),
    ...prepareEscrowReader(db),
    ...prepareStagedReader(db),
    control: prepareControlReader(db),
    ...prepareCycleReader(db),
    ...prepareLogReader(db),
    saveCycle: cycles.save,
    complete: cycles.complete,
    saveControl,
    expireEscrows: escrows.expire,
    record: prepareRecord(db, { objectNumber, links, memberships, escrows, staged, log }),
    reset: prepareReset(db),
    forgetBefore: (instant) => {
      log.forgetBefore(instant);
      cycles.forgetBefore(instant);
    },
    close: () => {
      db.close();
    },
  };
};
