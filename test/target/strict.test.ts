import { describe, expect, test } from 'vitest';
import { aTarget, ENTERPRISE, GROUP, USER } from './client.ts';

const MANAGER = `${ENTERPRISE}:manager`;
const WORK = 'emails[type eq "work"].value';

const aStrictUser = async () => {
  const target = await aTarget({ persona: 'strict' });
  const id = await target.createUser('alice', {
    schemas: [USER],
    title: 'T',
    emails: [{ type: 'work', value: 'a@x', primary: true }],
  });
  return { target, id };
};

describe('the strict target refuses in a PATCH', () => {
  test.each([
    ['an operation that is capitalised', { op: 'Replace', path: 'title', value: 'N' }, 'invalidSyntax'],
    ['a boolean as text', { op: 'replace', path: 'active', value: 'False' }, 'invalidValue'],
    ['a flat dotted key', { op: 'replace', value: { 'name.givenName': 'A' } }, 'invalidPath'],
    ['a path as a key', { op: 'replace', value: { [WORK]: 'b@x' } }, 'invalidPath'],
    [
      'an attribute under its URN',
      { op: 'replace', value: { [`${ENTERPRISE}:department`]: 'IT' } },
      'invalidPath',
    ],
    [
      'an attribute that no schema has',
      { op: 'replace', path: 'favouriteColour', value: 'red' },
      'invalidPath',
    ],
    ['a sub-attribute that no schema has', { op: 'add', path: 'name.pet', value: 'Rex' }, 'invalidPath'],
    ['an unknown part of an object', { op: 'add', path: 'name', value: { pet: 'Rex' } }, 'invalidPath'],
    [
      'an extension that it does not know',
      { op: 'add', path: 'urn:x:Custom:2.0:User:tag', value: '1' },
      'invalidPath',
    ],
    [
      'an enterprise attribute without its URN',
      { op: 'add', path: 'department', value: 'IT' },
      'invalidPath',
    ],
    ['a bare manager', { op: 'add', path: MANAGER, value: 'm-1' }, 'invalidValue'],
    [
      'a wrapped manager',
      { op: 'add', path: MANAGER, value: [{ $ref: null, value: 'm-1' }] },
      'invalidValue',
    ],
    ['a scalar for a list', { op: 'add', path: 'emails', value: 'b@x' }, 'invalidValue'],
    ['a number for a text', { op: 'replace', path: 'title', value: 7 }, 'invalidValue'],
    ['a removal with a value', { op: 'remove', path: 'emails', value: [{ value: 'a@x' }] }, 'invalidValue'],
    [
      'an Add to an entry that is not there',
      { op: 'add', path: 'phoneNumbers[type eq "mobile"].value', value: '1' },
      'noTarget',
    ],
    [
      'a Replace of an entry that is not there',
      { op: 'replace', path: 'emails[type eq "home"].value', value: 'h@x' },
      'noTarget',
    ],
    [
      'a boolean as text in a filter',
      { op: 'replace', path: 'emails[primary eq "True"].value', value: 'b@x' },
      'invalidFilter',
    ],
  ])('%s', async (_what, operation, scimType) => {
    const { target, id } = await aStrictUser();
    const before = target.resources('User');
    const { status, body } = await target.patch(`/Users/${id}`, operation);
    expect([status, body.scimType]).toEqual([400, scimType]);
    expect(target.resources('User')).toEqual(before);
  });

  test('a body that does not say it is one', async () => {
    const { target, id } = await aStrictUser();
    const Operations = [{ op: 'replace', path: 'title', value: 'N' }];
    for (const body of [{ Operations }, { schemas: [USER], Operations }])
      expect((await target.send('PATCH', `/Users/${id}`, body)).status).toBe(400);
  });

  test('the removal of members by value, which it takes by path', async () => {
    const target = await aTarget({ persona: 'strict' });
    const id = await target.createGroup('Sales', ['u-0', 'u-1']);
    const legacy = { op: 'remove', path: 'members', value: [{ value: 'u-0' }] };
    expect((await target.patch(`/Groups/${id}`, legacy)).status).toBe(400);
    const path = 'members[value eq "u-0"]';
    expect((await target.patch(`/Groups/${id}`, { op: 'remove', path })).status).toBe(204);
    expect((await target.send('GET', `/Groups/${id}`)).body.members).toEqual([{ value: 'u-1' }]);
  });
});

