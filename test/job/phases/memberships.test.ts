import { describe, expect, test } from 'vitest';
import { newCounter } from '../../../src/job/cycle/counts.ts';
import { planMemberships } from '../../../src/job/phases/memberships.ts';
import { noPendingLinks, pendingLinksByNotes } from '../../../src/job/phases/referenced.ts';
import { warnOfMembers } from '../../../src/job/warnings/references.ts';
import { DEFAULT_DIALECT } from '../../../src/model/dialect.ts';
import type { MembershipDelta } from '../../../src/model/directory.ts';
import { sourceId } from '../../../src/model/identifiers.ts';
import type { Link } from '../../../src/model/pipeline.ts';
import { allOf } from '../../support/all-of.ts';
import { aGroup, aJob, aLink, aUser, groupMapping, idOf } from '../../support/builders.ts';
import type { FakeDirectoryContents } from '../../support/fake-directory.ts';
import { aPlanning, type FakePlanning, INCREMENTAL, INITIAL } from '../../support/planning-context.ts';

interface Given extends FakeDirectoryContents {
  readonly groups?: Readonly<Record<string, Partial<Link>>>;
  readonly linkedUsers?: readonly string[];
  /** Group → members as last written. */
  readonly written?: Readonly<Record<string, readonly string[]>>;
}

const given = ({
  groups = { g1: {} },
  linkedUsers = [],
  written = {},
  ...directory
}: Given): FakePlanning => {
  const context = aPlanning(directory);
  const { held } = context.state;
  for (const [id, link] of Object.entries(groups)) held.links.set(idOf(id), aLink(aGroup({}, { id }), link));
  for (const id of linkedUsers) held.links.set(idOf(id), aLink(aUser({}, { id })));
  for (const [group, members] of Object.entries(written))
    held.memberships.set(idOf(group), new Set(members.map(idOf)));
  context.notes.memberships.append(Object.keys(groups).map((id) => ({ id: idOf(id), label: `Group ${id}` })));
  return context;
};

const plan = async (context: FakePlanning, start = INCREMENTAL, pendingLinks = noPendingLinks) => {
  const counter = newCounter();
  const pages = await allOf(planMemberships(context, start, pendingLinks, counter));
  return {
    pages: pages.map(({ items, settledGroups }) => [
      ...items.map((item) => {
        if (item.kind === 'failure') return `${item.source.id} fails`;
        if (item.kind !== 'membership') return item.kind;
        const { source, added, removed, isLast } = item;
        const moves = [...added.map((id) => `+${id}`), ...removed.map((id) => `-${id}`)];
        return `${source.id} ${moves.length > 6 ? `${moves.length} moves` : moves.join(' ')}${isLast ? ' last' : ''}`;
      }),
      ...(settledGroups ?? []).map((id) => `${id} settled`),
    ]),
    failures: pages.flatMap(({ items }) =>
      items.flatMap((item) => (item.kind === 'failure' ? [item.failure.message] : [])),
    ),
    looked: counter.counts().importedReferences,
  };
};

/** Members of a part: as many whole requests as reach 250. */
const PART = 3 * DEFAULT_DIALECT.membersPerPatch;

const WRITTEN_IN_FULL: Given = { groups: { g1: { hasMemberships: true } } };
const moved = (member: string, isMember: boolean): MembershipDelta => ({
  member: idOf(member),
  memberType: 'User',
  isMember,
});

describe('a group that is compared as a whole', () => {
  const contents: Given = {
    members: { g1: ['a', 'b', 'c'].map(idOf) },
    written: { g1: ['b', 'x'] },
    linkedUsers: ['a', 'b', 'c', 'x'],
  };

  test('is one whose memberships were never written in full', async () => {
    expect((await plan(given(contents))).pages).toEqual([['g1 +a +c -x last']]);
  });

  test('is every group in an initial cycle', async () => {
    expect((await plan(given({ ...contents, ...WRITTEN_IN_FULL }), INITIAL)).pages).toEqual([
      ['g1 +a +c -x last'],
    ]);
  });

  test('without a difference is complete with that', async () => {
    expect((await plan(given({ ...contents, written: { g1: ['a', 'b', 'c'] } }))).pages).toEqual([
      ['g1 settled'],
    ]);
  });
});

