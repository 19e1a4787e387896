import { expect, test } from 'vitest';
import type { FailureCode } from '../../../src/model/failure.ts';
import type { Escrow } from '../../../src/model/state.ts';
import { allOf } from '../../support/all-of.ts';
import { describeStores } from './describe-stores.ts';
import { anEscrow, aRecording, idOf } from './recordings.ts';

describeStores('escrows', (store) => {
  test('escrows of a type are listed in the order of their source ids, in pages', async () => {
    await store().apply([3, 1, 2].flatMap((n) => aRecording({ escrow: anEscrow(n) })));
    await store().apply(
      [
        aRecording({ escrow: anEscrow(2, { isReference: true }) }),
        aRecording({ escrow: anEscrow(9, { objectType: 'Group' }) }),
      ].flat(),
    );
    expect(await allOf(store().escrows('User', 2))).toEqual([
      [anEscrow(1), anEscrow(2)],
      [anEscrow(2, { isReference: true }), anEscrow(3)],
    ]);
    expect(await allOf(store().escrows('Group', 2))).toEqual([[anEscrow(9, { objectType: 'Group' })]]);
  });

  test('a failure that is recorded again replaces the one before', async () => {
    await store().apply(aRecording({ escrow: anEscrow(1) }));
    const again = anEscrow(1, { attemptCount: 3 });
    await store().apply(aRecording({ escrow: again }));
    expect(await store().escrowsOf([idOf(1)])).toEqual([again]);
  });

  test('clearing the escrow of an object leaves that of its reference, and the other way round', async () => {
    const reference = anEscrow(1, { isReference: true });
    await store().apply([aRecording({ escrow: anEscrow(1) }), aRecording({ escrow: reference })].flat());
    await store().apply(aRecording({ clearEscrow: { sourceId: idOf(1), isReference: false } }));
    expect(await store().escrowsOf([idOf(1), idOf(2)])).toEqual([reference]);
    await store().apply(aRecording({ clearEscrow: { sourceId: idOf(1), isReference: true } }));
    expect(await store().escrowsOf([idOf(1)])).toEqual([]);
  });

  test('a recording that clears an escrow and brings one keeps the new one', async () => {
    await store().apply(aRecording({ escrow: anEscrow(1) }));
    const again = anEscrow(1, { attemptCount: 9 });
    await store().apply(
      aRecording({ clearEscrow: { sourceId: idOf(1), isReference: false }, escrow: again }),
    );
    expect(await store().escrowsOf([idOf(1)])).toEqual([again]);
  });

  test('escrows may be cleared while a page of them is being retried', async () => {
    await store().apply([1, 2, 3].flatMap((n) => aRecording({ escrow: anEscrow(n) })));
    const seen: string[] = [];
    for await (const page of store().escrows('User', 1)) {
      for (const { sourceId } of page) {
        seen.push(sourceId);
        await store().apply(aRecording({ clearEscrow: { sourceId, isReference: false } }));
      }
    }
    expect(seen).toEqual([idOf(1), idOf(2), idOf(3)]);
    expect(await store().escrowCount(false)).toBe(0);
  });

  test('escrows expire by their first failure, except where something in them waits for another object', async () => {
    const old = '2026-01-01T00:00:00.000Z';
    const withCode = (n: number, code: FailureCode, over: Partial<Escrow> = {}) =>
      anEscrow(n, { failure: { code, message: '', status: null }, firstFailedAt: old, ...over });
    const attempt = { cycleId: 'c', lastFailedAt: old, attemptCount: 1, failed: ['key'] };
    const escrows = [
      withCode(1, 'Conflict'),
      withCode(2, 'EntryConflict'),
      withCode(3, 'Conflict', { attempts: [{ ...attempt, code: 'EntryConflict' }] }),
      withCode(4, 'Conflict', { attempts: [{ ...attempt, code: 'Conflict' }] }),
      withCode(5, 'Conflict', { firstFailedAt: '2026-03-01T00:00:00.000Z' }),
    ];
    await store().apply(escrows.flatMap((escrow) => aRecording({ escrow })));
    await store().expireEscrows('2026-02-01T00:00:00.000Z', ['EntryConflict']);
    expect((await store().escrowsOf([1, 2, 3, 4, 5].map(idOf))).map(({ sourceId }) => sourceId)).toEqual(
      [2, 3, 5].map(idOf),
    );
  });

  test('escrows of objects and of references are counted apart', async () => {
    await store().apply(
      [
        aRecording({ escrow: anEscrow(1) }),
        aRecording({ escrow: anEscrow(2, { objectType: 'Group' }) }),
        aRecording({ escrow: anEscrow(1, { isReference: true }) }),
      ].flat(),
    );
    expect(await store().escrowCount(false)).toBe(2);
    expect(await store().escrowCount(true)).toBe(1);
  });
});