describe('the strict target refuses in a POST', () => {
  test.each([
    [{ userName: 'a' }],
    [{ schemas: [USER], userName: 'a', active: 'True' }],
    [{ schemas: [USER], userName: 'a', favouriteColour: 'red' }],
    [{ schemas: [USER], userName: 'a', 'name.givenName': 'A' }],
    [{ schemas: [USER], userName: 'a', department: 'IT' }],
    [{ schemas: [USER], userName: 'a', 'urn:x:Custom:2.0:User': { tag: '1' } }],
    [{ schemas: [USER, ENTERPRISE], userName: 'a', [ENTERPRISE]: { manager: 'm-1' } }],
    [{ schemas: [USER], userName: 'a', emails: { value: 'a@x' } }],
    [{ schemas: [USER], userName: 'a', roles: [{ value: 'R', primary: 'True' }] }],
  ])('%j', async (body) => {
    const target = await aTarget({ persona: 'strict' });
    expect((await target.send('POST', '/Users', body)).status).toBe(400);
    expect(target.resources('User')).toEqual([]);
  });
});

describe('the strict target takes', () => {
  test('a whole user with its extension, and null for what has no value', async () => {
    const target = await aTarget({ persona: 'strict' });
    const { status, body } = await target.send('POST', '/Users', {
      schemas: [USER, ENTERPRISE],
      externalId: 'e',
      userName: 'alice',
      active: true,
      title: null,
      name: { givenName: 'A' },
      emails: [{ type: 'work', value: 'a@x', primary: true }],
      meta: { resourceType: 'User' },
      [ENTERPRISE]: { department: 'IT', manager: { value: 'm-1' } },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ active: true, [ENTERPRISE]: { manager: { value: 'm-1' } } });
    const again = await target.send('PUT', `/Users/${body.id}`, body);
    expect([again.status, again.body]).toEqual([200, body]);
  });

  test.each([
    [{ op: 'replace', path: 'active', value: false }, { active: false }],
    [
      { op: 'replace', value: { title: 'N', name: { givenName: 'A' } } },
      { title: 'N', name: { givenName: 'A' } },
    ],
    [
      { op: 'replace', path: WORK, value: 'b@x' },
      { emails: [{ type: 'work', value: 'b@x', primary: true }] },
    ],
    [
      { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'b@x', type: 'work' } },
      { emails: [{ type: 'work', value: 'b@x', primary: true }] },
    ],
    [{ op: 'add', path: `${ENTERPRISE}:department`, value: 'IT' }, { [ENTERPRISE]: { department: 'IT' } }],
    [{ op: 'add', path: MANAGER, value: { value: 'm' } }, { [ENTERPRISE]: { manager: { value: 'm' } } }],
    [{ op: 'add', value: { [ENTERPRISE]: { department: 'IT' } } }, { [ENTERPRISE]: { department: 'IT' } }],
    [{ op: 'add', path: `${USER}:nickName`, value: 'Al' }, { nickName: 'Al' }],
  ])('%j', async (operation, expected) => {
    const { target, id } = await aStrictUser();
    const { status, body } = await target.patch(`/Users/${id}`, operation);
    expect([status, body]).toEqual([200, expect.objectContaining(expected)]);
  });

  test('a removal without a match, and the members of a group', async () => {
    const { target, id } = await aStrictUser();
    const removal = { op: 'remove', path: 'emails[type eq "home"]' };
    expect((await target.patch(`/Users/${id}`, removal)).status).toBe(200);
    const { body } = await target.send('POST', '/Groups', { schemas: [GROUP], displayName: 'S' });
    const add = { op: 'add', path: 'members', value: [{ value: id }] };
    expect((await target.patch(`/Groups/${body.id}`, add)).status).toBe(204);
    expect((await target.send('GET', `/Groups/${body.id}`)).body.members).toEqual([{ value: id }]);
  });
});
