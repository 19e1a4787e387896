import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ImportRequest, importFiles } from '../../../../src/io/sources/import/import.ts';
import { plainReading } from '../../../../src/model/csv-reading.ts';
import { ConfigurationError } from '../../../../src/model/errors.ts';
import { sourceId } from '../../../../src/model/identifiers.ts';
import { aDirectory, aFile, NOW, temporaryFolder, viewOf } from '../../stores/sqlite/directory/temporary.ts';

const OLD = '5b1e0c9a-1111-4222-8333-444455550d2f';
const NEW = '99990000-1111-4222-8333-44445555c2aa';
const RORY = 'rory@contoso.com';
const RENAMED = `5b1e0c9a111142228333444455550d2f${RORY}`;
const DELETED_AT = '2026-02-20T10:00:00.000Z';

const imported = (store: string, document: unknown, more: Partial<ImportRequest> = {}) =>
  importFiles(store, {
    files: [aFile('directory.json', JSON.stringify(document, null, 1))],
    ...{ format: null, csv: () => plainReading('users'), job: null, mirror: false, force: false, now: NOW },
    ...more,
  });

const aStore = () => join(temporaryFolder(), 'directory.db');
const user = (id: string, userPrincipalName: string, more: object = {}) => ({
  id,
  userPrincipalName,
  ...more,
});
const page = (...value: object[]) => ({
  '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users',
  value,
});

const issuesOf = async (work: Promise<unknown>): Promise<readonly string[]> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigurationError)) throw error ?? new Error('it was imported');
  return error.issues.map(({ line, path, message }) => `${line ?? '-'} ${path} | ${message}`);
};

describe('a page of the deleted users of Graph', () => {
  it('puts a live user into the recycle bin, and renames nobody twice', async () => {
    const store = aStore();
    await imported(store, page(user(OLD, RORY)));
    await imported(store, page(user(OLD, RENAMED, { deletedDateTime: DELETED_AT })));
    const directory = aDirectory(store);
    const rory = await viewOf(directory, sourceId(OLD));
    expect(rory).toMatchObject({
      label: RORY,
      presence: 'softDeleted',
      attributes: { userPrincipalName: RENAMED },
    });
    const before = await directory.watermark();
    const again = await imported(store, page(user(OLD, RENAMED, { deletedDateTime: DELETED_AT })));
    expect([again.users.changed, await directory.watermark()]).toEqual([0, before]);
    await directory.restore(sourceId(OLD), NOW);
    expect((await viewOf(directory, sourceId(OLD))).attributes.userPrincipalName).toBe(RORY);
  });

  it('takes a user with the own object id in the name for deleted, also without deletedDateTime', async () => {
    const store = aStore();
    await imported(store, page(user(OLD, RENAMED.toUpperCase())));
    const [rory] = [...(await aDirectory(store).storedObjects([sourceId(OLD)])).values()];
    expect(rory).toMatchObject({ presence: 'softDeleted', deletedAt: NOW, label: RORY.toUpperCase() });
  });

  it('leaves a name alone that begins with the id of somebody else', async () => {
    const store = aStore();
    await imported(store, page(user(NEW, RENAMED)));
    expect(await viewOf(aDirectory(store), sourceId(NEW))).toMatchObject({
      presence: 'live',
      attributes: { userPrincipalName: RENAMED },
    });
  });

  it('may come with the new hire who took the name', async () => {
    const store = aStore();
    await imported(store, page(user(OLD, RENAMED, { deletedDateTime: DELETED_AT }), user(NEW, RORY)));
    expect((await aDirectory(store).named(RORY)).id).toBe(NEW);
  });
});

describe('two users of one userPrincipalName', () => {
  const taken = (other: string) =>
    `is the userPrincipalName of another user too (${other}), and no two users may have one; correct one of them, or delete the one who left`;

  it('are refused in the files, in any case of letters, with the place of the second and the name of the first', async () => {
    const document = {
      users: [user(OLD, RORY, { displayName: 'Rory One' }), user(NEW, 'Rory@Contoso.com')],
    };
    expect(await issuesOf(imported(aStore(), document))).toEqual([
      `8 users[1].userPrincipalName | "Rory@Contoso.com" ${taken(`"Rory One", ${OLD}`)}`,
    ]);
  });

  it('are refused where one is in the directory already, and nothing is imported', async () => {
    const store = aStore();
    await imported(store, { users: [user(OLD, RORY)] });
    const document = { users: [user(NEW, RORY), user('other', 'other@contoso.com')] };
    expect(await issuesOf(imported(store, document))).toEqual([
      `3 users[0].userPrincipalName | "rory@contoso.com" ${taken(OLD)}`,
    ]);
    expect(await aDirectory(store).count('User')).toBe(1);
  });

  it('are no two when the other is renamed, deleted or lacking by the end of the import', async () => {
    const store = aStore();
    await imported(store, { users: [user(OLD, RORY), user('a', 'a@x'), user('b', 'b@x'), user('c', 'c@x')] });
    await imported(store, { users: [user(NEW, RORY), user(OLD, 'rory.one@contoso.com')] });
    await imported(store, page(user('d', 'a@x'), { id: 'a', '@removed': { reason: 'changed' } }));
    await imported(
      store,
      {
        users: [
          user(OLD, 'rory.one@contoso.com'),
          user(NEW, RORY),
          user('c', 'c@x'),
          user('d', 'a@x'),
          user('e', 'b@x'),
        ],
      },
      { mirror: true },
    );
    const directory = aDirectory(store);
    expect((await directory.named('a@x')).id).toBe('d');
    expect((await directory.named('b@x')).id).toBe('e');
  });

  it('are refused when a file brings somebody back from the recycle bin under a name that is taken', async () => {
    const store = aStore();
    await imported(store, { users: [user(OLD, RORY, { deletedDateTime: DELETED_AT }), user(NEW, RORY)] });
    expect(await issuesOf(imported(store, { users: [user(OLD, RORY)] }))).toEqual([
      `3 users[0].userPrincipalName | "rory@contoso.com" ${taken(NEW)}`,
    ]);
  });
});
