import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { readTargetState } from '../../src/scim/read.ts';
import { aMapping, aReferenceMapping } from './scim-builders.ts';

const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const MANAGER = aReferenceMapping(`${E}:manager`, 'manager');
const read = (resource: Json, ...paths: string[]) =>
  readTargetState(
    resource,
    paths.map((path) => aMapping(path)),
  );

describe('the state of a resource', () => {
  test('mapped attributes are found wherever their path leads', () => {
    const resource = {
      id: 'u-1',
      userName: 'ola',
      name: { givenName: 'Ola' },
      emails: [
        { type: 'home', value: 'h@x.example' },
        { type: 'work', value: 'w@x.example' },
      ],
      [E]: { department: 'Bindery' },
      unmapped: 1,
    };
    expect(
      read(resource, 'userName', 'name.givenName', 'emails[type eq "work"].value', `${E}:department`),
    ).toEqual({
      id: 'u-1',
      attributes: {
        userName: 'ola',
        'name.givenName': 'Ola',
        'emails[type eq "work"].value': 'w@x.example',
        [`${E}:department`]: 'Bindery',
      },
    });
  });

  test('names are compared without case, and the path keeps the spelling of the schema', () => {
    const resource = {
      ID: 'u-1',
      username: 'ola',
      Emails: [{ TYPE: 'Work', Value: 'w' }],
      [E.toUpperCase()]: { Department: 'B' },
    };
    expect(read(resource, 'userName', 'emails[type eq "work"].value', `${E}:department`)).toEqual({
      id: 'u-1',
      attributes: { userName: 'ola', 'emails[type eq "work"].value': 'w', [`${E}:department`]: 'B' },
    });
  });

  test('null, an empty list and a missing entry are no value', () => {
    const resource = {
      id: 'u-1',
      title: null,
      emails: [],
      phoneNumbers: [{ type: 'fax', value: '1' }],
      [E]: null,
      name: 'x',
    };
    expect(
      read(
        resource,
        'title',
        'emails[type eq "work"].value',
        'phoneNumbers[type eq "work"].value',
        `${E}:department`,
        'name.givenName',
        'emails',
      ),
    ).toEqual({ id: 'u-1', attributes: {} });
  });

  test('a single entry outside of a list is read', () => {
    expect(read({ id: 'u-1', emails: { type: 'work', value: 'w' } }, 'emails[type eq "work"].value')).toEqual(
      {
        id: 'u-1',
        attributes: { 'emails[type eq "work"].value': 'w' },
      },
    );
  });

  test('a filter without a part behind it names the value', () => {
    expect(read({ id: 'u-1', emails: [{ type: 'work', value: 'w' }] }, 'emails[type eq "work"]')).toEqual({
      id: 'u-1',
      attributes: { 'emails[type eq "work"]': 'w' },
    });
  });

  test('a mapping called __proto__ changes nothing but its own state', () => {
    const state = read({ id: 'u-1', ['__proto__']: { polluted: true } }, '__proto__');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect('code' in state ? null : Object.getPrototypeOf(state.attributes)).toBe(Object.prototype);
  });

  test('memberships are never read', () => {
    const members = aReferenceMapping('members', 'members');
    expect(readTargetState({ id: 'g-1', members: [{ value: 'u-1' }] }, [members])).toEqual({
      id: 'g-1',
      attributes: {},
    });
  });
});

describe('the manager of a user', () => {
  test('is read as the id it points at', () => {
    const resource = { id: 'u-1', [E]: { manager: { value: 'u-2', displayName: 'Mia' } } };
    expect(readTargetState(resource, [MANAGER])).toEqual({
      id: 'u-1',
      attributes: { [`${E}:manager`]: 'u-2' },
    });
  });

  test.each<JsonObject>([{ manager: {} }, { manager: { value: '' } }, { manager: null }, { manager: [] }])(
    'is absent from %j',
    (extension) => {
      expect(readTargetState({ id: 'u-1', [E]: extension }, [MANAGER])).toEqual({
        id: 'u-1',
        attributes: {},
      });
    },
  );

  test.each([
    ['u-2', 'a string'],
    [7, 'a number'],
    [[{ value: 'u-2' }], 'a list'],
  ])('cannot be deserialized from %j', (manager, kind) => {
    expect(readTargetState({ id: 'u-1', [E]: { manager } }, [MANAGER])).toMatchObject({
      code: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
      message: expect.stringMatching(new RegExp(`cannot be deserialized: .*manager is ${kind} .*"value"`)),
    });
  });

  test('is a plain id where the target declares plain text', () => {
    const mapping = { ...aReferenceMapping('managerId', 'manager'), target: aMapping('managerId').target };
    expect(readTargetState({ id: 'u-1', managerId: 'u-2' }, [mapping])).toEqual({
      id: 'u-1',
      attributes: { managerId: 'u-2' },
    });
  });
});

describe('the id of a resource', () => {
  test.each<JsonObject>([
    {},
    { id: null },
    { id: '' },
    { id: '..' },
    { id: {} },
    { id: 'half \ud83d' },
    { id: '{id of u1}' },
  ])('%j has none that can be used', (resource) => {
    expect(read(resource)).toMatchObject({
      code: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
      message: expect.stringContaining('no usable id'),
    });
  });

  test('may be a number', () => {
    expect(read({ id: 42 })).toEqual({ id: '42', attributes: {} });
  });

  test('is asked of objects only', () => {
    expect(read(['u-1'])).toMatchObject({ message: expect.stringContaining('not a JSON object') });
  });
});
