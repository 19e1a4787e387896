import { expect, test } from 'vitest';
import { attributePath, type SourceId } from '../../../../../src/model/identifiers.ts';
import { describeBothStores } from './both-stores.ts';
import { aLink, aRecording, idOf, membersOf } from './recordings.ts';

const existence = (n: number, isOpen: boolean) => aRecording({ existence: { sourceId: idOf(n), isOpen } });
const doubt = (group: number, members: readonly number[], isOpen = true) =>
  aRecording({ doubt: { group: idOf(group), members: members.map(idOf), isOpen } });

describeBothStores('objects of which it is not known whether they are in the target', (store) => {
  const open = (): readonly SourceId[] => [...store().doubtedObjects([1, 2, 3].map(idOf)).keys()];

  test('are those that were opened and not closed', () => {
    expect(open()).toEqual([]);
    store().record([existence(1, true), existence(2, true), existence(2, true)]);
    expect(open()).toEqual([1, 2].map(idOf));
    store().record([existence(2, false), existence(3, false)]);
    expect(open()).toEqual([idOf(1)]);
  });

  test('keep the matching values that their last creation was sent with', () => {
    const createdAs = (value: string) => [{ attribute: attributePath('userName'), value, caseExact: false }];
    const announce = (value: string) =>
      aRecording({ existence: { sourceId: idOf(1), isOpen: true, createdAs: createdAs(value) } });
    store().record([announce('old@contoso.com'), existence(2, true)]);
    store().record([announce('new@contoso.com')]);
    expect(store().doubtedObjects([1, 2].map(idOf))).toEqual(
      new Map([
        [idOf(1), createdAs('new@contoso.com')],
        [idOf(2), []],
      ]),
    );
  });

  test('are closed by a link, and forgotten with the object and with all links', () => {
    store().record([existence(1, true), existence(2, true), existence(3, true)]);
    store().record([aRecording({ link: aLink(1) }), aRecording({ dropLink: idOf(2) })]);
    expect(open()).toEqual([idOf(3)]);
    store().reset(['Watermark', 'Escrows']);
    expect(open()).toEqual([idOf(3)]);
    store().reset(['ConnectorDataStore']);
    expect(open()).toEqual([]);
  });
});

describeBothStores('members in doubt', (store) => {
  const doubted = (): readonly SourceId[] => store().doubtedMembers(idOf(100));

  test('are in the order of their ids, of each group its own', () => {
    store().record([doubt(100, [3, 1]), doubt(100, [2, 1]), doubt(101, [9])]);
    expect(doubted()).toEqual([1, 2, 3].map(idOf));
    expect(store().doubtedMembers(idOf(102))).toEqual([]);
  });

  test('are in doubt no more once they were written, or are known not to have been', () => {
    store().record([doubt(100, [1, 2, 3, 4]), doubt(101, [1])]);
    store().record([membersOf(100, [1], [2])]);
    expect(doubted()).toEqual([3, 4].map(idOf));
    store().record([doubt(100, [3], false)]);
    expect(doubted()).toEqual([idOf(4)]);
    expect(store().doubtedMembers(idOf(101))).toEqual([idOf(1)]);
  });

  test('are forgotten with the member, with the group, and with all links', () => {
    store().record([doubt(100, [1, 2]), doubt(101, [1])]);
    store().record([aRecording({ dropLink: idOf(1) }), aRecording({ dropLink: idOf(101) })]);
    expect([doubted(), store().doubtedMembers(idOf(101))]).toEqual([[idOf(2)], []]);
    store().reset(['Full']);
    expect(doubted()).toEqual([]);
  });
});
