import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { restarted } from '../../../src/job/control/quarantine.ts';
import { runCycle } from '../../../src/job/cycle/cycle.ts';
import type { DirectoryObject } from '../../../src/model/directory.ts';
import { QuarantineError } from '../../../src/model/errors.ts';
import type { DirectoryReader } from '../../../src/model/ports.ts';
import type { SafetySettings } from '../../../src/model/safety.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';
import { aList, anAnswer } from '../../scim/scim-builders.ts';
import { aJob, assigned, aUser, idOf } from '../../support/builders.ts';
import { fakeCycles } from '../../support/fake-cycles.ts';
import { fakeDirectory } from '../../support/fake-directory.ts';
import { type FakeJobStore, fakeJobStore } from '../../support/fake-job-store.ts';
import { fakeNotes } from '../../support/fake-scratch.ts';
import { fakeTarget } from '../../support/fake-target.ts';
import { fakeWorld } from '../../support/fake-world.ts';

const safety: SafetySettings = { ...DEFAULT_SAFETY, deletionThreshold: 3 };
const NAMES = Array.from({ length: 20 }, (_, n) => `u${String(n + 1).padStart(2, '0')}`);
const user = (id: string, isAssigned = true): DirectoryObject =>
  aUser({}, { id, assignments: isAssigned ? [assigned()] : [] });
const everybodyBut = (...leaving: readonly string[]): readonly DirectoryObject[] =>
  NAMES.map((id) => user(id, !leaving.includes(id)));

/** A directory whose pages are small, and in which some have changed, read in a given order. */
const inSmallPages = (
  objects: readonly DirectoryObject[],
  changed: readonly string[],
  size: number,
): DirectoryReader => {
  const directory = fakeDirectory({ objects, changed: changed.map(idOf) });
  return {
    ...directory,
    changedObjects: (type, since, until, view) => directory.changedObjects(type, since, until, view, size),
  };
};

/** A state in which all twenty are linked, as one cycle leaves it. */
async function allLinked(): Promise<FakeJobStore> {
  const cycles = fakeCycles({ safety });
  await cycles.run({ objects: everybodyBut() });
  return cycles.store;
}

interface Trial {
  readonly directory: DirectoryReader;
  readonly store: FakeJobStore;
  readonly signal?: AbortSignal;
}

/** Runs a cycle against a target that agrees to everything. @returns what came of it, and the writes that were sent */
async function run({ directory, store, signal = new AbortController().signal }: Trial) {
  const target = fakeTarget(({ method }) => (method === 'GET' ? anAnswer(200, aList()) : anAnswer(204)));
  const planning = { job: aJob({ safety }), directory, state: store, target, world: fakeWorld() };
  const context = {
    ...planning,
    notes: fakeNotes(),
    openNotes: fakeNotes,
    writer: target,
    store,
    signal,
  };
  const result = await runCycle(context).catch((error: unknown) => error);
  const writes = target.requests.filter(({ method }) => method !== 'GET');
  return { result, writes: writes.map(({ method, path }) => `${method} ${path}`) };
}

const reasonOf = (result: unknown): string => (result instanceof QuarantineError ? result.reason : 'none');

const LEAVING = ['u03', 'u08', 'u13', 'u20'];

