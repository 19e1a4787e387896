import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openJobStore } from '../../../../../src/io/stores/sqlite/job/job-store.ts';
import { fakeJobStore } from '../../../../support/fake-job-store.ts';
import { describeBothStores, useDirectory } from './both-stores.ts';
import { aLink, aRecording, idOf, membersOf } from './recordings.ts';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

describeBothStores('memberships', (store) => {
  test('members are listed in the order of their ids, in pages', () => {
    store().apply([membersOf(100, [5, 3, 1]), membersOf(100, [2, 4, 3]), membersOf(101, [9])].flat());
    expect([...store().memberships(idOf(100), 2)]).toEqual([
      [idOf(1), idOf(2)],
      [idOf(3), idOf(4)],
      [idOf(5)],
    ]);
    expect([...store().memberships(idOf(100), 5)]).toEqual([[1, 2, 3, 4, 5].map(idOf)]);
  });

  test('a group that was never written has no members', () => {
    expect([...store().memberships(idOf(1), 10)]).toEqual([]);
    expect(store().membersAmong(idOf(1), [idOf(2)])).toEqual(new Set());
  });

  test('members that are removed are gone, and removing one that is not there changes nothing', () => {
    store().apply(membersOf(100, range(10)));
    store().apply(membersOf(100, [20], [0, 1, 2, 3, 30]));
    expect([...store().memberships(idOf(100), 100)]).toEqual([[4, 5, 6, 7, 8, 9, 20].map(idOf)]);
  });

  test('asked for some members, it names those that are members', () => {
    store().apply([membersOf(100, range(10)), membersOf(101, [50])].flat());
    expect(store().membersAmong(idOf(100), [idOf(3), idOf(50), idOf(9), idOf(60)])).toEqual(
      new Set([idOf(3), idOf(9)]),
    );
  });

  test('memberships may be recorded while a page of them is being read', () => {
    store().apply(membersOf(100, range(6)));
    const seen: number[] = [];
    for (const page of store().memberships(idOf(100), 2)) {
      store().apply(membersOf(101, [seen.length]));
      seen.push(page.length);
    }
    expect(seen).toEqual([2, 2, 2]);
    expect([...store().memberships(idOf(101), 9)]).toEqual([[0, 1, 2].map(idOf)]);
  });

  test('the link of a group says when its memberships are complete', () => {
    store().apply([aRecording({ link: aLink(100, { objectType: 'Group' }) }), membersOf(100, [1])].flat());
    expect(
      store()
        .links([idOf(100)])
        .get(idOf(100))?.hasMemberships,
    ).toBe(false);
    store().apply(membersOf(100, [], [], true));
    expect(
      store()
        .links([idOf(100)])
        .get(idOf(100))?.hasMemberships,
    ).toBe(true);
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

test('whatever is added, removed and dropped, SQLite remembers the memberships that the fake does', () => {
  const file = path('job.db');
  fc.assert(
    fc.property(changes, (steps) => {
      const [real, fake] = [openJobStore(file), fakeJobStore()];
      const recordings = steps.map((step) =>
        'drop' in step
          ? aRecording({ dropLink: idOf(step.drop) })
          : membersOf(step.group, step.added, step.removed),
      );
      real.reset(['ConnectorDataStore']);
      for (const one of [real, fake]) one.apply(recordings.flat());
      const listed = (one: typeof real | typeof fake): unknown =>
        range(4).map((n) => [...one.memberships(idOf(n), 3)]);
      expect(listed(real)).toEqual(listed(fake));
      real.close();
    }),
    { numRuns: 40 },
  );
});
