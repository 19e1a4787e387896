import { expect } from 'vitest';
import type { CycleRecord } from '../../src/model/cycle.ts';
import type { Planned } from '../../src/model/pipeline.ts';
import type { ScimRequest } from '../../src/model/scim.ts';
import type { FakeWorld } from '../support/fake-world.ts';
import type { GeneratedDirectory } from '../support/generated-directory.ts';
import { storeDirectory } from '../support/generated-directory.ts';
import type { Lab } from '../support/lab.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { externalIdOf, intendedTarget, referableObjects } from './intended-state.ts';
import { changeDirectory } from './random-changes.ts';
import { EMPTY_TARGET, mapValues, type TargetView } from './target-view.ts';

/** The interval between two cycles. */
export const INTERVAL_MS = 40 * 60_000;

/** What a convergence is shown on. */
export interface Convergence {
  readonly lab: Lab;
  readonly clock: FakeWorld;
  readonly generated: GeneratedDirectory;
  readonly random: SeededRandom;
  /** What the target holds, seen without asking through the job. */
  readonly look: () => Promise<TargetView>;
  /** Source attributes that are compared. */
  readonly attributes?: readonly string[];
}

/** Where a convergence stands between two cycles. */
interface Standing {
  readonly held: TargetView;
  readonly referable: ReadonlySet<string>;
  /**
   * Objects that could be referred to only after the last full cycle: references to them are written once something else
   * about the reference changes, and otherwise wait for a restart, as in the service.
   * @see Entra "Known issues for provisioning"
   */
  readonly late: ReadonlySet<string>;
}

/**
 * Runs an initial cycle, then rounds of random changes with an incremental cycle each, then a full cycle, and expects
 * after each of them that the target holds what it should and that nothing is left to do.
 * @param rounds how many directory changes each round makes
 */
export async function expectConvergence(on: Convergence, rounds: readonly number[]): Promise<void> {
  await storeDirectory(on.generated, on.lab.directory, on.clock.now());
  let standing: Standing = { held: EMPTY_TARGET, referable: new Set(), late: new Set() };
  standing = await expectSettled(on, standing, await runNext(on, 'initial'));
  for (const count of rounds) {
    const changing = { ...on, store: on.lab.directory, now: on.clock.now() };
    const changes = await changeDirectory(changing, count);
    standing = await expectSettled(on, standing, await runNext(on, 'incremental'), changes);
  }
  await expectSettled(on, standing, await runNext(on, 'initial'));
}

async function runNext({ lab, clock }: Convergence, kind: CycleRecord['kind']): Promise<CycleRecord> {
  clock.advance(INTERVAL_MS);
  const isFull = kind === 'initial' && (await lab.state.position()) !== null;
  const cycle = await lab.run(isFull);
  lab.exchanges();
  expect(cycle).toMatchObject({ kind, state: 'Succeeded', counts: { failed: 0 } });
  return cycle;
}

async function expectSettled(
  on: Convergence,
  before: Standing,
  { kind }: CycleRecord,
  changes: readonly string[] = [],
): Promise<Standing> {
  const { generated, attributes } = on;
  const intended = intendedTarget(before.held, generated, attributes);
  const held = await on.look();
  const referable = referableObjects(held, generated);
  const newlyReferable = [...referable].filter((name) => !before.referable.has(name));
  const late = new Set(kind === 'initial' ? [] : [...before.late, ...newlyReferable]);
  const after = changes.length === 0 ? `after the ${kind} cycle` : `after ${changes.join('; ')}`;
  expect(without(late, held, intended), after).toEqual(without(late, intended, intended));
  await expectNothingToDo(on, late);
  return { held, referable, late };
}

/** The view without what it holds, or should hold, of references to late objects. */
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

/**
 * Expects the next plan and a full one to be empty and another run to send nothing.
 * @param late external ids of those to whom a full plan may name references
 */
export async function expectNothingToDo(
  { lab, generated }: Convergence,
  late: ReadonlySet<string>,
): Promise<void> {
  const next = await lab.plan();
  expect(next.requests, 'the next plan').toEqual([]);
  expect(next.counts.failed, 'failures of the next plan').toBe(0);
  const again = await lab.run();
  expect(writesOf(lab), 'a second run').toEqual([]);
  expect(again.counts.failed, 'failures of a second run').toBe(0);
  const lateIds = new Set(
    [...generated.users.values(), ...generated.groups.values()]
      .filter((object) => late.has(externalIdOf(object)))
      .map(({ id }) => id as string),
  );
  const full = await lab.plan(true);
  expect(full.counts.failed, 'failures of a full plan').toBe(0);
  expect(full.items.filter((item) => item.kind !== 'skip' && !refersOnlyTo(lateIds, item))).toEqual([]);
  if (late.size === 0) expect(full.requests, 'a full plan').toEqual([]);
  lab.exchanges();
}

/** The requests of the last cycle that could change something. */
export const writesOf = (lab: Lab): readonly ScimRequest[] =>
  lab
    .exchanges()
    .map(({ request }) => request)
    .filter(({ method }) => method !== 'GET');

function refersOnlyTo(ids: ReadonlySet<string>, item: Planned): boolean {
  if (item.kind === 'reference') return item.value !== null && ids.has(item.value);
  return item.kind === 'membership' && item.removed.length === 0 && item.added.every((id) => ids.has(id));
}
