import { describe, expect, it } from 'vitest';
import type { ImportItem, ImportKind } from '../../../../src/io/sources/import/entries.ts';
import { graphPage } from '../../../../src/io/sources/import/graph-page.ts';
import { jsonElements } from '../../../../src/io/sources/import/json-elements.ts';
import { nameCheck } from '../../../../src/io/stores/sqlite/directory/attribute-names.ts';

const GROUP = '5f0b1c3e-0002-4a6d-9c21-000000000001';

function read(document: unknown, source = 'page.json') {
  const items: ImportItem[] = [];
  const kinds = new Set<ImportKind>();
  const problems: string[] = [];
  const sink = {
    absorb: (item: ImportItem) => items.push(item),
    carries: (kind: ImportKind) => kinds.add(kind),
    typeOf: () => null,
    nameProblem: nameCheck(false),
    page: () => undefined,
  };
  const page = graphPage(source, sink as never, (place, message) =>
    problems.push(`${place.path}: ${message}`),
  );
  const elements = jsonElements(page.read, page.announce);
  elements.push(Buffer.from(JSON.stringify(document)));
  elements.end();
  return { items, kinds: [...kinds], problems };
}

const userOf = (entity: object): Record<string, unknown> => {
  const { items, problems } = read({ '@odata.context': 'x#users', value: [entity] });
  expect(problems).toEqual([]);
  return items[0] as unknown as Record<string, unknown>;
};

describe('a user of Graph', () => {
  it('has the attributes by the names of the provisioning service', () => {
    const user = userOf({
      id: 'a',
      userPrincipalName: 'a@x',
      mobilePhone: '1',
      businessPhones: ['2', '3'],
      officeLocation: '4',
      faxNumber: '5',
      onPremisesSyncEnabled: true,
      onPremisesExtensionAttributes: { extensionAttribute1: 'x', extensionAttribute15: null },
      employeeOrgData: { costCenter: 'c', division: 'd' },
      extension_0123_costCode: 'e',
      proxyAddresses: ['SMTP:a@x'],
    });
    expect(user.attributes).toEqual({
      userPrincipalName: 'a@x',
      mobile: '1',
      telephoneNumber: '2',
      physicalDeliveryOfficeName: '4',
      facsimileTelephoneNumber: '5',
      dirSyncEnabled: true,
      extensionAttribute1: 'x',
      extensionAttribute15: null,
      'employeeOrgData.costCenter': 'c',
      'employeeOrgData.division': 'd',
      extension_0123_costCode: 'e',
      proxyAddresses: ['SMTP:a@x'],
    });
  });

  it('leaves out annotations and structures that are no attributes', () => {
    const user = userOf({
      id: 'a',
      '@odata.type': '#microsoft.graph.user',
      'city@odata.type': '#String',
      identities: [{ issuer: 'x' }],
      passwordProfile: { password: null },
      assignedLicenses: [{ skuId: 'x' }],
    });
    expect(user.attributes).toEqual({});
  });

  it('has a manager when the page was expanded by it', () => {
    expect(userOf({ id: 'a', manager: { id: 'b', displayName: 'B' } }).manager).toBe('b');
    expect(userOf({ id: 'a', 'manager@delta': [{ id: 'c' }, { id: 'b', '@removed': {} }] }).manager).toBe(
      'c',
    );
    expect(userOf({ id: 'a' }).manager).toBeUndefined();
  });

  it('with a property named like a part of every object is reported, or kept, and never mistaken', () => {
    const page = '{"@odata.context":"x#users","value":[{"id":"a","__proto__":"x","constructor":"y"}]}';
    const { problems } = read(JSON.parse(page));
    expect(problems).toEqual([expect.stringContaining('"__proto__" cannot be the name of an attribute')]);
    expect(userOf({ id: 'a', constructor: 'y' }).attributes).toEqual({ constructor: 'y' });
  });
});

describe('a page of Graph', () => {
  it('is known by what its entities have, when it has no context', () => {
    const { items, kinds } = read([
      { id: 'a', userPrincipalName: 'a@x' },
      { id: 'g', displayName: 'Sales', groupTypes: [] },
      { id: '1', principalId: 'a', appRoleId: '00000000-0000-0000-0000-000000000000', principalType: 'User' },
    ]);
    expect(items.map((item) => [item.kind, 'type' in item ? item.type : null])).toEqual([
      ['object', 'User'],
      ['object', 'Group'],
      ['assignment', null],
    ]);
    expect(kinds).toEqual(['users', 'groups', 'assignments']);
  });

  it('of members belongs to the group in its name or in the folder it lies in', () => {
    const page = {
      '@odata.context': 'x#directoryObjects',
      value: [{ '@odata.type': '#microsoft.graph.user', id: 'a' }],
    };
    for (const source of [`members-${GROUP}.json`, `groups/${GROUP}/members.json`]) {
      expect(read(page, source).items).toMatchObject([
        { kind: 'membership', group: GROUP, member: 'a', isMember: true },
      ]);
    }
  });

  it('of a delta query of groups tells who came and who left', () => {
    const { items } = read({
      '@odata.context': 'x#groups',
      value: [{ id: GROUP, 'members@delta': [{ id: 'a' }, { id: 'b', '@removed': { reason: 'deleted' } }] }],
    });
    expect(items.slice(1)).toMatchObject([
      { member: 'a', isMember: true },
      { member: 'b', isMember: false },
    ]);
  });

  it('of something else is refused, with what was expected', () => {
    expect(read({ value: [{ id: 'x', deviceId: 'y' }] }).problems).toEqual([
      expect.stringMatching(
        /^value\[0\]: this is no user, group or assignment of Graph; expected a page of \/users/,
      ),
    ]);
  });
});
