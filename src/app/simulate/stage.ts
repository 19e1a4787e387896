import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../io/fingerprint.ts';
import type { Scenario } from '../../io/scenario-file/read-scenario.ts';
import { realTime } from '../../io/scim-client/flow/elapsed-time.ts';
import { createScimClient, type ScimClient } from '../../io/scim-client/scim-client.ts';
import type { Directory } from '../../io/stores/directory-store.ts';
import type { JobStore } from '../../io/stores/job-store.ts';
import { openDirectory } from '../../io/stores/sqlite/directory/directory.ts';
import { openJobStore } from '../../io/stores/sqlite/job/job-store.ts';
import type { CompiledJob } from '../../job/compile.ts';
import { createVirtualTime, createVirtualWorld, type VirtualTime } from '../../job/scheduler/virtual-time.ts';
import type { Json } from '../../model/json.ts';
import type { World } from '../../model/ports.ts';
import { type RunningTarget, startTarget } from '../../target/start.ts';
import { mayRepeatRedacted } from '../session/hidden.ts';
import { type ChangedTarget, embeddedTarget, endpointTarget } from './change-target.ts';
import { createGuest, type Guest, withLeft } from './guest.ts';
import { importDirectory } from './import-directory.ts';
import { createNames, type Names } from './names.ts';
import { placed } from './placed.ts';
import { compileWritten, type Endpoint, firstJob, type WrittenJob } from './simulated-settings.ts';

/** The name of the directory store in the folder of a simulation. */
export const DIRECTORY_FILE = 'directory.db';

/** Everything that a simulation works with, in a folder of its own. */
export interface Stage {
  readonly scenario: Scenario;
  readonly folder: string;
  readonly time: VirtualTime;
  readonly world: World;
  readonly directory: Directory;
  readonly state: JobStore;
  /** The embedded target; null: an endpoint of the user's own. */
  readonly target: RunningTarget | null;
  /** The run at an endpoint that others use too; null: the endpoint is its own. */
  readonly guest: Guest | null;
  readonly names: Names;
  /** The job as it is configured by now. */
  written(): WrittenJob;
  job(): CompiledJob;
  client(): ScimClient;
  /** The target as others change it. */
  changed(): ChangedTarget;
  /** Configures the job again. @throws {ConfigurationError}; the job stays as it was */
  configure(job: WrittenJob): void;
  close(): Promise<void>;
}

/**
 * Sets up what a scenario begins with: the directory, the target, the job.
 * @throws {ConfigurationError} when one of them is wrong
 */
export async function openStage(scenario: Scenario): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-simulate-'));
  const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const release of closing.splice(0).reverse()) await release();
  };
  const guest = scenario.stand === 'guest' ? createGuest() : null;
  try {
    return await open(scenario, folder, guest, closing, close);
  } catch (error) {
    const ended = guest === null ? error : withLeft(error, await guest.cleanUp());
    await close();
    throw ended;
  }
}

async function open(
  scenario: Scenario,
  folder: string,
  guest: Guest | null,
  closing: (() => unknown)[],
  close: () => Promise<void>,
): Promise<Stage> {
  const time = createVirtualTime(scenario.startsAt);
  const world = createVirtualWorld(time, sha256);
  const target = await startEmbedded(scenario, time);
  if (target !== null) closing.push(() => target.stop());
  const names = createNames();
  let written = firstJob(scenario);
  let job = compileWritten(written, endpointOf(scenario, target), folder, scenario.environment);
  /** An endpoint of the user's own lives in real time: what it asks to wait for is waited for. */
  const openClient = (): ScimClient => {
    const elapsed = target === null ? realTime : time;
    const opened = createScimClient(job.settings.target, world, elapsed, mayRepeatRedacted(job));
    return guest === null ? opened : guest.wrap(opened);
  };
  let client = openClient();
  const changed = (): ChangedTarget =>
    target === null ? endpointTarget(client, names) : embeddedTarget(target);
  const store = join(folder, DIRECTORY_FILE);
  if (scenario.directory !== null)
    await importDirectory(scenario.directory, scenario, {
      store,
      folder,
      job: job.settings.id,
      now: time.now(),
      path: ['directory'],
    });
  const directory = openDirectory(store);
  const state = openJobStore(job.settings.stateFile);
  closing.push(
    () => directory.close(),
    () => state.close(),
    () => client.close(),
    () => guest?.cleanUp(),
  );
  await seed(scenario, changed());
  return {
    scenario,
    folder,
    time,
    world,
    directory,
    state,
    target,
    guest,
    names,
    written: () => written,
    job: () => job,
    client: () => client,
    changed,
    configure: (changed) => {
      job = compileWritten(changed, endpointOf(scenario, target), folder, scenario.environment);
      written = changed;
      client.close();
      client = openClient();
    },
    close,
  };
}

/** The endpoint of a job; that of a configuration is written to only by a guest. */
function endpointOf({ target: written }: Scenario, target: RunningTarget | null): Endpoint {
  if (target !== null)
    return { tenantUrl: target.baseUrl, auth: { type: 'bearer', secretToken: target.token } };
  const { tenantUrl, auth } = written;
  return tenantUrl === undefined ? {} : { tenantUrl, auth: auth as unknown as Json };
}

async function startEmbedded(scenario: Scenario, time: VirtualTime): Promise<RunningTarget | null> {
  const { persona } = scenario.target;
  if (scenario.stand !== 'embedded') return null;
  const clock = { now: time.nowMs, wait: time.sleep };
  return placed(scenario, ['target', 'persona'], () =>
    startTarget({ clock, ...(persona === undefined ? {} : { persona }) }),
  );
}

/** Puts into the target what it holds before the job. */
async function seed(scenario: Scenario, target: ChangedTarget): Promise<void> {
  const { users = [], groups = [] } = scenario.target;
  for (const [index, user] of users.entries())
    await placed(scenario, ['target', 'users', index], () => target.add('User', user));
  for (const [index, group] of groups.entries())
    await placed(scenario, ['target', 'groups', index], () => target.add('Group', group));
}

/** Gives names to whatever source and target hold by now. */
export async function learnNames({ names, target, directory, state }: Stage): Promise<void> {
  if (target !== null)
    for (const type of ['User', 'Group'] as const) names.learnResources(type, target.resources(type));
  await names.learnLinks(directory, state);
}