describe('four of twenty users who leave, with a threshold of three', () => {
  test('are not written about, in whatever order and pages they are read', async () => {
    const orders = fc.tuple(
      fc.shuffledSubarray(NAMES, { minLength: 20 }),
      fc.shuffledSubarray(NAMES, { minLength: 4, maxLength: 4 }),
      fc.integer({ min: 1, max: 20 }),
    );
    const before = await allLinked();
    await fc.assert(
      fc.asyncProperty(orders, async ([order, leaving, size]) => {
        const store = copyOf(before);
        const objects = order.map((id) => user(id, !leaving.includes(id)));
        const { result, writes } = await run({ directory: inSmallPages(objects, NAMES, size), store });
        expect([reasonOf(result), writes]).toEqual(['TooManyDeletes', []]);
        expect([...store.held.staged.keys()].sort()).toEqual([...leaving].sort());
      }),
      { numRuns: 40 },
    );
  });

  test('are not written about on the next runs either, though nothing changes any more', async () => {
    const store = await allLinked();
    const objects = everybodyBut(...LEAVING);
    await run({ directory: inSmallPages(objects, LEAVING, 2), store });
    for (let again = 0; again < 2; again++) {
      const { result, writes } = await run({ directory: inSmallPages(objects, [], 2), store });
      expect([reasonOf(result), writes]).toEqual(['TooManyDeletes', []]);
      expect(await store.cycles(1)).toMatchObject([{ state: 'Failed', counts: { stagedDelete: 4 } }]);
    }
    expect(store.held.control.quarantine?.seriesCount).toBe(3);
  });

  test('are not written about after the process died at any moment of recording', async () => {
    const before = await allLinked();
    const directory = inSmallPages(everybodyBut(...LEAVING), LEAVING, 1);
    let deaths = 0;
    for (let nth = 1; ; nth++) {
      const store = copyOf(before);
      const dying = dyingAt(store, nth);
      const first = await run({ directory, store: dying });
      expect(first.writes).toEqual([]);
      const second = await run({ directory, store });
      expect([reasonOf(second.result), second.writes]).toEqual(['TooManyDeletes', []]);
      if (first.result instanceof QuarantineError) break;
      deaths += 1;
    }
    expect(deaths).toBeGreaterThanOrEqual(3);
  });

  test('are not written about after an interruption', async () => {
    const store = await allLinked();
    const directory = inSmallPages(everybodyBut(...LEAVING), LEAVING, 1);
    expect(await run({ directory, store, signal: AbortSignal.abort() })).toMatchObject({
      result: { endedAt: null },
      writes: [],
    });
    const { result, writes } = await run({ directory, store });
    expect([reasonOf(result), writes]).toEqual(['TooManyDeletes', []]);
  });

  test('and no others are disabled once that was allowed, which is good for one cycle', async () => {
    const store = await allLinked();
    const directory = inSmallPages(everybodyBut(...LEAVING), LEAVING, 2);
    await run({ directory, store });
    await store.updateControl((control) => restarted(control, ['ForceDeletes']));
    const { result, writes } = await run({ directory, store });
    expect(result).toMatchObject({ state: 'Succeeded', counts: { disable: 4, stagedDelete: 0 } });
    expect(new Set(writes)).toEqual(
      new Set(await Promise.all(LEAVING.map(async (id) => `PATCH ${await pathOf(store, id)}`))),
    );
    expect([
      store.held.staged.size,
      (await store.control()).forceDeletes,
      (await store.control()).quarantine,
    ]).toEqual([0, false, null]);
  });

  test('stay allowed when the process dies before all of them are disabled', async () => {
    const store = await allLinked();
    const directory = inSmallPages(everybodyBut(...LEAVING), LEAVING, 2);
    await run({ directory, store });
    await store.updateControl((control) => restarted(control, ['ForceDeletes']));
    await run({ directory, store: { ...store, complete: die } });
    const { result } = await run({ directory, store });
    expect([reasonOf(result), store.held.staged.size, (await store.control()).forceDeletes]).toEqual([
      'none',
      0,
      false,
    ]);
  });

  test('what is allowed while a cycle runs is for the next one', async () => {
    const store = await allLinked();
    const directory = inSmallPages(everybodyBut(...LEAVING), LEAVING, 2);
    const allowing: FakeJobStore = {
      ...store,
      saveCycle: async (cycle) => {
        await store.saveCycle(cycle);
        await store.updateControl((control) => restarted(control, ['ForceDeletes']));
      },
    };
    expect((await run({ directory, store: allowing })).writes).toEqual([]);
    expect((await run({ directory, store })).writes).toHaveLength(4);
  });
});

const pathOf = async (store: FakeJobStore, id: string): Promise<string> =>
  `/Users/${(await store.links([idOf(id)])).get(idOf(id))?.targetId}`;

const die = (): never => {
  throw new Error('the process was killed');
};

/** A store with the same contents. */
function copyOf({ held }: FakeJobStore): FakeJobStore {
  const copy = fakeJobStore();
  Object.assign(copy.held, structuredClone(held));
  return copy;
}

/** The same store, in which the process dies at the nth attempt to write. */
function dyingAt(store: FakeJobStore, nth: number): FakeJobStore {
  let writes = 0;
  const mortal =
    <Arguments extends readonly unknown[], Result>(write: (...given: Arguments) => Result) =>
    (...given: Arguments): Result => {
      writes += 1;
      if (writes >= nth) die();
      return write(...given);
    };
  return {
    ...store,
    apply: mortal(store.apply),
    saveCycle: mortal(store.saveCycle),
    updateControl: mortal(store.updateControl),
    complete: mortal(store.complete),
  };
}
