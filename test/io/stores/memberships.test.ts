import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openJobStore } from '../../../src/io/stores/sqlite/job/job-store.ts';
import { allOf } from '../../support/all-of.ts';
import { fakeJobStore } from '../../support/fake-job-store.ts';
import { describeStores, useDirectory } from './describe-stores.ts';
import { aLink, aRecording, idOf, membersOf } from './recordings.ts';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

describeStores('memberships', (store) => {
  test('members are listed in the order of their ids, in pages', async () => {
    await store().apply([membersOf(100, [5, 3, 1]), membersOf(100, [2, 4, 3]), membersOf(101, [9])].flat());
    expect(await allOf(store().memberships(idOf(100), 2))).toEqual([
      [idOf(1), idOf(2)],
      [idOf(3), idOf(4)],
      [idOf(5)],
    ]);
    expect(await allOf(store().memberships(idOf(100), 5))).toEqual([[1, 2, 3, 4, 5].map(idOf)]);
  });

  test('a group that was never written has no members', async () => {
    expect(await allOf(store().memberships(idOf(1), 10))).toEqual([]);
    expect(await store().membersAmong(new Map([[idOf(1), [idOf(2)]]]))).toEqual(new Map());
  });

  test('members that are removed are gone, and removing one that is not there changes nothing', async () => {
    await store().apply(membersOf(100, range(10)));
    await store().apply(membersOf(100, [20], [0, 1, 2, 3, 30]));
    expect(await allOf(store().memberships(idOf(100), 100))).toEqual([[4, 5, 6, 7, 8, 9, 20].map(idOf)]);
  });

  test('asked for some objects, it names the groups that they are members of', async () => {
    await store().apply([membersOf(100, [1, 2, 3]), membersOf(101, [3]), membersOf(102, [4])].flat());
    const found = await store().groupsOf([idOf(2), idOf(3), idOf(9)]);
    const sorted = [...found].map(([group, members]) => [group, members.toSorted()] as const);
    expect(new Map(sorted)).toEqual(
      new Map([
        [idOf(100), [idOf(2), idOf(3)]],
        [idOf(101), [idOf(3)]],
      ]),
    );
    expect(await store().groupsOf([])).toEqual(new Map());
  });

  test('asked for some members of groups, it names those that are members', async () => {
    await store().apply([membersOf(100, range(10)), membersOf(101, [50])].flat());
    const asked = [idOf(3), idOf(50), idOf(9), idOf(60)];
    expect(
      await store().membersAmong(
        new Map([
          [idOf(100), asked],
          [idOf(101), asked],
          [idOf(102), asked],
        ]),
      ),
    ).toEqual(
      new Map([
        [idOf(100), new Set([idOf(3), idOf(9)])],
        [idOf(101), new Set([idOf(50)])],
      ]),
    );
  });

  test('memberships may be recorded while a page of them is being read', async () => {
    await store().apply(membersOf(100, range(6)));
    const seen: number[] = [];
    for await (const page of store().memberships(idOf(100), 2)) {
      await store().apply(membersOf(101, [seen.length]));
      seen.push(page.length);
    }
    expect(seen).toEqual([2, 2, 2]);
    expect(await allOf(store().memberships(idOf(101), 9))).toEqual([[0, 1, 2].map(idOf)]);
  });

  test('the link of a group says when its memberships are complete', async () => {
    await store().apply(
      [aRecording({ link: aLink(100, { objectType: 'Group' }) }), membersOf(100, [1])].flat(),
    );
    expect((await store().links([idOf(100)])).get(idOf(100))?.hasMemberships).toBe(false);
    await store().apply(membersOf(100, [], [], true));
    expect((await store().links([idOf(100)])).get(idOf(100))?.hasMemberships).toBe(true);
    await store().apply(membersOf(100, [1, 2], []));
    await store().apply([{ kind: 'membersDoubted', group: idOf(100) }]);
    expect((await store().links([idOf(100)])).get(idOf(100))?.hasMemberships).toBe(false);
    expect(await store().pendingMembers([idOf(100)])).toEqual(new Map([[idOf(100), [idOf(1), idOf(2)]]]));
  });
});

const changes = fc.array(
  fc.oneof(
    fc.record({
      group: fc.integer({ min: 0, max: 3 }),
      added: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }),
      removed: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }),
    }),
    fc.record({ drop: fc.integer({ min: 0, max: 12 }) }),
  ),
  { maxLength: 20 },
);

const path = useDirectory();

test('whatever is added, removed and dropped, SQLite remembers the memberships that the fake does', async () => {
  const file = path('job.db');
  await fc.assert(
    fc.asyncProperty(changes, async (steps) => {
      const [real, fake] = [openJobStore(file), fakeJobStore()];
      const recordings = steps.map((step) =>
        'drop' in step
          ? aRecording({ dropLink: idOf(step.drop) })
          : membersOf(step.group, step.added, step.removed),
      );
      await real.reset(['ConnectorDataStore']);
      for (const one of [real, fake]) await one.apply(recordings.flat());
      const listed = async (one: typeof real | typeof fake): Promise<unknown> =>
        await Promise.all(range(4).map((n) => allOf(one.memberships(idOf(n), 3))));
      expect(await listed(real)).toEqual(await listed(fake));
      await real.close();
    }),
    { numRuns: 40 },
  );
});
