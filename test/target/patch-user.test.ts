import { describe, expect, test } from 'vitest';
import { aTarget, type Client, ENTERPRISE, USER } from './client.ts';

/** Applies operations to a new user and returns it as it reads back, without what the target adds. */
const userAfter = async (
  start: object,
  ...operations: readonly object[]
): Promise<Record<string, unknown>> => {
  const target = await aTarget();
  const id = await target.createUser('alice', start);
  const patched = await target.patch(`/Users/${id}`, ...operations);
  expect(patched.status, JSON.stringify(patched.body)).toBe(200);
  const { body } = await target.send('GET', `/Users/${id}`);
  expect(patched.body).toEqual(body);
  const { schemas: _schemas, id: _id, meta: _meta, userName: _userName, active, ...rest } = body;
  return active === true ? rest : { active, ...rest };
};

const WORK = 'emails[type eq "work"].value';
const MANAGER = `${ENTERPRISE}:manager`;

describe('the legacy dialect', () => {
  test('writes one attribute an operation, whether it is there or not', async () => {
    const user = await userAfter(
      { displayName: 'Old', emails: [{ type: 'work', value: 'old@x', primary: true }] },
      { op: 'Replace', path: 'displayName', value: 'New' },
      { op: 'Replace', path: WORK, value: 'new@x' },
      { op: 'Replace', path: 'name.familyName', value: 'Smith' },
      { op: 'Add', path: 'externalId', value: 'alice' },
      { op: 'Replace', path: `${ENTERPRISE}:employeeNumber`, value: '7' },
      { op: 'Add', path: 'urn:ietf:params:scim:schemas:core:2.0:User:nickName', value: 'Al' },
    );
    expect(user).toEqual({
      displayName: 'New',
      emails: [{ type: 'work', value: 'new@x', primary: true }],
      name: { familyName: 'Smith' },
      externalId: 'alice',
      nickName: 'Al',
      [ENTERPRISE]: { employeeNumber: '7' },
    });
  });

  test.each(['Add', 'add', 'Replace', 'REPLACE'])(
    'makes the entry that a value path lacks: %s',
    async (op) => {
      expect(await userAfter({}, { op, path: WORK, value: 'a@x' })).toEqual({
        emails: [{ type: 'work', value: 'a@x' }],
      });
      expect(
        await userAfter(
          { phoneNumbers: [{ type: 'work', value: '1' }] },
          { op, path: 'phoneNumbers[type eq "mobile"].value', value: '2' },
        ),
      ).toEqual({
        phoneNumbers: [
          { type: 'work', value: '1' },
          { type: 'mobile', value: '2' },
        ],
      });
    },
  );

  test('merges several sub-attributes of one filter into one entry', async () => {
    const address = { formatted: 'F', streetAddress: 'S', locality: 'L', postalCode: 'P', country: 'C' };
    const operations = Object.entries(address).map(([name, value]) => ({
      op: 'Add',
      path: `addresses[type eq "work"].${name}`,
      value,
    }));
    expect(await userAfter({}, ...operations)).toEqual({ addresses: [{ type: 'work', ...address }] });
  });

  test.each([
    ['Replace', 'False', false],
    ['Add', 'False', false],
    ['Replace', 'false', false],
    ['Replace', false, false],
    ['Replace', 'True', true],
  ])('disables and enables: %s %j', async (op, value, active) => {
    const target = await aTarget();
    const id = await target.createUser('alice', { active: !active });
    await target.patch(`/Users/${id}`, { op, path: 'active', value });
    expect((await target.send('GET', `/Users/${id}`)).body.active).toBe(active);
  });

  test('unpacks a role that is a JSON document in text, and does not double it', async () => {
    const value = '{"id":"r-1","value":"Admin","displayName":"Administrator"}';
    const operation = { op: 'Add', path: 'roles', value: [{ value }] };
    expect(await userAfter({ roles: [{ value: 'Reader', primary: true }] }, operation, operation)).toEqual({
      roles: [
        { value: 'Reader', primary: true },
        { id: 'r-1', value: 'Admin', displayName: 'Administrator' },
      ],
    });
  });

  test('replaces all roles by full objects', async () => {
    const roles = [
      { primary: false, type: 'WindowsAzureActiveDirectoryRole', display: 'Admin', value: 'Admin' },
    ];
    expect(
      await userAfter({ roles: [{ value: 'Reader' }] }, { op: 'Replace', path: 'roles', value: roles }),
    ).toEqual({
      roles,
    });
  });

  test('selects the primary role by a text literal, and makes it where there is none', async () => {
    const path = 'roles[primary eq "True"].value';
    expect(await userAfter({}, { op: 'Add', path, value: 'Admin' })).toEqual({
      roles: [{ primary: true, value: 'Admin' }],
    });
    expect(
      await userAfter({ roles: [{ primary: true, value: 'Old' }] }, { op: 'Replace', path, value: 'New' }),
    ).toEqual({ roles: [{ primary: true, value: 'New' }] });
  });

  test('takes the scalars of the 2018 dialect, wrapped and with a dotted extension', async () => {
    expect(
      await userAfter(
        {},
        { op: 'Replace', path: 'displayName', value: [{ $ref: null, value: 'New' }] },
        { op: 'Replace', path: `${ENTERPRISE}.department`, value: 'Sales' },
        { op: 'Add', path: 'manager', value: [{ $ref: 'http://x', value: 'm-1' }] },
      ),
    ).toEqual({ displayName: 'New', [ENTERPRISE]: { department: 'Sales', manager: { value: 'm-1' } } });
  });
});

