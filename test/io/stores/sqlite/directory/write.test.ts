import { readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openConnection } from '../../../../../src/io/stores/sqlite/directory/database.ts';
import { openDirectory } from '../../../../../src/io/stores/sqlite/directory/directory.ts';
import { sourceId } from '../../../../../src/model/identifiers.ts';
import { allOf } from '../../../../support/all-of.ts';
import {
  aDirectory,
  addGroup,
  addUser,
  labelsSince,
  NOW,
  temporaryFolder,
  VIEW,
  viewOf,
} from './temporary.ts';

const AFTER_30_DAYS = '2026-03-31T12:00:00.000Z';
const BEFORE_30_DAYS = '2026-03-31T11:59:59.999Z';
const ROLE = {
  id: '11111111-1111-4111-8111-111111111111',
  value: 'admin',
  displayName: 'Administrator',
  isEnabled: true,
  allowedMemberTypes: ['User'],
} as const;

describe('a user', () => {
  it('may sign in unless said otherwise, has his id among his attributes, and is called by his userPrincipalName', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice', { department: 'Sales' });
    expect(await viewOf(store, alice)).toMatchObject({
      objectType: 'User',
      label: 'alice@contoso.com',
      attributes: {
        objectId: alice,
        accountEnabled: true,
        department: 'Sales',
        userPrincipalName: 'alice@contoso.com',
      },
      manager: null,
      presence: 'live',
      assignments: [],
    });
  });

  it('keeps a manager that is not in the directory', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice');
    const manager = sourceId('22222222-2222-4222-8222-222222222222');
    expect(await store.change(alice, { manager }, NOW)).toBe(true);
    expect((await viewOf(store, alice)).manager).toBe(manager);
  });

  it('that is changed to what he is leaves no trace in the feed', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice', { otherMails: ['a@x', 'b@x'] });
    const before = await store.watermark();
    expect(await store.change(alice, { attributes: { otherMails: ['a@x', 'b@x'], city: null } }, NOW)).toBe(
      false,
    );
    expect(await store.watermark()).toBe(before);
  });

  it('is found by another case of his userPrincipalName or id', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice');
    expect((await store.named('Alice@Contoso.com')).id).toBe(alice);
    expect((await store.named(alice.toUpperCase())).id).toBe(alice);
  });

  it('attributes named like members of every object are kept and read like others', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice', { constructor: 'x' } as never);
    expect(Object.entries((await viewOf(store, alice)).attributes)).toContainEqual(['constructor', 'x']);
    await expect(store.change(alice, { attributes: JSON.parse('{"__proto__": "x"}') }, NOW)).rejects.toThrow(
      'cannot be the name',
    );
  });
});

describe('the recycle bin', () => {
  it('keeps memberships and assignments, and gives back what it was given', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice');
    const sales = await addGroup(store, 'Sales');
    await store.addMembers(sales, [alice], NOW);
    await store.assign(alice, 'leapsome', null, NOW);
    const before = await viewOf(store, alice);
    await store.delete(alice, NOW);
    const { userPrincipalName } = before.attributes;
    expect(await viewOf(store, alice)).toEqual({
      ...before,
      presence: 'softDeleted',
      attributes: {
        ...before.attributes,
        userPrincipalName: `${alice.replaceAll('-', '')}${userPrincipalName}`,
      },
    });
    expect((await allOf(store.members(sales, 10))).flat()).toHaveLength(1);
    await store.restore(alice, NOW);
    expect(await viewOf(store, alice)).toEqual(before);
  });

  it('is emptied of what has been there for 30 days, and not a moment before', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice');
    await store.delete(alice, NOW);
    expect(await store.purgeExpired(BEFORE_30_DAYS)).toBe(0);
    const before = await store.watermark();
    expect(await store.purgeExpired(AFTER_30_DAYS)).toBe(1);
    expect(await labelsSince(store, 'User', before)).toEqual(['alice@contoso.com']);
    expect(await store.purgeExpired(AFTER_30_DAYS)).toBe(0);
    expect(await store.count('User')).toBe(0);
  });

  it('is emptied of any number', async () => {
    const store = aDirectory();
    for (let i = 0; i < 501; i += 1)
      await store.delete(await store.put({ type: 'User', id: `u${i}`, attributes: {} }, NOW), NOW);
    expect(await store.purgeExpired(AFTER_30_DAYS)).toBe(501);
  });

  it('an object that was deleted for good can come back under its id, with nothing of what it had', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice', { city: 'Berlin' });
    await store.assign(alice, 'leapsome', null, NOW);
    await store.deletePermanently(alice, NOW);
    await expect(store.change(alice, {}, NOW)).rejects.toThrow('was deleted permanently');
    expect(await store.count('User')).toBe(0);
    expect(await addUser(store, 'alice')).toBe(alice);
    expect(await store.count('User')).toBe(1);
    expect(await viewOf(store, alice)).toMatchObject({ presence: 'live', assignments: [] });
    expect((await viewOf(store, alice)).attributes).not.toHaveProperty('city');
  });
});

