import { expect, test } from 'vitest';
import { openJobStore } from '../../../src/io/stores/sqlite/job/job-store.ts';
import type { RestartScope } from '../../../src/model/control.ts';
import { INITIAL_CONTROL } from '../../../src/model/control.ts';
import { type CycleCounts, NO_COUNTS } from '../../../src/model/cycle.ts';
import { attributePath, targetId } from '../../../src/model/identifiers.ts';
import type { Position } from '../../../src/model/state.ts';
import { allOf } from '../../support/all-of.ts';
import { describeStores, useDirectory } from './describe-stores.ts';
import { aCycle, aLink, anEntry, anEscrow, aRecording, idOf, membersOf } from './recordings.ts';

const position: Position = { watermark: 5_000_000_000, directoryId: 'd1', schemaFingerprint: 'f1' };

const path = useDirectory();

describeStores('cycles and position', (store) => {
  test('a job that never completed a cycle has no position', async () => {
    await store().saveCycle(aCycle(1));
    expect(await store().position()).toBeNull();
  });

  test('a completed cycle leaves its record and the position that it reached', async () => {
    await store().saveCycle(aCycle(1));
    const ended = aCycle(1, { endedAt: '2026-01-01T02:00:00Z' });
    await store().complete(ended, position, () => INITIAL_CONTROL);
    expect(await store().cycles(10)).toEqual([ended]);
    expect(await store().position()).toEqual(position);
    await store().complete(aCycle(2), { ...position, watermark: 7 }, () => INITIAL_CONTROL);
    expect(await store().position()).toEqual({ ...position, watermark: 7 });
  });

  test('cycles are listed from the last one on that began, as many as are wanted, also after the clock was set back', async () => {
    for (const n of [1, 3, 2]) await store().saveCycle(aCycle(n));
    await store().saveCycle(aCycle(3, { endedAt: '2026-01-01T04:00:00Z' }));
    expect(await store().cycles(2)).toEqual([aCycle(2), aCycle(3, { endedAt: '2026-01-01T04:00:00Z' })]);
  });

  test('what is older than an instant is forgotten: cycles by their start, log entries by their time', async () => {
    for (const n of [1, 2, 3]) await store().saveCycle(aCycle(n));
    const entries = [1, 2, 3].map((n) => anEntry({ id: `e${n}`, minute: n * 60 }));
    await store().apply(entries.flatMap((log) => aRecording({ log })));
    await store().forgetBefore('2026-01-01T02:00:00Z');
    expect(await store().cycles(10)).toEqual([aCycle(3), aCycle(2)]);
    expect((await allOf(store().logEntries({ limit: 10 }))).flat().map(({ id }) => id)).toEqual(['e3', 'e2']);
  });

  test('applies changes in the order of the calls, although none is awaited', async () => {
    const rounds = Array.from({ length: 20 }, (_, n) => n);
    const isOdd = (n: number): boolean => n % 2 === 1;
    // In another order, one of these would come to something else.
    const counted = (count: number, n: number): number => (isOdd(n) ? count * 2 : count + n);
    const begun = rounds.flatMap((n) => [
      store().apply(aRecording({ link: aLink(1, { targetId: targetId(`t-${n}`) }) })),
      store().apply(isOdd(n) ? membersOf(2, [n], [n - 1]) : membersOf(2, [n])),
      store().updateControl((control) => ({ ...control, successCount: counted(control.successCount, n) })),
      store().saveCycle(aCycle(1, { sourceCount: n })),
      store().complete(aCycle(2), { ...position, watermark: n }, (control) => ({
        ...control,
        isPaused: isOdd(n),
      })),
    ]);
    await Promise.all(begun);
    expect((await store().links([idOf(1)])).get(idOf(1))?.targetId).toBe('t-19');
    expect((await allOf(store().memberships(idOf(2), 99))).flat()).toEqual(rounds.filter(isOdd).map(idOf));
    const successCount = rounds.reduce(counted, 0);
    expect(await store().control()).toEqual({ ...INITIAL_CONTROL, successCount, isPaused: true });
    expect(await store().cycles(9)).toEqual([aCycle(2), aCycle(1, { sourceCount: 19 })]);
    expect(await store().position()).toEqual({ ...position, watermark: 19 });
  });

  test('reads what was written by the calls before, although none is awaited', async () => {
    const written = store().apply(aRecording({ link: aLink(1) }));
    const seen = store().links([idOf(1)]);
    const dropped = store().apply(aRecording({ dropLink: idOf(1) }));
    const left = store().links([idOf(1)]);
    await Promise.all([written, dropped]);
    expect([(await seen).size, (await left).size]).toEqual([1, 0]);
  });
});

/** What is left of everything after a restart, in words. */
const remains: Readonly<Record<RestartScope, string>> = {
  None: 'position link state members escrow cycle log',
  Watermark: 'link members escrow cycle log',
  Escrows: 'position link state members cycle log',
  ConnectorDataStore: 'escrow cycle log',
  Full: 'cycle log',
  QuarantineState: 'position link state members escrow cycle log',
  ForceDeletes: 'position link state members escrow cycle log',
};

describeStores('restart', (store) => {
  test.for(Object.entries(remains) as [RestartScope, string][])(
    'a restart with scope %s leaves: %s',
    async ([scope, expected]) => {
      await store().apply(
        [
          aRecording({ link: aLink(1), state: { [attributePath('displayName')]: 'x' }, escrow: anEscrow(1) }),
          membersOf(2, [1]),
          aRecording({ log: anEntry({ id: 'e1' }) }),
        ].flat(),
      );
      await store().complete(aCycle(1), position, () => INITIAL_CONTROL);
      await store().reset([scope]);
      const hasLink = (await store().links([idOf(1)])).size > 0;
      // A state is seen through its link only, so the link is made again before reading.
      await store().apply(aRecording({ link: aLink(1) }));
      const left = {
        position: (await store().position()) !== null,
        link: hasLink,
        state: (await store().targetStates([idOf(1)])).size > 0,
        members: (await allOf(store().memberships(idOf(2), 9))).length > 0,
        escrow: (await store().escrowCount(false)) > 0,
        cycle: (await store().cycles(9)).length > 0,
        log: (await allOf(store().logEntries({ limit: 9 }))).length > 0,
      };
      const words = Object.entries(left).flatMap(([name, isLeft]) => (isLeft ? [name] : []));
      expect(words.join(' ')).toBe(expected);
    },
  );

  test('scopes may be combined', async () => {
    await store().apply(aRecording({ link: aLink(1), escrow: anEscrow(1) }));
    await store().complete(aCycle(1), position, () => INITIAL_CONTROL);
    await store().reset(['QuarantineState', 'Watermark', 'Escrows']);
    expect(await store().position()).toBeNull();
    expect(await store().escrowCount(false)).toBe(0);
    expect((await store().links([idOf(1)])).size).toBe(1);
  });
});

test('what an older entrain did not count in a cycle is zero', async () => {
  const { untaken: _, unverified: __, ...counts } = { ...NO_COUNTS, update: 2 };
  const store = openJobStore(path('job.db'));
  await store.saveCycle(aCycle(1, { counts: counts as CycleCounts }));
  expect((await store.cycles(1))[0]?.counts).toEqual({ ...NO_COUNTS, update: 2 });
  await store.close();
});
