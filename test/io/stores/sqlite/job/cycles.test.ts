import { expect, test } from 'vitest';
import { openJobStore } from '../../../../../src/io/stores/sqlite/job/job-store.ts';
import type { RestartScope } from '../../../../../src/model/control.ts';
import { INITIAL_CONTROL } from '../../../../../src/model/control.ts';
import { type CycleCounts, NO_COUNTS } from '../../../../../src/model/cycle.ts';
import { attributePath } from '../../../../../src/model/identifiers.ts';
import type { Position } from '../../../../../src/model/state.ts';
import { describeBothStores, useDirectory } from './both-stores.ts';
import { aCycle, aLink, anEntry, anEscrow, aRecording, idOf, membersOf } from './recordings.ts';

const position: Position = { watermark: 5_000_000_000, directoryId: 'd1', schemaFingerprint: 'f1' };

const path = useDirectory();

describeBothStores('cycles and position', (store) => {
  test('a job that never completed a cycle has no position', () => {
    store().saveCycle(aCycle(1));
    expect(store().position()).toBeNull();
  });

  test('a completed cycle leaves its record and the position that it reached', () => {
    store().saveCycle(aCycle(1));
    const ended = aCycle(1, { endedAt: '2026-01-01T02:00:00Z' });
    store().complete(ended, position, () => INITIAL_CONTROL);
    expect(store().cycles(10)).toEqual([ended]);
    expect(store().position()).toEqual(position);
    store().complete(aCycle(2), { ...position, watermark: 7 }, () => INITIAL_CONTROL);
    expect(store().position()).toEqual({ ...position, watermark: 7 });
  });

  test('cycles are listed from the last one on that began, as many as are wanted, also after the clock was set back', () => {
    for (const n of [1, 3, 2]) store().saveCycle(aCycle(n));
    store().saveCycle(aCycle(3, { endedAt: '2026-01-01T04:00:00Z' }));
    expect(store().cycles(2)).toEqual([aCycle(2), aCycle(3, { endedAt: '2026-01-01T04:00:00Z' })]);
  });

  test('what is older than an instant is forgotten: cycles by their start, log entries by their time', () => {
    for (const n of [1, 2, 3]) store().saveCycle(aCycle(n));
    const entries = [1, 2, 3].map((n) => anEntry({ id: `e${n}`, minute: n * 60 }));
    store().apply(entries.flatMap((log) => aRecording({ log })));
    store().forgetBefore('2026-01-01T02:00:00Z');
    expect(store().cycles(10)).toEqual([aCycle(3), aCycle(2)]);
    expect([...store().logEntries({ limit: 10 })].flat().map(({ id }) => id)).toEqual(['e3', 'e2']);
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

describeBothStores('restart', (store) => {
  test.for(Object.entries(remains) as [RestartScope, string][])(
    'a restart with scope %s leaves: %s',
    ([scope, expected]) => {
      store().apply(
        [
          aRecording({ link: aLink(1), state: { [attributePath('displayName')]: 'x' }, escrow: anEscrow(1) }),
          membersOf(2, [1]),
          aRecording({ log: anEntry({ id: 'e1' }) }),
        ].flat(),
      );
      store().complete(aCycle(1), position, () => INITIAL_CONTROL);
      store().reset([scope]);
      const hasLink = store().links([idOf(1)]).size > 0;
      // A state is seen through its link only, so the link is laid anew before looking.
      store().apply(aRecording({ link: aLink(1) }));
      const left = {
        position: store().position() !== null,
        link: hasLink,
        state: store().targetStates([idOf(1)]).size > 0,
        members: [...store().memberships(idOf(2), 9)].length > 0,
        escrow: store().escrowCount(false) > 0,
        cycle: store().cycles(9).length > 0,
        log: [...store().logEntries({ limit: 9 })].length > 0,
      };
      const words = Object.entries(left).flatMap(([name, isLeft]) => (isLeft ? [name] : []));
      expect(words.join(' ')).toBe(expected);
    },
  );

  test('scopes may be combined', () => {
    store().apply(aRecording({ link: aLink(1), escrow: anEscrow(1) }));
    store().complete(aCycle(1), position, () => INITIAL_CONTROL);
    store().reset(['QuarantineState', 'Watermark', 'Escrows']);
    expect(store().position()).toBeNull();
    expect(store().escrowCount(false)).toBe(0);
    expect(store().links([idOf(1)]).size).toBe(1);
  });
});

test('what an older entrain did not count in a cycle is zero', () => {
  const { untaken: _, unverified: __, ...counts } = { ...NO_COUNTS, update: 2 };
  const store = openJobStore(path('job.db'));
  store.saveCycle(aCycle(1, { counts: counts as CycleCounts }));
  expect(store.cycles(1)[0]?.counts).toEqual({ ...NO_COUNTS, update: 2 });
  store.close();
});
