import type Database from 'better-sqlite3';
import type { SourceId } from '../../../../model/identifiers.ts';
import { DEFAULT_LOG } from '../../../../model/job.ts';
import { escrowsByObject } from '../../../../model/state.ts';
import { environmentErrorOf, namingPlace } from '../../../environment-error.ts';
import { asynchronous, type Synchronous } from '../../asynchronous.ts';
import { JOB_PAGES, type JobStore, type OwnerStore } from '../../job-store.ts';
import { prepareApply } from './apply.ts';
import { prepareControl } from './control.ts';
import { prepareCycleReader, prepareCycleWriter } from './cycles.ts';
import { openDatabase, type SyncMode, statePlace, stayingInPlace } from './database.ts';
import { prepareEscrowReader, prepareEscrowWriter } from './escrows.ts';
import { prepareExchangeReader, prepareExchangeWriter } from './exchanges.ts';
import { prepareLinkReader, prepareLinkWriter } from './links.ts';
import { prepareLogReader, prepareLogWriter, prepareShapeNumber } from './log-entries.ts';
import { prepareMembershipReader, prepareMembershipWriter } from './memberships.ts';
import { prepareOwner } from './owner.ts';
import { preparePendingIntentReader, preparePendingIntentWriter } from './pending-intents.ts';
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
  readonly synchronous?: SyncMode;
  /** How many exchanges with the target the log keeps, at least 1; the oldest go first. Default 100,000. */
  readonly exchangeLimit?: number;
  /** A file that is absent was there before, and is not created again. Default false. */
  readonly mustExist?: boolean;
}

/**
 * Opens the state of a job, and creates the file where it does not exist, for the owner's eyes only.
 *
 * @throws ConfigurationError as `openDatabase`
 */
export function openJobStore(
  file: string,
  {
    readonly: isReadonly = false,
    synchronous = 'NORMAL',
    exchangeLimit = DEFAULT_LOG.exchangeLimit,
    mustExist = false,
  }: JobStoreOptions = {},
): JobStore {
  const { db, remarks } = openDatabase(file, isReadonly, synchronous, mustExist);
  try {
    const engine = namingPlace(
      {
        ...storeOn(db, exchangeLimit, isReadonly ? () => {} : stayingInPlace(file)),
        ...prepareOwner(db, isReadonly),
      },
      statePlace(file),
    );
    const { keepExchange } = engine;
    return {
      ...asynchronous<Omit<JobStore, 'remarks' | 'keepExchange'>>(engine, JOB_PAGES),
      keepExchange,
      remarks,
    };
  } catch (error) {
    db.close();
    throw environmentErrorOf(error, statePlace(file)) ?? error;
  }
}

/** @param requireInPlace throws when what is written would be lost */
const storeOn = (
  db: Database.Database,
  exchangeLimit: number,
  requireInPlace: () => void,
): Omit<Synchronous<JobStore>, keyof OwnerStore | 'remarks'> => {
  const objectNumber = prepareObjectNumber(db);
  const shapeNumber = prepareShapeNumber(db);
  const links = prepareLinkWriter(db);
  const memberships = prepareMembershipWriter(db);
  const escrows = prepareEscrowWriter(db);
  const staged = prepareStagedWriter(db);
  const pending = preparePendingIntentWriter(db);
  const control = prepareControl(db);
  const cycles = prepareCycleWriter(db, control.updateControl);
  const log = prepareLogWriter(db);
  const exchanges = prepareExchangeWriter(db, objectNumber, exchangeLimit);
  const apply = prepareApply(db, {
    objectNumber,
    shapeNumber,
    links,
    memberships,
    escrows,
    staged,
    pending,
    log,
  });
  const linkReader = prepareLinkReader(db);
  const escrowReader = prepareEscrowReader(db);
  const pendingIntents = preparePendingIntentReader(db);
  return {
    // One transaction: another process may record a page in between.
    load: db.transaction((ids: readonly SourceId[]) => ({
      links: linkReader.links(ids),
      targetStates: linkReader.targetStates(ids),
      escrows: escrowsByObject(escrowReader.escrowsOf(ids)),
      pendingIntents: pendingIntents(ids),
    })),
    ...linkReader,
    ...prepareMembershipReader(db),
    ...escrowReader,
    ...prepareStagedReader(db),
    ...control,
    ...prepareCycleReader(db),
    ...prepareLogReader(db),
    ...prepareExchangeReader(db),
    keepExchange: exchanges.keep,
    // What was said to the target is kept before what came of it is recorded: no log entry lacks its exchanges.
    saveCycle: (cycle) => {
      requireInPlace();
      exchanges.flush();
      cycles.save(cycle);
    },
    complete: (...end) => {
      requireInPlace();
      exchanges.flush();
      cycles.complete(...end);
    },
    apply: (changes) => {
      requireInPlace();
      exchanges.flush();
      return apply(changes);
    },
    expireEscrows: escrows.expire,
    reset: prepareReset(db),
    forgetBefore: (instant) => {
      log.forgetBefore(instant);
      exchanges.forgetBefore(instant);
      cycles.forgetBefore(instant);
    },
    requireInPlace,
    close: () => {
      try {
        exchanges.flush();
      } catch {
        // The last exchanges are lost, and nothing else: a failure to record something has been told before.
      } finally {
        db.close();
      }
    },
  };
};
