import { describe, expect, it } from 'vitest';
import { ASSIGNMENTS } from '../../../../../src/io/stores/sqlite/directory/assignments.ts';
import { openConnection } from '../../../../../src/io/stores/sqlite/directory/database.ts';
import { DUE_STATEMENTS, ROLE_CHANGED } from '../../../../../src/io/stores/sqlite/directory/due.ts';
import { PAGE_OF_DUE, PAGE_OF_OBJECTS } from '../../../../../src/io/stores/sqlite/directory/read.ts';
import { sourceId } from '../../../../../src/model/identifiers.ts';
import { allOf } from '../../../../support/all-of.ts';
import {
  aDirectory,
  addGroup,
  addUser,
  changedSince,
  labelsSince,
  NOW,
  temporaryFolder,
  VIEW,
  viewOf,
} from './temporary.ts';

const LATER = '2026-04-01T12:00:00.000Z';
const ROLE = {
  id: '11111111-1111-4111-8111-111111111111',
  value: 'admin',
  displayName: 'Administrator',
  isEnabled: true,
  allowedMemberTypes: ['User'],
} as const;

describe('assigned users', () => {
  it('a user is assigned through each group of which he is an immediate member, and not through its parents', async () => {
    const store = aDirectory();
    const [alice, bob] = [await addUser(store, 'alice'), await addUser(store, 'bob')];
    const [sales, parent] = [await addGroup(store, 'Sales'), await addGroup(store, 'Parent')];
    await store.addMembers(sales, [alice], NOW);
    await store.addMembers(parent, [sales, bob], NOW);
    await store.assign(parent, 'leapsome', null, NOW);
    expect((await viewOf(store, alice)).assignments).toEqual([]);
    expect((await viewOf(store, sales)).assignments).toEqual([]);
    expect((await viewOf(store, bob)).assignments).toEqual([
      { throughGroup: { id: parent, displayName: 'Parent', securityEnabled: true }, role: null },
    ]);
  });

  it('several paths are all listed, direct ones first, with the roles they grant', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice');
    const sales = await addGroup(store, 'Sales', { securityEnabled: false });
    await store.addMembers(sales, [alice], NOW);
    await store.putRole('leapsome', ROLE, NOW);
    await store.assign(sales, null, null, NOW);
    await store.assign(alice, 'leapsome', ROLE.id, NOW);
    expect((await viewOf(store, alice)).assignments).toEqual([
      { throughGroup: null, role: ROLE },
      { throughGroup: { id: sales, displayName: 'Sales', securityEnabled: false }, role: null },
    ]);
    expect((await viewOf(store, alice, { job: 'other', now: NOW })).assignments).toHaveLength(1);
  });

  it('a group in the recycle bin assigns no one, and its members are due', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice');
    const sales = await addGroup(store, 'Sales');
    await store.addMembers(sales, [alice], NOW);
    await store.assign(sales, 'leapsome', null, NOW);
    const before = await store.watermark();
    await store.delete(sales, NOW);
    expect(await labelsSince(store, 'User', before)).toEqual(['alice@contoso.com']);
    expect((await viewOf(store, alice)).assignments).toEqual([]);
    await store.restore(sales, NOW);
    expect((await viewOf(store, alice)).assignments).toHaveLength(1);
  });
});

describe('what changed', () => {
  it('among 20,000 users, 100 changes make 100 objects due, and no table of objects is scanned', async () => {
    const file = `${temporaryFolder()}/many.db`;
    const many = aDirectory(file);
    const db = openConnection(file, { readonly: false, cacheKiB: 8192 });
    db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      INSERT INTO object (row, id, type, label, security_enabled) SELECT i, 'u' || i, 'User', 'u' || i, 0 FROM n`);
    db.exec(`INSERT INTO document SELECT row, '{"accountEnabled":true}' FROM object`);
    const before = await many.watermark();
    for (let i = 1; i <= 100; i += 1) {
      await many.change(sourceId(`u${i * 200}`), { attributes: { department: 'Sales' } }, NOW);
    }
    expect(await changedSince(many, 'User', before, VIEW, 30)).toHaveLength(100);
    const statements = [...Object.values(DUE_STATEMENTS), ROLE_CHANGED, PAGE_OF_DUE, ASSIGNMENTS];
    const plans = statements.flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(ANY_VALUES));
    db.close();
    const scans = plans
      .map((row) => (row as { detail: string }).detail)
      .filter((step) => step.startsWith('SCAN'));
    expect(scans.filter((step) => !/^SCAN (p VIRTUAL TABLE|g$|\(subquery)/.test(step))).toEqual([]);
  });

  it('a page of all objects is read by key, from where the last one ended', () => {
    const file = `${temporaryFolder()}/directory.db`;
    aDirectory(file);
    const db = openConnection(file, { readonly: true, cacheKiB: 8192 });
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${PAGE_OF_OBJECTS}`).all(ANY_VALUES) as { detail: string }[];
    db.close();
    expect(plan[0]?.detail).toMatch(
      /SEARCH o USING (COVERING )?INDEX object_of_type \(type=\? AND rowid>\?\)/,
    );
    expect(plan.some((step) => step.detail.includes('B-TREE'))).toBe(false);
  });

  it('an object whose 30 days in the recycle bin are over is due, and gone, though nothing was written', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice');
    await store.delete(alice, NOW);
    const before = await store.watermark();
    expect(await labelsSince(store, 'User', before)).toEqual([]);
    expect((await viewOf(store, alice)).presence).toBe('softDeleted');
    const later = { job: 'leapsome', now: LATER };
    expect(await labelsSince(store, 'User', before, later)).toEqual(['alice@contoso.com']);
    expect((await viewOf(store, alice, later)).presence).toBe('hardDeleted');
  });

  it('a changed role makes every assigned user due, also through a group', async () => {
    const store = aDirectory();
    const [alice, bob] = [await addUser(store, 'alice'), await addUser(store, 'bob')];
    await addUser(store, 'carol');
    const sales = await addGroup(store, 'Sales');
    await store.addMembers(sales, [bob], NOW);
    await store.assign(sales, 'leapsome', null, NOW);
    await store.assign(alice, 'leapsome', null, NOW);
    const before = await store.watermark();
    await store.putRole('leapsome', ROLE, NOW);
    expect(await labelsSince(store, 'User', before)).toEqual(['alice@contoso.com', 'bob@contoso.com']);
    expect(await labelsSince(store, 'User', before, { job: 'other', now: NOW })).toEqual([]);
  });

  it('the paths of a page whose users are members of very many assigned groups are all there, in the order of their groups', async () => {
    const store = aDirectory();
    const users = await Promise.all(Array.from({ length: 105 }, (_, n) => addUser(store, `user${n}`)));
    const unordered = await Promise.all(Array.from({ length: 100 }, (_, n) => addGroup(store, `Group ${n}`)));
    const groups = unordered.sort();
    for (const group of groups) {
      await store.addMembers(group, users, NOW);
      await store.assign(group, 'leapsome', null, NOW);
    }
    for (const user of await store.find(users, VIEW))
      expect(user.assignments.map(({ throughGroup }) => throughGroup?.id)).toEqual(groups);
  });

  it('changes after `until` are not among them', async () => {
    const store = aDirectory();
    await addUser(store, 'alice');
    const until = await store.watermark();
    await addUser(store, 'bob');
    const objects = (await allOf(store.changedObjects('User', 0, until, VIEW, 10))).flat();
    expect(objects.map((object) => object.label)).toEqual(['alice@contoso.com']);
  });

  it('pages may be written to while they are read', async () => {
    const store = aDirectory();
    for (let i = 0; i < 7; i += 1) await addUser(store, `user${i}`);
    const read: string[] = [];
    for await (const page of store.objects('User', VIEW, 2)) {
      for (const user of page) {
        read.push(user.label);
        await store.change(user.id, { attributes: { city: 'Berlin' } }, NOW);
      }
    }
    expect(read).toHaveLength(7);
  });
});

