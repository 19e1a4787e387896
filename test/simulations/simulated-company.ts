import { scheduledJob } from '../../src/app/simulate/simulated-job.ts';
import { sha256 } from '../../src/io/fingerprint.ts';
import { createScimClient } from '../../src/io/scim-client/scim-client.ts';
import { type SimulatedEvent, simulate } from '../../src/job/scheduler/simulate.ts';
import { createVirtualTime, createVirtualWorld } from '../../src/job/scheduler/virtual-time.ts';
import type { CycleRecord } from '../../src/model/cycle.ts';
import type { ObjectType } from '../../src/model/directory.ts';
import type { Instant, SourceId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { intendedTarget, referableObjects } from '../convergence/intended-state.ts';
import { changeDirectory, DIRECTORY_CHANGES } from '../convergence/random-changes.ts';
import { EMPTY_TARGET, mapValues, type TargetView, viewTarget } from '../convergence/target-view.ts';
import {
  type GeneratedDirectory,
  generateDirectory,
  storeDirectory,
} from '../support/generated-directory.ts';
import { type Lab, openLab } from '../support/lab.ts';
import { seededRandom } from '../support/seeded-random.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RECYCLE_BIN_MS = 30 * DAY_MS;

/** The target of a company. */
export interface CompanyTarget {
  readonly baseUrl: string;
  readonly token: string;
  /** All resources of a type, in full. */
  resources(type: ObjectType): readonly JsonObject[] | Promise<readonly JsonObject[]>;
}

/** A company whose users join, move and leave at random while a job runs. */
export interface CompanyOptions {
  readonly target: CompanyTarget;
  readonly seed: number;
  readonly userCount: number;
  readonly days: number;
  /** The largest number of directory changes that happen together. */
  readonly changesAtOnce: number;
  readonly everyHours: number;
  /** Looks at the target after each change, and not at the end alone. */
  readonly watches: boolean;
  readonly onCycle: (record: CycleRecord) => void;
}

/** Something that the target should hold, and what it holds. */
export interface Comparison {
  readonly at: Instant;
  readonly held: TargetView;
  readonly intended: TargetView;
}

/** What came of the simulation of a company. */
export interface CompanyResult {
  readonly changes: number;
  readonly comparisons: readonly Comparison[];
}

/** Simulates a company from an initial cycle to a restarted one, in which references that came late are written. */
export async function simulateCompany(options: CompanyOptions): Promise<CompanyResult> {
  const time = createVirtualTime('2026-01-01T00:00:00.000Z');
  const world = createVirtualWorld(time, sha256, options.seed);
  const { target } = options;
  const clock = { ...world, advance: () => {} };
  const lab = openLab({ baseUrl: target.baseUrl, token: target.token, clock, concurrency: 8 });
  const client = createScimClient(lab.job.settings.target, world, time);
  const look = async (): Promise<TargetView> =>
    viewTarget(await target.resources('User'), await target.resources('Group'));
  const company = createCompany(options, lab);
  const comparisons: Comparison[] = [];
  try {
    const watcher = createWatcher(company.generated, look);
    const job = scheduledJob({
      job: () => lab.job,
      client: () => client,
      directory: lab.directory,
      state: lab.state,
      world,
      onCycle: async (record) => options.onCycle(record),
    });
    const compare = async (kind: CycleRecord['kind']): Promise<void> => {
      company.forgetExpired(time.now());
      comparisons.push({ at: time.now(), ...(await watcher.compare(kind)) });
    };
    const startMs = time.nowMs();
    const at = (ms: number): Instant => new Date(startMs + ms).toISOString();
    function* events(): Generator<SimulatedEvent> {
      const first = { at: at(0), happen: () => company.begin(time.now()) };
      yield options.watches ? { ...first, check: () => compare('initial') } : first;
      for (
        let ms = options.everyHours * HOUR_MS;
        ms < options.days * DAY_MS;
        ms += options.everyHours * HOUR_MS
      ) {
        const event = { at: at(ms), happen: () => company.change(time.now()) };
        yield options.watches ? { ...event, check: () => compare('incremental') } : event;
      }
      yield {
        at: at(options.days * DAY_MS),
        happen: async () => {
          company.forgetExpired(time.now());
          await watcher.remember();
          await lab.state.reset(['Watermark']);
        },
        check: () => compare('initial'),
      };
    }
    const signal = new AbortController().signal;
    await simulate({ time, jobs: () => [job], events: events(), endsAt: at(options.days * DAY_MS), signal });
    return { changes: company.changeCount(), comparisons };
  } finally {
    client.close();
    await lab.close();
  }
}

/** Lets things happen in a directory, and keeps count of 30 days in the recycle bin, apart from the store. */
function createCompany({ seed, userCount, changesAtOnce }: CompanyOptions, { directory }: Lab) {
  const generated = generateDirectory(seed, Math.ceil((userCount * 5) / 4));
  const random = seededRandom(seed);
  const deletedAt = new Map<SourceId, number>();
  let changeCount = 0;

  const objects = () => [...generated.users.values(), ...generated.groups.values()];

  const forgetExpired = (now: Instant): void => {
    for (const object of objects()) {
      const since = deletedAt.get(object.id);
      if (object.presence !== 'softDeleted' || since === undefined) continue;
      if (since + RECYCLE_BIN_MS > Date.parse(now)) continue;
      object.presence = 'hardDeleted';
      object.isAssigned = false;
      if (object.type === 'Group') object.members.clear();
      for (const { members } of generated.groups.values()) members.delete(object.id);
    }
  };

  const noteDeletions = (now: Instant): void => {
    for (const { id, presence } of objects()) {
      if (presence !== 'softDeleted') deletedAt.delete(id);
      else if (!deletedAt.has(id)) deletedAt.set(id, Date.parse(now));
    }
  };

  return {
    generated,
    changeCount: () => changeCount,
    forgetExpired,
    begin: async (now: Instant): Promise<void> => {
      await storeDirectory(generated, directory, now);
      noteDeletions(now);
    },
    change: async (now: Instant): Promise<void> => {
      // The store forgets in the next cycle; whatever names an object must not find it in between.
      await directory.purgeExpired(now);
      forgetExpired(now);
      const on = { generated, store: directory, random, now };
      // One by one: a user that is deleted, restored and deleted again has been in the recycle bin since the last time.
      for (let count = 1 + random.below(changesAtOnce); count > 0; count--) {
        await changeDirectory(on, 1);
        changeCount += 1;
        noteDeletions(now);
      }
      const live = [...generated.users.values()].filter(({ presence }) => presence === 'live').length;
      if (live < userCount) await DIRECTORY_CHANGES['a user joins']?.(on);
    },
  };
}

/** Compares what a target holds with what a cycle should have made of what it held before. */
function createWatcher(generated: GeneratedDirectory, look: () => Promise<TargetView>) {
  let before = EMPTY_TARGET;
  let referable: ReadonlySet<string> = new Set();
  let late: ReadonlySet<string> = new Set();
  return {
    /** What is there now is what the next cycle starts from. */
    remember: async (): Promise<void> => {
      before = await look();
    },
    compare: async (kind: CycleRecord['kind']): Promise<Pick<Comparison, 'held' | 'intended'>> => {
      const intended = intendedTarget(before, generated);
      const held = await look();
      const now = referableObjects(held, generated);
      // Objects that could be referred to only after the last full cycle: references to them wait for a restart.
      late = new Set(kind === 'initial' ? [] : [...late, ...[...now].filter((name) => !referable.has(name))]);
      referable = now;
      before = held;
      return { held: without(late, held, intended), intended: without(late, intended, intended) };
    },
  };
}

const without = (late: ReadonlySet<string>, view: TargetView, intended: TargetView): TargetView => ({
  users: mapValues(view.users, (user, name) => {
    const manager = intended.users[name]?.manager ?? null;
    return manager !== null && late.has(manager) ? { ...user, manager: '(late)' } : user;
  }),
  groups: mapValues(view.groups, (group) => ({
    ...group,
    members: group.members.filter((member) => !late.has(member)),
  })),
});
