import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importFiles } from '../../../../../src/io/sources/import/import.ts';
import type { Directory } from '../../../../../src/io/stores/directory-store.ts';
import { exportLines } from '../../../../../src/io/stores/sqlite/directory/export.ts';
import { plainReading } from '../../../../../src/model/csv-reading.ts';
import { sourceId } from '../../../../../src/model/identifiers.ts';
import { allOf } from '../../../../support/all-of.ts';
import {
  aDirectory,
  addGroup,
  addUser,
  aFile,
  labelsSince,
  NOW,
  temporaryFolder,
  viewOf,
} from './temporary.ts';

const OLD = sourceId('5b1e0c9a-1111-4222-8333-444455550d2f');
const NEW = sourceId('99990000-1111-4222-8333-44445555c2aa');
const RORY = 'rory@contoso.com';
const RENAMED = `5b1e0c9a111142228333444455550d2f${RORY}`;

const rory = (store: Directory, id: string = OLD) =>
  store.put({ type: 'User', id, attributes: { userPrincipalName: RORY } }, NOW);

/** A store whose recycle bin holds rory. */
const withDeletedRory = async (): Promise<Directory> => {
  const store = aDirectory();
  await rory(store);
  await store.delete(OLD, NOW);
  return store;
};

const nameOf = async (store: Directory, id = OLD) => (await viewOf(store, id)).attributes.userPrincipalName;

describe('a soft-deleted user', () => {
  it('has the 32 hex digits of the object id before the userPrincipalName', async () => {
    const store = await withDeletedRory();
    expect(await nameOf(store)).toBe(RENAMED);
    expect((await store.storedObjects([OLD])).get(OLD)?.attributes.userPrincipalName).toBe(RENAMED);
  });

  it('has 32 hex digits before the userPrincipalName also where the object id is no GUID', async () => {
    const store = aDirectory();
    const ada = await store.put({ type: 'User', id: 'ada', attributes: { userPrincipalName: 'ada@x' } }, NOW);
    await store.delete(ada, NOW);
    expect(await nameOf(store, ada)).toMatch(/^[0-9a-f]{32}ada@x$/);
  });

  it('keeps every other attribute, and is called by the name from before', async () => {
    const store = aDirectory();
    const ada = await addUser(store, 'ada', { mail: 'ada@contoso.com', mailNickname: 'ada' });
    await store.delete(ada, NOW);
    expect(await viewOf(store, ada)).toMatchObject({
      label: 'ada@contoso.com',
      attributes: { mail: 'ada@contoso.com', mailNickname: 'ada' },
    });
  });

  it('without a userPrincipalName is not renamed, and neither is a group', async () => {
    const store = aDirectory();
    const nameless = await store.put({ type: 'User', id: OLD, attributes: { displayName: 'X' } }, NOW);
    const sales = await addGroup(store, 'Sales');
    for (const id of [nameless, sales]) await store.delete(id, NOW);
    expect((await viewOf(store, nameless)).attributes).not.toHaveProperty('userPrincipalName');
    expect((await viewOf(store, sales)).attributes.displayName).toBe('Sales');
  });

  it('gets the old userPrincipalName back with the restore', async () => {
    const store = await withDeletedRory();
    expect(await store.restore(OLD, NOW)).toBe(true);
    expect(await nameOf(store)).toBe(RORY);
    expect(await store.restore(OLD, NOW)).toBe(false);
  });

  it('leaves the name to a new hire at once', async () => {
    const store = await withDeletedRory();
    await rory(store, NEW);
    expect([await nameOf(store), await nameOf(store, NEW)]).toEqual([RENAMED, RORY]);
    expect((await store.named(RORY)).id).toBe(NEW);
  });

  it('is due when somebody takes the name, so that no account keeps it', async () => {
    const store = await withDeletedRory();
    const before = await store.watermark();
    await rory(store, NEW);
    expect(await labelsSince(store, 'User', before)).toEqual([RORY, RORY]);
  });

  it('is not restored while another user has the name, in any case of letters; the refusal names the way out', async () => {
    const store = await withDeletedRory();
    await store.put({ type: 'User', id: NEW, attributes: { userPrincipalName: 'Rory@Contoso.com' } }, NOW);
    const before = await store.watermark();
    await expect(store.restore(OLD, NOW)).rejects.toThrow(
      `rory@contoso.com cannot be restored: Rory@Contoso.com is the userPrincipalName of another user (${NEW}); give this one a new name with \`entrain directory restore ${OLD} --as <userPrincipalName>\``,
    );
    expect([await store.watermark(), (await viewOf(store, OLD)).presence]).toEqual([before, 'softDeleted']);
  });

  it('is restored under another name where one is given, unless that is taken too', async () => {
    const store = await withDeletedRory();
    await rory(store, NEW);
    await addUser(store, 'ada');
    await expect(store.restore(OLD, NOW, 'ada@contoso.com')).rejects.toThrow('cannot be restored');
    await expect(store.restore(OLD, NOW, '')).rejects.toThrow('expected a name');
    expect(await store.restore(OLD, NOW, 'rory.one@contoso.com')).toBe(true);
    expect(await viewOf(store, OLD)).toMatchObject({ label: 'rory.one@contoso.com', presence: 'live' });
  });

  it('a group is not restored under a userPrincipalName', async () => {
    const store = aDirectory();
    const sales = await addGroup(store, 'Sales');
    await store.delete(sales, NOW);
    await expect(store.restore(sales, NOW, 'sales@x')).rejects.toThrow('only users have a userPrincipalName');
  });
});