describe('a group whose memberships were written in full', () => {
  test('is evaluated where they changed, and nowhere else', async () => {
    const context = given({
      ...WRITTEN_IN_FULL,
      members: { g1: ['a', 'late'].map(idOf) },
      changedMembers: { g1: [moved('a', true), moved('x', false)] },
      written: { g1: ['x'] },
      linkedUsers: ['a', 'x', 'late'],
    });
    expect(await plan(context)).toMatchObject({ pages: [['g1 +a -x last']], looked: 2 });
  });

  test('is left alone for what was written already, or never was', async () => {
    const context = given({
      ...WRITTEN_IN_FULL,
      changedMembers: { g1: [moved('a', true), moved('x', false)] },
      written: { g1: ['a'] },
      linkedUsers: ['a', 'x'],
    });
    expect(await plan(context)).toMatchObject({ pages: [], looked: 0 });
  });
});

describe('a member', () => {
  test('not provisioned is neither added nor waited for, and is warned of', async () => {
    const members = { g1: ['a', 'stranger'].map(idOf), g2: ['a', 'stranger', 'other'].map(idOf) };
    const context = given({ groups: { g1: {}, g2: {} }, members, linkedUsers: ['a'] });
    expect((await plan(context)).pages).toEqual([['g1 +a last', 'g2 +a last']]);
    expect(warnOfMembers(context)).toEqual([
      expect.stringMatching(
        /^3 memberships of 2 groups are left out, .*: of Group g2 \(2\), Group g1 \(1\);/,
      ),
    ]);
  });

  test('left out leaves no gap: parts of a large group stay full', async () => {
    const members = Array.from({ length: 10 * PART }, (_, at) => `m${String(at).padStart(6, '0')}`);
    const linkedUsers = members.filter((_, at) => at % 8 === 0);
    const context = given({ members: { g1: members.map(idOf) }, linkedUsers });
    const rest = linkedUsers.length - PART;
    expect((await plan(context)).pages).toEqual([[`g1 ${PART} moves`], [`g1 ${rest} moves last`]]);
    expect(warnOfMembers(context)[0]).toContain(`of Group g1 (${members.length - linkedUsers.length});`);
  });

  test('that is provisioned, fails for now, or leaves the group is not warned of', async () => {
    const context = given({
      members: { g1: ['a', 'failing'].map(idOf) },
      linkedUsers: ['a'],
      written: { g1: ['gone'] },
    });
    context.notes.failing.add(sourceId('failing'));
    await plan(context);
    expect(warnOfMembers(context)).toEqual([]);
  });

  test('not provisioned is not warned of again in a cycle in which the group did not change', async () => {
    const context = given({ ...WRITTEN_IN_FULL, members: { g1: ['stranger'].map(idOf) } });
    await plan(context);
    expect(warnOfMembers(context)).toEqual([]);
    await plan(context, INITIAL);
    expect(warnOfMembers(context)).toHaveLength(1);
  });

  test('that is a group is added where that group is provisioned, and its own members are not', async () => {
    const context = given({
      groups: { g1: {}, g2: {} },
      members: { g1: [idOf('g2')], g2: [idOf('a')] },
      linkedUsers: ['a'],
    });
    expect((await plan(context)).pages).toEqual([['g1 +g2 last', 'g2 +a last']]);
  });

  test('that left scope earlier can still be removed', async () => {
    const context = given({ members: { g1: [] }, written: { g1: ['x'] } });
    context.state.held.links.set(idOf('x'), aLink(aUser({}, { id: 'x' }), { isManaged: false }));
    expect((await plan(context)).pages).toEqual([['g1 -x last']]);
  });

  test('that left scope earlier and is still a member stays where written, and is not added again', async () => {
    const context = given({ members: { g1: ['x', 'y'].map(idOf) }, written: { g1: ['x'] } });
    for (const id of ['x', 'y'])
      context.state.held.links.set(idOf(id), aLink(aUser({}, { id }), { isManaged: false }));
    expect((await plan(context)).pages).toEqual([['g1 settled']]);
  });

  test('deleted in this cycle leaves the group with the deletion', async () => {
    const context = given({ members: { g1: [] }, written: { g1: ['x'] }, linkedUsers: ['x'] });
    context.notes.deleting.add(sourceId('x'));
    expect((await plan(context)).pages).toEqual([['g1 settled']]);
  });

  test('that failed is waited for, by name, and the others are written', async () => {
    const context = given({ members: { g1: ['a', 'b', 'c', 'd', 'e'].map(idOf) }, linkedUsers: ['a'] });
    for (const id of ['b', 'c', 'd', 'e']) context.notes.failing.add(sourceId(id));
    expect(await plan(context)).toMatchObject({
      pages: [['g1 +a'], ['g1 fails']],
      failures: [
        'members of group "Group g1" could not be provisioned, among them b, c, d; their memberships are tried again once they succeed',
      ],
    });
  });

  test('that will be created is part of a plan', async () => {
    const context = given({ members: { g1: [idOf('a')] } });
    context.notes.joining.claim(sourceId('a'), '');
    expect((await plan(context, INITIAL, pendingLinksByNotes(context))).pages).toEqual([['g1 +a last']]);
  });
});

