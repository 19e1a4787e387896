import { describe, expect, test } from 'vitest';
import { runCycle } from '../../../src/job/cycle/cycle.ts';
import { PAGE_SIZE } from '../../../src/job/phases/source-pages.ts';
import type { CycleProgress, CycleRecord } from '../../../src/model/cycle.ts';
import type { DirectoryObject } from '../../../src/model/directory.ts';
import { aList, anAnswer } from '../../scim/scim-builders.ts';
import { aGroup, aJob, assigned, aUser } from '../../support/builders.ts';
import { fakeDirectory } from '../../support/fake-directory.ts';
import { type FakeJobStore, fakeJobStore } from '../../support/fake-job-store.ts';
import { fakeNotes } from '../../support/fake-scratch.ts';
import { fakeTarget } from '../../support/fake-target.ts';
import { fakeWorld } from '../../support/fake-world.ts';

const users = (count: number, presence: DirectoryObject['presence'] = 'live') =>
  Array.from({ length: count }, (_, index) =>
    aUser({}, { id: `u${String(index).padStart(5, '0')}`, assignments: [assigned()], presence }),
  );

/** Runs a cycle in which a page takes a while, and returns what was saved of it on the way. */
const recordsOf = async (
  objects: readonly DirectoryObject[],
  { pageMs = 2_000, signal = new AbortController().signal, store = fakeJobStore() } = {},
): Promise<{ readonly saved: readonly CycleRecord[]; readonly store: FakeJobStore }> => {
  const saved: CycleRecord[] = [];
  const world = fakeWorld();
  let created = 0;
  const target = fakeTarget((request) =>
    request.method === 'POST'
      ? anAnswer(201, { ...request.body, id: `t-${++created}` })
      : request.method === 'GET'
        ? anAnswer(200, aList())
        : anAnswer(204),
  );
  await runCycle({
    job: aJob(),
    directory: fakeDirectory({ objects }),
    state: store,
    target,
    notes: fakeNotes(),
    world,
    writer: target,
    openNotes: fakeNotes,
    signal,
    store: {
      ...store,
      saveCycle: async (cycle) => {
        saved.push(cycle);
        await store.saveCycle(cycle);
      },
    },
    observe: () => world.advance(pageMs),
  });
  return { saved, store };
};

const progressOf = (saved: readonly CycleRecord[]): readonly CycleProgress[] =>
  saved.flatMap(({ progress }) => progress ?? []);

describe('the progress of a cycle', () => {
  test('is reported in pages, out of all known pages', async () => {
    const { saved } = await recordsOf([
      ...users(2 * PAGE_SIZE + 10),
      aGroup({}, { assignments: [assigned()] }),
    ]);
    const pages = progressOf(saved).map(({ pagesDone, pagesTotal }) => `${pagesDone} of ${pagesTotal}`);
    expect(pages.slice(0, 5)).toEqual(['0 of 4', '1 of 4', '2 of 4', '3 of 4', '4 of 5']);
  });

  test('is reported once a second at most', async () => {
    const { saved } = await recordsOf(users(4 * PAGE_SIZE), { pageMs: 400 });
    expect(progressOf(saved).map(({ observedAt }) => observedAt)).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:01.200Z',
    ]);
  });

  test('never shows more done than there is, nor less than before', async () => {
    const { saved } = await recordsOf([
      ...users(7 * PAGE_SIZE),
      ...Array.from({ length: 70 }, (_, index) => aGroup({}, { id: `g${index}`, assignments: [assigned()] })),
    ]);
    const told = progressOf(saved);
    expect(told.length).toBeGreaterThan(4);
    for (const [index, { pagesDone, pagesTotal }] of told.entries()) {
      expect(pagesDone).toBeLessThanOrEqual(pagesTotal);
      expect(pagesDone).toBeGreaterThan(told[index - 1]?.pagesDone ?? -1);
    }
  });

  test('is gone with the end of the cycle', async () => {
    const { store } = await recordsOf(users(3));
    expect((await store.cycles(1))[0]).not.toHaveProperty('progress');
  });

  test('is gone with its interruption', async () => {
    const { saved, store } = await recordsOf(users(3), { signal: AbortSignal.abort() });
    expect(progressOf(saved)).toHaveLength(1);
    expect((await store.cycles(1))[0]).toMatchObject({ endedAt: null });
    expect((await store.cycles(1))[0]).not.toHaveProperty('progress');
  });
});

test('the number of managed objects is remembered when they are deleted', async () => {
  const store = fakeJobStore();
  await recordsOf(users(5), { store });
  expect((await store.control()).entryCounts).toEqual({ User: 5, Group: 0 });
  store.held.position = null;
  await recordsOf(users(5, 'hardDeleted'), { store });
  expect(await store.linkCounts()).toEqual({ User: 0, Group: 0 });
  expect((await store.control()).entryCounts).toEqual({ User: 5, Group: 0 });
});
