import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ImportRequest, importFiles } from '../../../../src/io/sources/import/import.ts';
import type { Directory } from '../../../../src/io/stores/directory-store.ts';
import { plainReading } from '../../../../src/model/csv-reading.ts';
import { sourceId } from '../../../../src/model/identifiers.ts';
import { allOf } from '../../../support/all-of.ts';
import { aDirectory, aFile, NOW, temporaryFolder, viewOf } from '../../stores/sqlite/directory/temporary.ts';

const ADA = '11111111-1111-4111-8111-111111111111';
const BOB = '22222222-2222-4222-8222-222222222222';
const SALES = '33333333-3333-4333-8333-333333333333';
const NOBODY = '99999999-9999-4999-8999-999999999999';

const aStore = () => join(temporaryFolder(), 'directory.db');

/** Imports a document, and returns the warnings. */
const imported = async (store: string, document: unknown, more: Partial<ImportRequest> = {}) => {
  const warnings: string[] = [];
  await importFiles(store, {
    files: [aFile('page.json', JSON.stringify(document))],
    ...{ format: null, csv: () => plainReading('users'), job: null, mirror: false, force: false, now: NOW },
    onWarning: ({ path, message }) => warnings.push(`${path} | ${message}`),
    ...more,
  });
  return warnings;
};

const CONTEXT = 'https://graph.microsoft.com/v1.0/$metadata#';
const users = (...value: object[]) => ({ '@odata.context': `${CONTEXT}users`, value });
const groups = (...value: object[]) => ({ '@odata.context': `${CONTEXT}groups`, value });
const ada = (more: object = {}) => ({ id: ADA, userPrincipalName: 'ada@contoso.com', ...more });
const bob = (more: object = {}) => ({ id: BOB, userPrincipalName: 'bob@contoso.com', ...more });
const sales = (more: object = {}) => ({ id: SALES, displayName: 'Sales', ...more });

const attributesOf = async (directory: Directory, id = ADA) =>
  (await viewOf(directory, sourceId(id))).attributes;
const membersOf = async (directory: Directory) =>
  (await allOf(directory.members(sourceId(SALES), 9))).flat().map(({ id }) => id);

describe('a property of parts that is null', () => {
  const PARTS = {
    employeeOrgData: { division: 'East', costCenter: '17' },
    onPremisesExtensionAttributes: { extensionAttribute1: 'a', extensionAttribute15: 'b' },
  };
  const CLEARED = { employeeOrgData: null, onPremisesExtensionAttributes: null };

  it('clears every part, in a page of Graph as in the json format', async () => {
    for (const document of [users(ada(CLEARED)), { users: [ada(CLEARED)] }]) {
      const store = aStore();
      await imported(store, users(ada({ ...PARTS, jobTitle: 'Lead' })));
      const directory = aDirectory(store);
      expect(await attributesOf(directory)).toMatchObject({
        'employeeOrgData.division': 'East',
        'employeeOrgData.costCenter': '17',
        extensionAttribute1: 'a',
        extensionAttribute15: 'b',
      });
      await imported(store, document);
      expect(Object.keys(await attributesOf(directory)).sort()).toEqual([
        'accountEnabled',
        'jobTitle',
        'objectId',
        'userPrincipalName',
      ]);
    }
  });

  it('clears a manager, and the telephone number that Graph lists', async () => {
    const store = aStore();
    await imported(store, users(bob(), ada({ businessPhones: ['1'], manager: { id: BOB } })));
    await imported(store, users(ada({ businessPhones: null, manager: null })));
    const directory = aDirectory(store);
    expect((await viewOf(directory, sourceId(ADA))).manager).toBeNull();
    expect(await attributesOf(directory)).not.toHaveProperty('telephoneNumber');
  });
});

describe('a reference of a page of Graph that leads nowhere', () => {
  it('is left out with a warning, and the rest of the page is imported', async () => {
    const store = aStore();
    await imported(store, users(ada()));
    const unknown = [{ id: NOBODY }, { id: NOBODY.replaceAll('9', '8') }];
    const page = groups(sales({ 'members@delta': [{ id: ADA }, ...unknown] }));
    expect(await imported(store, page)).toEqual([
      `value[0] | there is no object "${NOBODY}"; expected an object id, a userPrincipalName or a group's displayName; this and 1 more references of the file are left out: import the pages of these objects too, then this one again`,
    ]);
    expect(await membersOf(aDirectory(store))).toEqual([ADA]);
  });

  it('is left out of assignments too', async () => {
    const page = {
      '@odata.context': `${CONTEXT}appRoleAssignments`,
      value: [
        { principalId: NOBODY, principalType: 'User', appRoleId: '00000000-0000-0000-0000-000000000000' },
      ],
    };
    expect(await imported(aStore(), page)).toEqual([expect.stringContaining('this reference is left out')]);
  });

  it('of a member who was deleted for good is left out, and refused in a file by hand', async () => {
    const store = aStore();
    await imported(store, users(ada()));
    await imported(store, users({ id: ADA, '@removed': { reason: 'deleted' } }));
    const page = groups(sales({ 'members@delta': [{ id: ADA }] }));
    expect(await imported(store, page)).toEqual([expect.stringContaining('was deleted permanently')]);
    await expect(imported(store, { groups: [sales({ members: [ADA] })] })).rejects.toThrow();
  });
});