describe('the manager', () => {
  const HAS = { [ENTERPRISE]: { department: 'Sales', manager: { value: 'm-1', displayName: 'One' } } };
  const IS = (value: string) => ({ [ENTERPRISE]: { department: 'Sales', manager: { value } } });

  test.each([
    { op: 'Replace', path: MANAGER, value: 'm-2' },
    { op: 'Add', path: MANAGER, value: 'm-2' },
    { op: 'add', path: MANAGER, value: { value: 'm-2' } },
    { op: 'replace', path: 'manager', value: { value: 'm-2', $ref: null } },
    { op: 'replace', value: { [MANAGER]: 'm-2' } },
    { op: 'replace', value: { [ENTERPRISE]: { manager: { value: 'm-2' } } } },
  ])('is set and changed, stored as a value alone: %j', async (operation) => {
    expect(await userAfter(HAS, operation)).toEqual(IS('m-2'));
    expect(await userAfter({ [ENTERPRISE]: { department: 'Sales' } }, operation)).toEqual(IS('m-2'));
  });

  test.each([
    { op: 'Replace', path: MANAGER, value: '' },
    { op: 'replace', path: MANAGER, value: { value: '' } },
    { op: 'Remove', path: MANAGER },
    { op: 'remove', path: 'manager[value eq "m-1"]' },
    { op: 'remove', path: `${MANAGER}[value eq "m-1"]` },
    { op: 'replace', path: `${MANAGER}.value`, value: '' },
    { op: 'replace', value: { [MANAGER]: null } },
  ])('is removed: %j', async (operation) => {
    expect(await userAfter(HAS, operation)).toEqual({ [ENTERPRISE]: { department: 'Sales' } });
  });

  test('stays when the removal names another one', async () => {
    const removal = { op: 'remove', path: 'manager[value eq "m-2"]' };
    expect(await userAfter(IS('m-1'), removal)).toEqual(IS('m-1'));
  });

  test('stays when another part of it is emptied', async () => {
    const user = await userAfter(HAS, { op: 'replace', path: `${MANAGER}.displayName`, value: '' });
    expect(user).toMatchObject(IS('m-1'));
  });

  test('is gone when its only part is removed', async () => {
    const user = await userAfter(IS('m-1'), { op: 'remove', path: `${MANAGER}.value` });
    expect(user).toEqual({ [ENTERPRISE]: { department: 'Sales' } });
  });

  test('takes its extension along when nothing else is in it', async () => {
    const user = await userAfter({ [ENTERPRISE]: { manager: 'm-1' } }, { op: 'Remove', path: MANAGER });
    expect(user).toEqual({});
  });
});

