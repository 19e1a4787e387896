import { expect, test } from 'vitest';
import { describeBothStores } from './both-stores.ts';
import { anEscrow, aRecording, idOf } from './recordings.ts';

describeBothStores('escrows', (store) => {
  test('escrows of a type are listed in the order of their source ids, in pages', () => {
    store().apply([3, 1, 2].flatMap((n) => aRecording({ escrow: anEscrow(n) })));
    store().apply(
      [
        aRecording({ escrow: anEscrow(2, { isReference: true }) }),
        aRecording({ escrow: anEscrow(9, { objectType: 'Group' }) }),
      ].flat(),
    );
    expect([...store().escrows('User', 2)]).toEqual([
      [anEscrow(1), anEscrow(2)],
      [anEscrow(2, { isReference: true }), anEscrow(3)],
    ]);
    expect([...store().escrows('Group', 2)]).toEqual([[anEscrow(9, { objectType: 'Group' })]]);
  });

  test('a failure that is recorded again replaces the one before', () => {
    store().apply(aRecording({ escrow: anEscrow(1) }));
    const again = anEscrow(1, { attemptCount: 3 });
    store().apply(aRecording({ escrow: again }));
    expect(store().escrowsOf([idOf(1)])).toEqual([again]);
  });

  test('clearing the escrow of an object leaves that of its reference, and the other way round', () => {
    const reference = anEscrow(1, { isReference: true });
    store().apply([aRecording({ escrow: anEscrow(1) }), aRecording({ escrow: reference })].flat());
    store().apply(aRecording({ clearEscrow: { sourceId: idOf(1), isReference: false } }));
    expect(store().escrowsOf([idOf(1), idOf(2)])).toEqual([reference]);
    store().apply(aRecording({ clearEscrow: { sourceId: idOf(1), isReference: true } }));
    expect(store().escrowsOf([idOf(1)])).toEqual([]);
  });

  test('a recording that clears an escrow and brings one keeps the new one', () => {
    store().apply(aRecording({ escrow: anEscrow(1) }));
    const again = anEscrow(1, { attemptCount: 9 });
    store().apply(aRecording({ clearEscrow: { sourceId: idOf(1), isReference: false }, escrow: again }));
    expect(store().escrowsOf([idOf(1)])).toEqual([again]);
  });

  test('escrows may be cleared while a page of them is being retried', () => {
    store().apply([1, 2, 3].flatMap((n) => aRecording({ escrow: anEscrow(n) })));
    const seen: string[] = [];
    for (const page of store().escrows('User', 1)) {
      for (const { sourceId } of page) {
        seen.push(sourceId);
        store().apply(aRecording({ clearEscrow: { sourceId, isReference: false } }));
      }
    }
    expect(seen).toEqual([idOf(1), idOf(2), idOf(3)]);
    expect(store().escrowCount(false)).toBe(0);
  });

  test('escrows of objects and of references are counted apart', () => {
    store().apply(
      [
        aRecording({ escrow: anEscrow(1) }),
        aRecording({ escrow: anEscrow(2, { objectType: 'Group' }) }),
        aRecording({ escrow: anEscrow(1, { isReference: true }) }),
      ].flat(),
    );
    expect(store().escrowCount(false)).toBe(2);
    expect(store().escrowCount(true)).toBe(1);
  });
});
