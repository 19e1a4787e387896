import type { PlanHead } from '../../src/app/plan/output.ts';
import type { PlanningContext } from '../../src/job/cycle/planning-context.ts';
import type { CycleStart } from '../../src/job/cycle/start.ts';
import { aJob, type JobOptions } from './builders.ts';
import { type FakeDirectoryContents, fakeDirectory } from './fake-directory.ts';
import { type FakeJobStore, fakeJobStore } from './fake-job-store.ts';
import { fakeNotes } from './fake-scratch.ts';
import { type FakeTarget, targetHolding } from './fake-target.ts';
import { type FakeWorld, fakeWorld } from './fake-world.ts';

/** A planning context of fakes, open to the eyes of a test. */
export type FakePlanning = PlanningContext & {
  readonly state: FakeJobStore;
  readonly target: FakeTarget;
  readonly world: FakeWorld;
};

/** Makes what planning may use, all of it in memory. */
export const aPlanning = (
  directory: FakeDirectoryContents = {},
  job: JobOptions = {},
  target: FakeTarget = targetHolding(),
): FakePlanning => ({
  job: aJob(job),
  directory: fakeDirectory(directory),
  state: fakeJobStore(),
  target,
  notes: fakeNotes(),
  world: fakeWorld(),
});

/** An incremental cycle under way. */
export const INCREMENTAL: CycleStart = {
  id: 'cycle-1',
  kind: 'incremental',
  why: null,
  since: 40,
  until: 50,
  directoryId: 'directory-1',
  now: '2026-01-01T00:00:00.000Z',
  view: { job: 'job-1', now: '2026-01-01T00:00:00.000Z' },
  retriesAll: false,
  sourceCount: 0,
  isCacheStale: false,
  resendsMembers: false,
};

/** An initial cycle under way. */
export const INITIAL: CycleStart = {
  ...INCREMENTAL,
  kind: 'initial',
  why: 'there is no watermark',
  since: null,
};

/** The head of the plan of an initial cycle. */
export const PLAN_HEAD: PlanHead = {
  job: 'job-1',
  start: INITIAL,
  basis: {
    target: 'https://scim.example.com/v2',
    schema: { file: '/jobs/app.schema.json', name: 'App', fingerprint: '0123456789abcdef' },
    directory: '/jobs/directory.db',
    isOffline: false,
    isPartial: false,
  },
};