describe('the dialect aadOptscim062020', () => {
  test('writes flat, dotted and URN keys of one operation without a path', async () => {
    const custom = 'urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User';
    const user = await userAfter(
      { name: { familyName: 'Smith' }, emails: [{ type: 'work', value: 'old@x' }] },
      { op: 'replace', path: WORK, value: 'new@x' },
      {
        op: 'replace',
        value: {
          displayName: 'New',
          'name.givenName': 'Alice',
          [`${ENTERPRISE}:employeeNumber`]: '7',
          [`${custom}:tag`]: 'blue',
          active: false,
        },
      },
      { op: 'add', value: { title: 'Lead', [`${ENTERPRISE}:division`]: 'EU' } },
    );
    expect(user).toEqual({
      active: false,
      displayName: 'New',
      name: { familyName: 'Smith', givenName: 'Alice' },
      emails: [{ type: 'work', value: 'new@x' }],
      title: 'Lead',
      [ENTERPRISE]: { employeeNumber: '7', division: 'EU' },
      [custom]: { tag: 'blue' },
    });
  });

  test('keeps the other parts of a name and of an extension when one comes nested', async () => {
    expect(
      await userAfter(
        { name: { familyName: 'Smith', givenName: 'A' }, [ENTERPRISE]: { department: 'Sales' } },
        { op: 'replace', value: { name: { givenName: 'Alice' }, [ENTERPRISE]: { division: 'EU' } } },
      ),
    ).toEqual({
      name: { familyName: 'Smith', givenName: 'Alice' },
      [ENTERPRISE]: { department: 'Sales', division: 'EU' },
    });
  });

  test('lists an extension in schemas once it has a value', async () => {
    const target = await aTarget();
    const id = await target.createUser('alice');
    const { body } = await target.patch(`/Users/${id}`, {
      op: 'add',
      value: { [`${ENTERPRISE}:division`]: 'EU' },
    });
    expect(body.schemas).toEqual([USER, ENTERPRISE]);
  });

  test('takes a single attribute with and without a path', async () => {
    expect(await userAfter({}, { op: 'add', path: 'nickName', value: 'Al' })).toEqual({ nickName: 'Al' });
    expect(await userAfter({}, { op: 'replace', value: { nickName: 'Al' } })).toEqual({ nickName: 'Al' });
  });
});

describe('removal', () => {
  const EMAILS = {
    emails: [
      { type: 'work', value: 'w@x', primary: true },
      { type: 'home', value: 'h@x' },
    ],
  };

  test.each([
    [{ op: 'Remove', path: 'emails[type eq "work"].value' }, [{ type: 'home', value: 'h@x' }]],
    [{ op: 'remove', path: 'emails[type eq "work"]' }, [{ type: 'home', value: 'h@x' }]],
    [{ op: 'remove', path: 'emails', value: [{ value: 'w@x' }] }, [{ type: 'home', value: 'h@x' }]],
    [{ op: 'remove', path: 'emails[type eq "other"]' }, EMAILS.emails],
    [{ op: 'remove', path: 'emails' }, undefined],
    [{ op: 'replace', path: 'emails', value: [] }, undefined],
    [{ op: 'replace', path: 'emails', value: null }, undefined],
    [{ op: 'replace', path: 'emails[type eq "work"].value', value: null }, [{ type: 'home', value: 'h@x' }]],
  ])('of e-mail addresses: %j', async (operation, emails) => {
    expect((await userAfter(EMAILS, operation)).emails).toEqual(emails);
  });

  test('of a simple attribute, a part of a name, and what is not there', async () => {
    const user = await userAfter(
      { title: 'T', name: { givenName: 'A', familyName: 'S' } },
      { op: 'Remove', path: 'title' },
      { op: 'remove', path: 'name.givenName' },
      { op: 'replace', path: 'name', value: { FamilyName: null, formatted: 'A S' } },
      { op: 'remove', path: 'nickName' },
      { op: 'replace', path: 'displayName', value: [{ value: null }] },
    );
    expect(user).toEqual({ name: { formatted: 'A S' } });
  });
});

test('a new primary address takes that mark from the old one', async () => {
  const user = await userAfter(
    { emails: [{ type: 'work', value: 'w@x', primary: true }] },
    { op: 'Add', path: 'emails', value: [{ type: 'home', value: 'h@x', primary: 'True' }] },
  );
  expect(user.emails).toEqual([
    { type: 'work', value: 'w@x', primary: false },
    { type: 'home', value: 'h@x', primary: true },
  ]);
});

test('operations see what earlier ones of the same request did', async () => {
  const user = await userAfter(
    { preferredLanguage: 'de' },
    { op: 'remove', path: 'preferredLanguage' },
    { op: 'add', path: 'preferredLanguage', value: 'en' },
    { op: 'replace', path: 'PREFERREDLANGUAGE', value: 'fr' },
  );
  expect(user).toEqual({ preferredLanguage: 'fr' });
});

test('what no schema declares is taken as it is, and its keys are never paths', async () => {
  const operation = { op: 'replace', path: 'foo.bar', value: { 'toString.polluted': 1 } };
  expect(await userAfter({}, operation, operation)).toEqual({ foo: { bar: { 'toString.polluted': 1 } } });
  expect(Object.prototype.toString).not.toHaveProperty('polluted');
});