describe('the look-up of a deleted user', () => {
  it('knows the old name and the new one, in any case of letters', async () => {
    const store = await withDeletedRory();
    for (const name of [RORY, 'RORY@contoso.com', RENAMED, RENAMED.toUpperCase(), OLD])
      expect((await store.named(name)).id, name).toBe(OLD);
  });

  it('prefers the live user of that name, and to restore the one in the recycle bin', async () => {
    const store = await withDeletedRory();
    await rory(store, NEW);
    expect((await store.named(RORY)).id).toBe(NEW);
    expect((await store.deletedNamed(RORY)).id).toBe(OLD);
    expect((await store.deletedNamed(NEW)).id).toBe(NEW);
  });

  it('says so when several deleted users had the name', async () => {
    const store = await withDeletedRory();
    await rory(store, NEW);
    await store.delete(NEW, NOW);
    await expect(store.named(RORY)).rejects.toThrow(
      `"rory@contoso.com" is ambiguous: 2 users in the recycle bin were called so; name one by its object id: ${OLD}, ${NEW}`,
    );
  });
});

describe('two live users', () => {
  it('never have one userPrincipalName, in whatever case and however they come to it', async () => {
    const store = aDirectory();
    await rory(store);
    const ada = await addUser(store, 'ada');
    const taken = `${RORY} is the userPrincipalName of another user (${OLD}), and no two users may have one`;
    const attributes = { userPrincipalName: 'RORY@contoso.com' };
    await expect(store.put({ type: 'User', id: NEW, attributes }, NOW)).rejects.toThrow(taken);
    await expect(store.change(ada, { attributes }, NOW)).rejects.toThrow(taken);
    expect(await nameOf(store, ada)).toBe('ada@contoso.com');
  });
});

describe('an export', () => {
  it('is imported to the same directory, with deleted users under their new names', async () => {
    const store = await withDeletedRory();
    await rory(store, NEW);
    const exported = (await allOf(exportLines(store))).join('\n');
    expect(exported).toContain(`"userPrincipalName":"${RENAMED}"`);
    const copy = join(temporaryFolder(), 'copy.db');
    await importFiles(copy, {
      files: [aFile('export.json', exported)],
      ...{ format: null, csv: () => plainReading('users'), job: null, mirror: false, force: false, now: NOW },
    });
    const again = aDirectory(copy);
    expect((await allOf(exportLines(again))).join('\n')).toBe(exported);
    await again.restore(OLD, NOW, 'rory.one@contoso.com');
  });
});
