import { environmentErrorOf } from '../../io/environment-error.ts';
import { harEntry } from '../../io/har/har-entry.ts';
import { realTime } from '../../io/scim-client/flow/elapsed-time.ts';
import { createScimClient, type ScimClient } from '../../io/scim-client/scim-client.ts';
import type { Directory } from '../../io/stores/directory-store.ts';
import type { JobStore } from '../../io/stores/job-store.ts';
import { openDirectory } from '../../io/stores/sqlite/directory/directory.ts';
import { type JobStoreOptions, openJobStore } from '../../io/stores/sqlite/job/job-store.ts';
import { systemWorld } from '../../io/world.ts';
import type { CompiledJob } from '../../job/compile.ts';
import type { PlanningContext } from '../../job/cycle/planning-context.ts';
import type { CycleNotes } from '../../job/phases/cycle-notes.ts';
import type { DirectoryObject } from '../../model/directory.ts';
import { EnvironmentError } from '../../model/errors.ts';
import type { Configuration, JobSettings } from '../../model/job.ts';
import type { DirectoryReader } from '../../model/ports.ts';
import { readUntil } from '../events.ts';
import { requireOwnState } from '../state/owner.ts';
import { hiddenOf, mayRepeatRedacted } from './hidden.ts';
import { openNotes } from './open-notes.ts';
import { readJob } from './read-job.ts';

/** A job with everything opened that its commands need. */
export interface Session {
  readonly job: CompiledJob;
  readonly directory: Directory;
  readonly state: JobStore;
  readonly client: ScimClient;
  /** What one cycle works with; its notes are its own, and those of the cycle before are forgotten. */
  beginCycle(): PlanningContext & { readonly onBegin: BeginCycle };
  close(): Promise<void>;
}

/** How a job is opened. */
export interface SessionOptions {
  /** The job where it was read before, so that all of its cycles run by the same schema. */
  readonly job?: CompiledJob;
  /** The state was there before: were it gone, the job would be taken for one that never ran. Default false. */
  readonly stateMustExist?: boolean;
  /** Objects that are not assigned say through which nested group they may look so. Default: where nothing is written. */
  readonly explains?: boolean;
  /** Receives remarks about the state for the user. */
  readonly remark?: (text: string) => void;
  /** Once aborted, the target is not read any more. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a job: nothing is read or written before its configuration and schema are known to be sound, and its state to be
 * of this job and target.
 * @param access `read` opens directory and state so that they cannot be written
 * @throws {ConfigurationError}
 */
export async function openSession(
  configuration: Configuration,
  settings: JobSettings,
  access: 'read' | 'write',
  {
    job = readJob(settings),
    stateMustExist = false,
    explains = access === 'read',
    remark = () => {},
    signal,
  }: SessionOptions = {},
): Promise<Session> {
  const readonly = access === 'read';
  // A store that is created for a mistyped or moved file would be taken for an empty directory.
  const opened = openDirectory(configuration.directoryFile, { readonly, mustExist: true, remark });
  const directory =
    explains && settings.scope === 'assigned' ? { ...opened, ...withNestings(opened) } : opened;
  let state: JobStore;
  try {
    state = await openState(settings, { readonly, mustExist: stateMustExist }, remark);
  } catch (error) {
    await directory.close();
    throw error;
  }
  let notes: CycleNotes | null = null;
  const client = createScimClient(settings.target, systemWorld, realTime, mayRepeatRedacted(job));
  const onBegin = readonly ? () => {} : keepExchanges(client, state, job);
  return {
    job,
    directory,
    state,
    client,
    beginCycle: () => {
      notes?.close();
      notes = openNotes();
      return { job, directory, state, target: readUntil(client, signal), notes, world: systemWorld, onBegin };
    },
    close: async () => {
      client.close();
      notes?.close();
      await state.close();
      await directory.close();
    },
  };
}

/**
 * Reads a directory so that an object which is not assigned says through which nested group it may look so. It costs a
 * query a page: for what is explained to a user, not for the cycles of a daemon.
 */
function withNestings(directory: Directory): Pick<DirectoryReader, 'objects' | 'changedObjects' | 'find'> {
  const explained = async (
    page: readonly DirectoryObject[],
    job: string,
  ): Promise<readonly DirectoryObject[]> => {
    const unassigned = page.filter(
      ({ assignments, presence }) => assignments.length === 0 && presence === 'live',
    );
    if (unassigned.length === 0) return page;
    const found = await directory.nestings(
      job,
      unassigned.map(({ id }) => id),
    );
    return page.map((object) => {
      const nesting = found.get(object.id);
      return nesting === undefined ? object : { ...object, nesting };
    });
  };
  const pages = async function* (from: AsyncIterable<readonly DirectoryObject[]>, job: string) {
    for await (const page of from) yield await explained(page, job);
  };
  return {
    objects: (type, view, limit) => pages(directory.objects(type, view, limit), view.job),
    changedObjects: (type, since, until, view, limit) =>
      pages(directory.changedObjects(type, since, until, view, limit), view.job),
    find: async (ids, view) => explained(await directory.find(ids, view), view.job),
  };
}

async function openState(
  settings: JobSettings,
  access: JobStoreOptions,
  remark: (text: string) => void,
): Promise<JobStore> {
  const state = openJobStore(settings.stateFile, {
    ...access,
    exchangeLimit: settings.log.exchangeLimit,
    synchronous: settings.durability === 'full' ? 'FULL' : 'NORMAL',
  });
  try {
    for (const text of state.remarks) remark(text);
    await requireOwnState(state, settings, { remark });
    return state;
  } catch (error) {
    await state.close();
    throw error;
  }
}

/**
 * Does what may send requests. An error of the machine then says whether any were sent.
 * @throws {EnvironmentError} in place of errors of SQLite and of the operating system
 */
export async function tellingBegun<Result>(
  { client }: Pick<Session, 'client'>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const trouble = environmentErrorOf(error);
    const [issue] = trouble?.issues ?? [];
    if (trouble === null || issue === undefined) throw error;
    throw new EnvironmentError(issue, trouble.code, client.requestCount() > 0);
  }
}

/** How many characters of a body the log keeps: whole resources and errors, and of a long page its beginning. */
const BODY_LIMIT = 64 * 1024;

/** Names the cycle to which exchanges belong from now on. */
type BeginCycle = (cycleId: string) => void;

/**
 * Keeps the exchanges of a client in the log of its job, as far as the job wants it; none before a cycle begins. Secrets
 * and redacted attributes are hidden before anything is stored.
 */
function keepExchanges(client: ScimClient, state: JobStore, job: CompiledJob): BeginCycle {
  const { exchanges } = job.settings.log;
  if (exchanges === 'none') return () => {};
  const isHidden = hiddenOf(job);
  let cycleId: string | null = null;
  client.onExchange((exchange) => {
    if (cycleId === null) return;
    const entry = harEntry(exchange, { isHidden, bodyLimit: BODY_LIMIT });
    state.keepExchange({ cycleId, about: exchange.about, entry });
  }, exchanges);
  return (id) => {
    cycleId = id;
  };
}