describe('a PATCH that is refused', () => {
  const refused = async (target: Client, id: string, ...operations: readonly object[]) => {
    const before = (await target.send('GET', `/Users/${id}`)).body;
    const answer = await target.patch(`/Users/${id}`, ...operations);
    expect((await target.send('GET', `/Users/${id}`)).body).toEqual(before);
    return [answer.status, answer.body.scimType];
  };

  test.each([
    [[], 'invalidSyntax'],
    [[{ op: 'move', path: 'title', value: 'x' }], 'invalidSyntax'],
    [[{ op: 'remove' }], 'noTarget'],
    [[{ op: 'add', path: 'title' }], 'invalidValue'],
    [[{ op: 'add', value: 'x' }], 'invalidValue'],
    [[{ op: 'add', path: ENTERPRISE, value: { 'urn:x:tag': 'x' } }], 'invalidPath'],
    [[{ op: 'add', path: 7, value: 'x' }], 'invalidPath'],
    [[{ op: 'add', path: 'a.b.c', value: 'x' }], 'invalidPath'],
    [[{ op: 'add', path: 'emails[type eq', value: 'x' }], 'invalidPath'],
    [[{ op: 'add', path: 'emails[type].value', value: 'x' }], 'invalidFilter'],
    [[{ op: 'add', path: 'emails[type ne "x"].value', value: 'x' }], 'noTarget'],
    [[{ op: 'add', path: 'active', value: 'maybe' }], 'invalidValue'],
    [[{ op: 'add', path: 'name', value: 'x' }], 'invalidValue'],
    [[{ op: 'add', path: 'active.value', value: 'x' }], 'invalidPath'],
    [
      [
        { op: 'add', path: 'foo', value: 'x' },
        { op: 'add', path: 'foo.bar', value: 'x' },
      ],
      'invalidPath',
    ],
    [[{ op: 'replace', path: 'id', value: 'x' }], 'mutability'],
    [[{ op: 'remove', path: 'userName' }], 'invalidValue'],
    [[{ op: 'replace', path: '__proto__.polluted', value: 'x' }], 'invalidPath'],
    [[{ op: 'replace', path: 'toString.polluted', value: 'x' }], 'invalidPath'],
    [[{ op: 'replace', value: { 'constructor.polluted': 'x' } }], 'invalidPath'],
    [[{ op: 'replace', path: 'name', value: { 'a.toString.polluted': 'x' } }], 'invalidValue'],
    [[{ op: 'replace', path: 'name', value: { 'title[value pr]': null } }], 'invalidValue'],
    [[{ op: 'add', path: 'emails', value: [{ 'a.b': 'x' }] }], 'invalidValue'],
  ])('%j changes nothing', async (operations, scimType) => {
    const target = await aTarget();
    const id = await target.createUser('alice');
    expect(await refused(target, id, ...operations)).toEqual([400, scimType]);
    expect(Object.prototype).not.toHaveProperty('polluted');
    expect(Object.prototype.toString).not.toHaveProperty('polluted');
  });

  test('changes nothing also when an earlier operation was right', async () => {
    const target = await aTarget();
    const id = await target.createUser('alice', { title: 'T' });
    const good = { op: 'replace', path: 'title', value: 'New' };
    expect(await refused(target, id, good, { op: 'replace', path: 'active', value: 'maybe' })).toEqual([
      400,
      'invalidValue',
    ]);
  });

  test('is a conflict when it takes the userName of another; its own in another case it may take', async () => {
    const target = await aTarget();
    await target.createUser('bob');
    const id = await target.createUser('alice');
    expect(await refused(target, id, { op: 'replace', value: { userName: 'BOB' } })).toEqual([
      409,
      'uniqueness',
    ]);
    const own = await target.patch(`/Users/${id}`, { op: 'replace', value: { userName: 'ALICE' } });
    expect([own.status, own.body.userName]).toEqual([200, 'ALICE']);
  });
});

test('a PATCH that changes nothing leaves the date of the last change', async () => {
  const target = await aTarget();
  const id = await target.createUser('alice', { title: 'T' });
  const before = (await target.send('GET', `/Users/${id}`)).body;
  const operation = { op: 'Replace', path: 'title', value: 'T' };
  expect((await target.patch(`/Users/${id}`, operation)).body).toEqual(before);
});
