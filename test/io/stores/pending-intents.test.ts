import { expect, test } from 'vitest';
import { attributePath, type SourceId } from '../../../src/model/identifiers.ts';
import type { StateChange } from '../../../src/model/state.ts';
import { describeStores } from './describe-stores.ts';
import { aLink, aRecording, idOf, membersOf } from './recordings.ts';

const intent = (n: number, isOpen: boolean): readonly StateChange[] =>
  isOpen
    ? [{ kind: 'intent', sourceId: idOf(n), createdAs: [] }]
    : [{ kind: 'intentSettled', sourceId: idOf(n) }];
const memberIntent = (group: number, members: readonly number[], isOpen = true): readonly StateChange[] => [
  { kind: isOpen ? 'memberIntent' : 'memberIntentSettled', group: idOf(group), members: members.map(idOf) },
];

describeStores('objects of which it is not known whether they are in the target', (store) => {
  const open = async (): Promise<readonly SourceId[]> => [
    ...(await store().load([1, 2, 3].map(idOf))).pendingIntents.keys(),
  ];

  test('are those that were opened and not closed', async () => {
    expect(await open()).toEqual([]);
    await store().apply([intent(1, true), intent(2, true), intent(2, true)].flat());
    expect(await open()).toEqual([1, 2].map(idOf));
    await store().apply([intent(2, false), intent(3, false)].flat());
    expect(await open()).toEqual([idOf(1)]);
  });

  test('keep the matching values that their last creation was sent with', async () => {
    const createdAs = (value: string) => [{ attribute: attributePath('userName'), value, caseExact: false }];
    const creation = (value: string): readonly StateChange[] => [
      { kind: 'intent', sourceId: idOf(1), createdAs: createdAs(value) },
    ];
    await store().apply([creation('old@contoso.com'), intent(2, true)].flat());
    await store().apply(creation('new@contoso.com'));
    expect((await store().load([1, 2].map(idOf))).pendingIntents).toEqual(
      new Map([
        [idOf(1), createdAs('new@contoso.com')],
        [idOf(2), []],
      ]),
    );
  });

  test('are closed by a link, and forgotten with the object and with all links', async () => {
    await store().apply([intent(1, true), intent(2, true), intent(3, true)].flat());
    await store().apply([aRecording({ link: aLink(1) }), aRecording({ dropLink: idOf(2) })].flat());
    expect(await open()).toEqual([idOf(3)]);
    await store().reset(['Watermark', 'Escrows']);
    expect(await open()).toEqual([idOf(3)]);
    await store().reset(['ConnectorDataStore']);
    expect(await open()).toEqual([]);
  });
});

describeStores('members with a pending intent', (store) => {
  const pending = async (): Promise<readonly SourceId[]> =>
    (await store().pendingMembers([idOf(100)])).get(idOf(100)) ?? [];

  test('are in the order of their ids, of each group its own', async () => {
    await store().apply(
      [memberIntent(100, [3, 1]), memberIntent(100, [2, 1]), memberIntent(101, [9])].flat(),
    );
    expect(await pending()).toEqual([1, 2, 3].map(idOf));
    expect((await store().pendingMembers([idOf(102)])).get(idOf(102)) ?? []).toEqual([]);
  });

  test('are settled once they were written, or are known not to have been', async () => {
    await store().apply([memberIntent(100, [1, 2, 3, 4]), memberIntent(101, [1])].flat());
    await store().apply(membersOf(100, [1], [2]));
    expect(await pending()).toEqual([3, 4].map(idOf));
    await store().apply(memberIntent(100, [3], false));
    expect(await pending()).toEqual([idOf(4)]);
    expect((await store().pendingMembers([idOf(101)])).get(idOf(101)) ?? []).toEqual([idOf(1)]);
  });

  test('are forgotten with the member, with the group, and with all links', async () => {
    await store().apply([memberIntent(100, [1, 2]), memberIntent(101, [1])].flat());
    await store().apply([aRecording({ dropLink: idOf(1) }), aRecording({ dropLink: idOf(101) })].flat());
    expect([await pending(), (await store().pendingMembers([idOf(101)])).get(idOf(101)) ?? []]).toEqual([
      [idOf(2)],
      [],
    ]);
    await store().reset(['Full']);
    expect(await pending()).toEqual([]);
  });
});