describe('members', () => {
  it('may be read while other pages are being read', async () => {
    const store = aDirectory();
    const [alice, bob] = [await addUser(store, 'alice'), await addUser(store, 'bob')];
    for (const name of ['A', 'B', 'C'])
      await store.addMembers(await addGroup(store, name), [alice, bob], NOW);
    const counts: number[] = [];
    for await (const page of store.changedObjects('Group', 0, await store.watermark(), VIEW, 1)) {
      for (const group of page) counts.push((await allOf(store.members(group.id, 1))).flat().length);
    }
    expect(counts).toEqual([2, 2, 2]);
  });

  it('are read in pages, ordered by id, those in the recycle bin included and those gone left out', async () => {
    const store = aDirectory();
    const ids = await Promise.all(
      ['e', 'b', 'd', 'a', 'c'].map(
        async (id) =>
          await store.put({ type: 'User', id, attributes: { userPrincipalName: `${id}@contoso.com` } }, NOW),
      ),
    );
    const sales = await addGroup(store, 'Sales');
    await store.addMembers(sales, ids, NOW);
    await store.delete(sourceId('b'), NOW);
    await store.deletePermanently(sourceId('d'), NOW);
    const pages = (await allOf(store.members(sales, 2))).map((page) => page.map((member) => member.id));
    expect(pages).toEqual([
      ['a', 'b'],
      ['c', 'e'],
    ]);
  });

  it('that came and went are listed once each, with whether they are members now', async () => {
    const store = aDirectory();
    const [a, b, c] = (await Promise.all(
      ['a', 'b', 'c'].map((id) => store.put({ type: 'User', id, attributes: {} }, NOW)),
    )) as [ReturnType<typeof sourceId>, ReturnType<typeof sourceId>, ReturnType<typeof sourceId>];
    const sales = await addGroup(store, 'Sales');
    await store.addMembers(sales, [a, b], NOW);
    const before = await store.watermark();
    await store.removeMembers(sales, [a], NOW);
    await store.addMembers(sales, [c], NOW);
    await store.removeMembers(sales, [c], NOW);
    await store.addMembers(sales, [c], NOW);
    const changes = await allOf(store.changedMembers(sales, before, await store.watermark(), 1));
    expect(changes).toEqual([
      [{ member: a, memberType: 'User', isMember: false }],
      [{ member: c, memberType: 'User', isMember: true }],
    ]);
  });

  it('of a group whose member is deleted for good lose him, and the group is due', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice');
    const sales = await addGroup(store, 'Sales');
    await store.addMembers(sales, [alice], NOW);
    const before = await store.watermark();
    await store.deletePermanently(alice, NOW);
    expect(await labelsSince(store, 'Group', before)).toEqual(['Sales']);
    expect((await allOf(store.changedMembers(sales, before, await store.watermark(), 10))).flat()).toEqual([
      { member: alice, memberType: 'User', isMember: false },
    ]);
    expect(await viewOf(store, alice)).toMatchObject({
      presence: 'hardDeleted',
      label: 'alice@contoso.com',
      assignments: [],
    });
  });
});

const ANY_VALUES = {
  reader: 1,
  since: 0,
  until: 1,
  job: 'leapsome',
  expired: 0,
  type: 'User',
  after: 0,
  limit: 10,
  rows: '[1]',
};
