import { describe, expect, test } from 'vitest';
import { PAGE_SIZE, sourcePages } from '../../../src/job/phases/source-pages.ts';
import type { Escrow } from '../../../src/model/state.ts';
import { allOf } from '../../support/all-of.ts';
import { aGroup, aUser, idOf } from '../../support/builders.ts';
import { aPlanning, type FakePlanning, INCREMENTAL, INITIAL } from '../../support/planning-context.ts';

const NOW = INCREMENTAL.view.now;
const users = ['a', 'b', 'c', 'd'].map((id) => aUser({}, { id }));
const ids = async (context: FakePlanning, start = INCREMENTAL) =>
  (await allOf(sourcePages('User', context, start))).flat().map(({ id }) => id);

const keepEscrow = (context: FakePlanning, id: string, rest: Partial<Escrow> = {}) =>
  context.state.held.escrows.set(`${id}|${rest.isReference ?? false}`, {
    sourceId: idOf(id),
    objectType: 'User',
    label: id,
    isReference: false,
    failure: { code: 'Timeout', message: '', status: null },
    firstFailedAt: NOW,
    lastFailedAt: NOW,
    attemptCount: 1,
    ...rest,
  });

describe('the objects that a cycle evaluates', () => {
  test('are all of their type in an initial one', async () => {
    const context = aPlanning({ objects: [...users, aGroup()], changed: [idOf('a')] });
    expect(await ids(context, INITIAL)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('are those that changed in an incremental one', async () => {
    expect(await ids(aPlanning({ objects: users, changed: [idOf('c'), idOf('a')] }))).toEqual(['a', 'c']);
  });

  test('are those that failed before as well, first, and each once', async () => {
    const context = aPlanning({ objects: users, changed: [idOf('b'), idOf('c')] });
    keepEscrow(context, 'c');
    keepEscrow(context, 'd');
    expect(await ids(context)).toEqual(['c', 'd', 'b']);
  });

  test('are evaluated once although object and reference failed both', async () => {
    const context = aPlanning({ objects: users });
    keepEscrow(context, 'c');
    keepEscrow(context, 'c', { isReference: true });
    expect(await ids(context)).toEqual(['c']);
  });

  test('are not those of another type, and not those that never existed', async () => {
    const context = aPlanning({ objects: users });
    keepEscrow(context, 'g1', { objectType: 'Group' });
    keepEscrow(context, 'nobody');
    expect(await ids(context)).toEqual([]);
  });

  test('come in pages, each once, also when more failed than a page holds', async () => {
    const many = Array.from({ length: PAGE_SIZE + 20 }, (_, n) =>
      aUser({}, { id: `u${String(n).padStart(4, '0')}` }),
    );
    const context = aPlanning({ objects: many, changed: many.map(({ id }) => id) });
    for (const { id } of many) keepEscrow(context, id);
    const pages = await allOf(sourcePages('User', context, INCREMENTAL));
    expect(pages.every((page) => page.length <= PAGE_SIZE)).toBe(true);
    expect(pages.flat().map(({ id }) => id)).toEqual(many.map(({ id }) => id));
  });

  test('are seen as the service sees them: imported', async () => {
    const [page] = await allOf(sourcePages('User', aPlanning({ objects: users }), INITIAL));
    expect(page?.[0]?.attributes).toMatchObject({
      objectId: 'a',
      originalUserPrincipalName: 'a@contoso.com',
    });
  });
});