describe('a page of Graph without a context', () => {
  const minimal = { id: ADA, jobTitle: 'Lead' };

  it('is known by its links, or by the objects that the directory has', async () => {
    const link = 'https://graph.microsoft.com/v1.0/users/delta?$deltatoken=x';
    for (const page of [{ value: [minimal] }, { '@odata.deltaLink': link, value: [minimal] }]) {
      const store = aStore();
      await imported(store, users(ada({ department: 'R&D' })));
      await imported(store, page);
      expect(await attributesOf(aDirectory(store))).toMatchObject({ jobTitle: 'Lead', department: 'R&D' });
    }
  });

  it('with an object of no known type is refused', async () => {
    await expect(imported(aStore(), { value: [minimal] })).rejects.toThrow('no user, group or assignment');
  });

  it('whose link leads to members is no page of groups', async () => {
    const link = `https://graph.microsoft.com/v1.0/groups/${SALES}/members?$skiptoken=x`;
    const page = { '@odata.nextLink': link, value: [{ id: NOBODY }] };
    await expect(imported(aStore(), page)).rejects.toThrow('no user, group or assignment');
  });
});

describe('a delta that adds and removes', () => {
  const removed = { '@removed': { reason: 'deleted' } };

  it.each([
    ['removal first', [{ id: ADA, ...removed }, { id: ADA }]],
    ['addition first', [{ id: ADA }, { id: ADA, ...removed }]],
  ])('one member leaves the member out, in any order: %s', async (_, delta) => {
    const store = aStore();
    await imported(store, users(ada()));
    await imported(store, groups(sales({ 'members@delta': delta })));
    expect(await membersOf(aDirectory(store))).toEqual([]);
  });

  it('takes the later of two pages', async () => {
    const store = aStore();
    await imported(store, users(ada()));
    await imported(store, groups(sales({ 'members@delta': [{ id: ADA, ...removed }] })));
    await imported(store, groups(sales({ 'members@delta': [{ id: ADA }] })));
    expect(await membersOf(aDirectory(store))).toEqual([ADA]);
  });

  it.each([
    ['removal first', [{ id: BOB, ...removed }, { id: ADA }]],
    ['addition first', [{ id: ADA }, { id: BOB, ...removed }]],
  ])('managers takes the one that is added: %s', async (_, delta) => {
    const store = aStore();
    const carl = { id: SALES, userPrincipalName: 'carl@contoso.com' };
    await imported(store, users(ada(), bob(), { ...carl, manager: { id: BOB } }));
    await imported(store, users({ ...carl, 'manager@delta': delta }));
    expect((await viewOf(aDirectory(store), sourceId(SALES))).manager).toBe(ADA);
  });
});

describe('a list in another order', () => {
  const listed = (...otherMails: string[]) => ada({ otherMails });

  it('is no change in a page of Graph, where lists are sets', async () => {
    const store = aStore();
    await imported(store, users(listed('a@x', 'b@x')));
    const directory = aDirectory(store);
    const before = await directory.watermark();
    await imported(store, users(listed('b@x', 'a@x')));
    expect([await directory.watermark(), (await attributesOf(directory)).otherMails]).toEqual([
      before,
      ['a@x', 'b@x'],
    ]);
    await imported(store, users(listed('b@x', 'c@x')));
    expect((await attributesOf(directory)).otherMails).toEqual(['b@x', 'c@x']);
  });

  it('is a change in a file by hand', async () => {
    const store = aStore();
    await imported(store, { users: [listed('a@x', 'b@x')] });
    await imported(store, { users: [listed('b@x', 'a@x')] });
    expect((await attributesOf(aDirectory(store))).otherMails).toEqual(['b@x', 'a@x']);
  });
});

describe('an assignment that names a job which is not configured', () => {
  const document = {
    users: [ada(), bob()],
    assignments: [
      { principal: ADA, job: 'leapsom' },
      { principal: BOB, job: 'leapsom' },
      { principal: BOB, job: 'scim' },
      { principal: BOB },
    ],
  };

  it('is imported, and told with how many there are and what may be meant', async () => {
    expect(await imported(aStore(), document, { jobs: ['leapsome', 'scim'] })).toEqual([
      'assignments[0] | this and 1 more of the file name the job "leapsom", which is not configured: no job acts by it; did you mean leapsome?',
    ]);
  });

  it('is not told where the jobs are not known', async () => {
    expect(await imported(aStore(), document)).toEqual([]);
  });
});