describe('pages', () => {
  test('hold no two parts of one group, and only the last part is the last', async () => {
    const many = Array.from({ length: 2 * PART + 10 }, (_, n) => `m${String(n).padStart(5, '0')}`);
    const context = given({
      groups: { g0: {}, g1: {}, g2: {} },
      members: { g0: [idOf('a')], g1: many.map(idOf), g2: [idOf('a')] },
      linkedUsers: [...many, 'a'],
    });
    expect((await plan(context)).pages).toEqual([
      ['g0 +a last', `g1 ${PART} moves`],
      [`g1 ${PART} moves`],
      ['g1 10 moves last', 'g2 +a last'],
    ]);
  });

  test('carry as many members as the target takes in one request, where that is more', async () => {
    const many = Array.from({ length: 620 }, (_, n) => `m${String(n).padStart(5, '0')}`);
    const context = given({ members: { g1: many.map(idOf) }, linkedUsers: many });
    const job = aJob({ dialect: { membersPerPatch: 600 } });
    expect((await plan({ ...context, job })).pages).toEqual([['g1 600 moves'], ['g1 20 moves last']]);
  });

  test('of a group of which only the first part needs anything are complete with it', async () => {
    const many = Array.from({ length: PART + 10 }, (_, n) => `m${String(n).padStart(5, '0')}`);
    const context = given({ members: { g1: many.map(idOf) }, linkedUsers: many.slice(0, PART) });
    expect((await plan(context)).pages).toEqual([[`g1 ${PART} moves last`]]);
  });

  test('do not grow with the number of groups', async () => {
    const ids = Array.from({ length: 120 }, (_, n) => `g${n}`);
    const context = given({ groups: Object.fromEntries(ids.map((id) => [id, {}])) });
    expect((await plan(context)).pages.map((page) => page.length)).toEqual([50, 50, 20]);
  });
});

describe('no memberships are planned', () => {
  test('of a group that could not be created', async () => {
    const context = given({ members: { g1: [idOf('a')] }, linkedUsers: ['a'] });
    context.state.held.links.delete(idOf('g1'));
    expect((await plan(context)).pages).toEqual([]);
  });

  test('where members are not mapped', async () => {
    const context = aPlanning({}, { group: groupMapping({ attributeMappings: [] }) });
    context.notes.memberships.append([{ id: idOf('g1'), label: 'Group g1' }]);
    expect((await plan(context)).pages).toEqual([]);
  });
});