describe('roles', () => {
  it('that are removed take their assignments along', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice');
    await store.putRole(null, ROLE, NOW);
    await store.assign(alice, 'leapsome', ROLE.id, NOW);
    expect(await store.roles('leapsome')).toEqual([ROLE]);
    await store.removeRole(null, ROLE.id, NOW);
    expect((await viewOf(store, alice)).assignments).toEqual([]);
    expect(await store.allAssignments()).toEqual([]);
  });

  it('of another application cannot be granted', async () => {
    const store = aDirectory();
    const alice = await addUser(store, 'alice');
    await store.putRole('other', ROLE, NOW);
    await expect(store.assign(alice, 'leapsome', ROLE.id, NOW)).rejects.toThrow('has no role with the id');
  });
});

describe('the feed', () => {
  it('can be pruned, and says from where it can still be read', async () => {
    const store = aDirectory();
    await addUser(store, 'alice');
    const watermark = await store.watermark();
    await store.put({ type: 'User', id: 'bob', attributes: {} }, AFTER_30_DAYS);
    expect(await store.oldestWatermark()).toBe(0);
    expect(await store.pruneFeed(AFTER_30_DAYS)).toBe(1);
    expect(await store.oldestWatermark()).toBe(watermark);
    expect(await labelsSince(store, 'User', watermark)).toEqual(['bob']);
  });

  it('continues counting after all of it was pruned', async () => {
    const store = aDirectory();
    await addUser(store, 'alice');
    await store.pruneFeed(AFTER_30_DAYS);
    expect(await store.watermark()).toBe(1);
    expect(await store.oldestWatermark()).toBe(1);
    await addUser(store, 'bob');
    expect(await store.watermark()).toBe(2);
  });
});

describe('a store', () => {
  it('keeps its identity and its changes when it is opened again, also to be read only', async () => {
    const file = `${temporaryFolder()}/directory.db`;
    const first = openDirectory(file);
    await addUser(first, 'alice');
    const id = await first.directoryId();
    await first.close();
    const again = openDirectory(file, { readonly: true });
    expect([await again.directoryId(), await again.watermark()]).toEqual([id, 1]);
    expect((await allOf(again.changedObjects('User', 0, 1, VIEW, 10))).flat()).toHaveLength(1);
    await again.close();
    expect(await aDirectory().directoryId()).not.toBe(id);
  });

  it('that is another database, or no database, is refused with its name', () => {
    const folder = temporaryFolder();
    writeFileSync(
      `${folder}/text.db`,
      'not a database, but long enough to be looked at as if it were one'.repeat(50),
    );
    expect(() => openDirectory(`${folder}/text.db`)).toThrow(
      /this file is no directory store, or one that is damaged/,
    );
    expect(() => openDirectory(`${folder}/none.db`, { readonly: true })).toThrow(
      'there is no directory store here',
    );
    expect(() => openDirectory(`${folder}/none.db`, { mustExist: true })).toThrow(
      'there is no directory store here',
    );
    expect(readdirSync(folder)).toEqual(['text.db']);
    expect(() => openDirectory(`${folder}/no/such/folder.db`)).toThrow(
      /it cannot be opened: the file or its folder is missing/,
    );
    const foreign = openConnection(`${folder}/foreign.db`, { readonly: false, cacheKiB: 1024 });
    foreign.pragma('application_id = 1');
    foreign.close();
    expect(() => openDirectory(`${folder}/foreign.db`)).toThrow('is not a directory store');
  });
});
