import { expect, test } from 'vitest';
import { attributePath, targetId } from '../../../../../src/model/identifiers.ts';
import { describeBothStores } from './both-stores.ts';
import { aLink, anEntry, anEscrow, aRecording, idOf, membersOf } from './recordings.ts';

const displayName = attributePath('displayName');
const roles = attributePath('roles');

describeBothStores('links and cached target states', (store) => {
  test('a link is found by its source id and by its target object', () => {
    const link = aLink(1, { isManaged: false });
    store().apply(aRecording({ link }));
    expect(store().links([idOf(2), idOf(1)])).toEqual(new Map([[idOf(1), link]]));
    expect(
      store()
        .linksOfTargets('User', [targetId('t-1')])
        .get(targetId('t-1')),
    ).toEqual(link);
    expect(store().linksOfTargets('Group', [targetId('t-1')]).size).toBe(0);
    expect(store().linksOfTargets('User', [targetId('t-2')]).size).toBe(0);
  });

  test('a link that is recorded again replaces the one before', () => {
    store().apply(aRecording({ link: aLink(1) }));
    const link = aLink(1, { targetId: targetId('other'), isManaged: false });
    store().apply(aRecording({ link }));
    expect(
      store()
        .links([idOf(1)])
        .get(idOf(1)),
    ).toEqual(link);
    expect(store().linksOfTargets('User', [targetId('t-1')]).size).toBe(0);
  });

  test('a target object is linked once: a second link becomes a failure, and the rest of the page is recorded', () => {
    store().apply(aRecording({ link: aLink(1) }));
    const link = aLink(2, { targetId: targetId('t-1') });
    store().apply(
      [
        [{ kind: 'intent', sourceId: idOf(2), createdAs: [] } as const],
        aRecording({ link, state: { [displayName]: 'x' }, log: anEntry({ id: 'e2', object: 2 }) }),
        aRecording({ link: aLink(3), state: { [displayName]: 'y' } }),
      ].flat(),
    );
    expect([...store().links([1, 2, 3].map(idOf)).keys()].sort()).toEqual([idOf(1), idOf(3)]);
    expect([...store().targetStates([1, 2, 3].map(idOf)).keys()]).toEqual([idOf(3)]);
    expect(store().escrowsOf([idOf(2)])).toMatchObject([
      { failure: { code: 'DuplicateTargetEntries', message: expect.stringContaining(idOf(1)) } },
    ]);
    expect([
      ...store()
        .pendingIntents([idOf(2)])
        .keys(),
    ]).toEqual([idOf(2)]);
    const [entry] = [...store().logEntries({ limit: 9 })].flat();
    expect(entry?.provisioningStatusInfo.errorInformation?.errorCode).toBe('DuplicateTargetEntries');
  });

  test('a user and a group may have the same id in the target', () => {
    store().apply(
      [
        aRecording({ link: aLink(1) }),
        aRecording({ link: aLink(2, { objectType: 'Group', targetId: targetId('t-1') }) }),
      ].flat(),
    );
    expect(store().links([idOf(1), idOf(2)]).size).toBe(2);
  });

  test('a target object may change hands within one page, once its link is forgotten', () => {
    store().apply(aRecording({ link: aLink(1) }));
    const link = aLink(2, { targetId: targetId('t-1') });
    store().apply([aRecording({ dropLink: idOf(1) }), aRecording({ link })].flat());
    expect(
      store()
        .linksOfTargets('User', [targetId('t-1')])
        .get(targetId('t-1')),
    ).toEqual(link);
  });

  test('a target state is kept as it was recorded, and outlives a recording without one', () => {
    const state = {
      [displayName]: 'Noor "N" Adil \u{1f4da}',
      [roles]: [{ value: 'a', primary: true }, null],
    };
    store().apply(aRecording({ link: aLink(1), state }));
    store().apply(aRecording({ link: aLink(1, { isManaged: false }) }));
    expect(store().targetStates([idOf(1), idOf(2)])).toEqual(
      new Map([[idOf(1), { id: targetId('t-1'), attributes: state }]]),
    );
  });

  test('a linked object whose state is not known is left out of the states', () => {
    store().apply(aRecording({ link: aLink(1) }));
    expect(store().targetStates([idOf(1)]).size).toBe(0);
  });

  test('a state without its link is a mistake, and nothing of its recordings is kept', () => {
    const wrong = aRecording({ state: { [displayName]: 'x' } });
    expect(() => store().apply(wrong)).toThrow('only with its link');
    expect(store().links([idOf(1)]).size).toBe(0);
  });

  test('dropping a link forgets its state, its memberships on both sides and its escrows, and nothing else', () => {
    store().apply(
      [
        aRecording({ link: aLink(1, { objectType: 'Group' }), state: { [displayName]: 'g' } }),
        aRecording({ link: aLink(2), escrow: anEscrow(2) }),
        aRecording({ escrow: anEscrow(1, { objectType: 'Group' }) }),
        aRecording({ escrow: anEscrow(1, { objectType: 'Group', isReference: true }) }),
        membersOf(1, [2, 3]),
        membersOf(4, [1, 2]),
      ].flat(),
    );
    store().apply(aRecording({ dropLink: idOf(1) }));
    expect([
      ...store()
        .links([idOf(1), idOf(2)])
        .keys(),
    ]).toEqual([idOf(2)]);
    expect(store().membersAmong(idOf(1), [idOf(2), idOf(3)])).toEqual(new Set());
    expect(store().membersAmong(idOf(4), [idOf(1), idOf(2)])).toEqual(new Set([idOf(2)]));
    expect(store().escrowsOf([idOf(1), idOf(2)])).toEqual([anEscrow(2)]);
    store().apply(aRecording({ link: aLink(1) }));
    expect(store().targetStates([idOf(1)]).size).toBe(0);
  });

  test('one recording may drop the stale link of an object and bring its new one', () => {
    store().apply(aRecording({ link: aLink(1), state: { [displayName]: 'old' } }));
    const link = aLink(1, { targetId: targetId('new') });
    store().apply(aRecording({ dropLink: idOf(1), link, escrow: anEscrow(1) }));
    expect(
      store()
        .links([idOf(1)])
        .get(idOf(1)),
    ).toEqual(link);
    expect(store().targetStates([idOf(1)]).size).toBe(0);
    expect(store().escrowsOf([idOf(1)])).toEqual([anEscrow(1)]);
  });

  test('links are counted by type of object', () => {
    expect(store().linkCounts()).toEqual({ User: 0, Group: 0 });
    store().apply(
      [
        aRecording({ link: aLink(1) }),
        aRecording({ link: aLink(2) }),
        aRecording({ link: aLink(3, { objectType: 'Group' }) }),
        aRecording({ link: aLink(2) }),
      ].flat(),
    );
    expect(store().linkCounts()).toEqual({ User: 2, Group: 1 });
  });

  test('links that are dropped or forgotten are counted no more', () => {
    store().apply([1, 2, 3, 4].flatMap((n) => aRecording({ link: aLink(n) })));
    store().apply(
      [
        aRecording({ dropLink: idOf(1) }),
        aRecording({ dropLink: idOf(2), link: aLink(2, { targetId: targetId('anew') }) }),
      ].flat(),
    );
    expect(store().linkCounts()).toEqual({ User: 3, Group: 0 });
    store().reset(['ConnectorDataStore']);
    expect(store().linkCounts()).toEqual({ User: 0, Group: 0 });
    store().apply(aRecording({ link: aLink(5) }));
    expect(store().linkCounts()).toEqual({ User: 1, Group: 0 });
  });
});
