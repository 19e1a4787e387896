import { expect, test } from 'vitest';
import { attributePath, targetId } from '../../../src/model/identifiers.ts';
import { allOf } from '../../support/all-of.ts';
import { describeStores } from './describe-stores.ts';
import { aLink, anEntry, anEscrow, aRecording, idOf, membersOf } from './recordings.ts';

const displayName = attributePath('displayName');
const roles = attributePath('roles');

describeStores('links and cached target states', (store) => {
  test('a link is found by its source id and by its target object', async () => {
    const link = aLink(1, { isManaged: false });
    await store().apply(aRecording({ link }));
    expect(await store().links([idOf(2), idOf(1)])).toEqual(new Map([[idOf(1), link]]));
    expect((await store().linksOfTargets('User', [targetId('t-1')])).get(targetId('t-1'))).toEqual(link);
    expect((await store().linksOfTargets('Group', [targetId('t-1')])).size).toBe(0);
    expect((await store().linksOfTargets('User', [targetId('t-2')])).size).toBe(0);
  });

  test('a link that is recorded again replaces the one before', async () => {
    await store().apply(aRecording({ link: aLink(1) }));
    const link = aLink(1, { targetId: targetId('other'), isManaged: false });
    await store().apply(aRecording({ link }));
    expect((await store().links([idOf(1)])).get(idOf(1))).toEqual(link);
    expect((await store().linksOfTargets('User', [targetId('t-1')])).size).toBe(0);
  });

  test('a target object is linked once: a second link becomes a failure, and the rest of the page is recorded', async () => {
    await store().apply(aRecording({ link: aLink(1) }));
    const link = aLink(2, { targetId: targetId('t-1') });
    await store().apply(
      [
        [{ kind: 'intent', sourceId: idOf(2), createdAs: [] } as const],
        aRecording({ link, state: { [displayName]: 'x' }, log: anEntry({ id: 'e2', object: 2 }) }),
        aRecording({ link: aLink(3), state: { [displayName]: 'y' } }),
      ].flat(),
    );
    expect([...(await store().links([1, 2, 3].map(idOf))).keys()].sort()).toEqual([idOf(1), idOf(3)]);
    expect([...(await store().targetStates([1, 2, 3].map(idOf))).keys()]).toEqual([idOf(3)]);
    expect(await store().escrowsOf([idOf(2)])).toMatchObject([
      { failure: { code: 'DuplicateTargetEntries', message: expect.stringContaining(idOf(1)) } },
    ]);
    expect([...(await store().load([idOf(2)])).pendingIntents.keys()]).toEqual([idOf(2)]);
    const [entry] = (await allOf(store().logEntries({ limit: 9 }))).flat();
    expect(entry?.provisioningStatusInfo.errorInformation?.errorCode).toBe('DuplicateTargetEntries');
  });

  test('a user and a group may have the same id in the target', async () => {
    await store().apply(
      [
        aRecording({ link: aLink(1) }),
        aRecording({ link: aLink(2, { objectType: 'Group', targetId: targetId('t-1') }) }),
      ].flat(),
    );
    expect((await store().links([idOf(1), idOf(2)])).size).toBe(2);
  });

  test('a target object may change hands within one page, once its link is forgotten', async () => {
    await store().apply(aRecording({ link: aLink(1) }));
    const link = aLink(2, { targetId: targetId('t-1') });
    await store().apply([aRecording({ dropLink: idOf(1) }), aRecording({ link })].flat());
    expect((await store().linksOfTargets('User', [targetId('t-1')])).get(targetId('t-1'))).toEqual(link);
  });

  test('a target state is kept as it was recorded, and outlives a recording without one', async () => {
    const state = {
      [displayName]: 'Noor "N" Adil \u{1f4da}',
      [roles]: [{ value: 'a', primary: true }, null],
    };
    await store().apply(aRecording({ link: aLink(1), state }));
    await store().apply(aRecording({ link: aLink(1, { isManaged: false }) }));
    expect(await store().targetStates([idOf(1), idOf(2)])).toEqual(
      new Map([[idOf(1), { id: targetId('t-1'), attributes: state }]]),
    );
  });

  test('a linked object whose state is not known is left out of the states', async () => {
    await store().apply(aRecording({ link: aLink(1) }));
    expect((await store().targetStates([idOf(1)])).size).toBe(0);
  });

  test('a state without its link is a mistake, and nothing of its recordings is kept', async () => {
    const wrong = aRecording({ state: { [displayName]: 'x' } });
    await expect(store().apply(wrong)).rejects.toThrow('only with its link');
    expect((await store().links([idOf(1)])).size).toBe(0);
  });

  test('dropping a link forgets its state, its memberships on both sides and its escrows, and nothing else', async () => {
    await store().apply(
      [
        aRecording({ link: aLink(1, { objectType: 'Group' }), state: { [displayName]: 'g' } }),
        aRecording({ link: aLink(2), escrow: anEscrow(2) }),
        aRecording({ escrow: anEscrow(1, { objectType: 'Group' }) }),
        aRecording({ escrow: anEscrow(1, { objectType: 'Group', isReference: true }) }),
        membersOf(1, [2, 3]),
        membersOf(4, [1, 2]),
      ].flat(),
    );
    await store().apply(aRecording({ dropLink: idOf(1) }));
    expect([...(await store().links([idOf(1), idOf(2)])).keys()]).toEqual([idOf(2)]);
    expect(
      await store().membersAmong(
        new Map([
          [idOf(1), [idOf(2), idOf(3)]],
          [idOf(4), [idOf(1), idOf(2)]],
        ]),
      ),
    ).toEqual(new Map([[idOf(4), new Set([idOf(2)])]]));
    expect(await store().escrowsOf([idOf(1), idOf(2)])).toEqual([anEscrow(2)]);
    await store().apply(aRecording({ link: aLink(1) }));
    expect((await store().targetStates([idOf(1)])).size).toBe(0);
  });

  test('one recording may drop the stale link of an object and bring its new one', async () => {
    await store().apply(aRecording({ link: aLink(1), state: { [displayName]: 'old' } }));
    const link = aLink(1, { targetId: targetId('new') });
    await store().apply(aRecording({ dropLink: idOf(1), link, escrow: anEscrow(1) }));
    expect((await store().links([idOf(1)])).get(idOf(1))).toEqual(link);
    expect((await store().targetStates([idOf(1)])).size).toBe(0);
    expect(await store().escrowsOf([idOf(1)])).toEqual([anEscrow(1)]);
  });

  test('links are counted by type of object', async () => {
    expect(await store().linkCounts()).toEqual({ User: 0, Group: 0 });
    await store().apply(
      [
        aRecording({ link: aLink(1) }),
        aRecording({ link: aLink(2) }),
        aRecording({ link: aLink(3, { objectType: 'Group' }) }),
        aRecording({ link: aLink(2) }),
      ].flat(),
    );
    expect(await store().linkCounts()).toEqual({ User: 2, Group: 1 });
  });

  test('links that are dropped or forgotten are counted no more', async () => {
    await store().apply([1, 2, 3, 4].flatMap((n) => aRecording({ link: aLink(n) })));
    await store().apply(
      [
        aRecording({ dropLink: idOf(1) }),
        aRecording({ dropLink: idOf(2), link: aLink(2, { targetId: targetId('again') }) }),
      ].flat(),
    );
    expect(await store().linkCounts()).toEqual({ User: 3, Group: 0 });
    await store().reset(['ConnectorDataStore']);
    expect(await store().linkCounts()).toEqual({ User: 0, Group: 0 });
    await store().apply(aRecording({ link: aLink(5) }));
    expect(await store().linkCounts()).toEqual({ User: 1, Group: 0 });
  });
});
