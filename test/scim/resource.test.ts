import { describe, expect, test } from 'vitest';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.ts';
import type { MappedValue } from '../../src/model/pipeline.ts';
import type { AttributeDefinition } from '../../src/model/schema.ts';
import { buildResource } from '../../src/scim/resource.ts';
import { aChange } from './scim-builders.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const CUSTOM = 'urn:ietf:params:scim:schemas:extension:Orchard:2.0:User';

function aUser(
  attributes: Readonly<Record<string, MappedValue>>,
  dialect: Partial<Dialect> = {},
  target: Partial<AttributeDefinition> = {},
) {
  const changes = Object.entries(attributes).map(([path, value]) => aChange('add', path, value, target));
  return buildResource('User', changes, { ...DEFAULT_DIALECT, metaOnCreate: false, ...dialect });
}

describe('the body of a creation', () => {
  test('gathers the parts of one entry, and makes the work e-mail the primary one', () => {
    expect(
      aUser({
        'emails[type eq "home"].value': 'h',
        'emails[type eq "work"].value': 'w',
        'emails[type eq "work"].display': 'Work',
        'addresses[type eq "work"].locality': 'Lund',
        'addresses[type eq "work"].country': 'SE',
        'phoneNumbers[type eq "work"].value': '1',
      }),
    ).toEqual({
      schemas: [CORE],
      emails: [
        { type: 'home', value: 'h' },
        { primary: true, type: 'work', value: 'w', display: 'Work' },
      ],
      addresses: [{ type: 'work', locality: 'Lund', country: 'SE' }],
      phoneNumbers: [{ type: 'work', value: '1' }],
    });
  });

  test('leaves a primary that is mapped alone', () => {
    const body = aUser({ 'emails[type eq "work"].value': 'w', 'emails[type eq "work"].Primary': 'False' });
    expect(body.emails).toEqual([{ type: 'work', value: 'w', Primary: 'False' }]);
  });

  test('has real integers, and text where a value does not fit its type', () => {
    expect(
      aUser({ level: '7', rank: 'high', huge: '12345678901234567890' }, {}, { type: 'Integer' }),
    ).toEqual({
      schemas: [CORE],
      level: 7,
      rank: 'high',
      huge: '12345678901234567890',
    });
  });

  test('has real booleans inside a list', () => {
    expect(aUser({ flags: ['True', 'no'] }, {}, { type: 'Boolean', multivalued: true }).flags).toEqual([
      true,
      'no',
    ]);
  });

  test('spells parts of one object as their first mapping does', () => {
    expect(aUser({ 'name.givenName': 'Ola', 'Name.familyName': 'Berg' })).toEqual({
      schemas: [CORE],
      name: { givenName: 'Ola', familyName: 'Berg' },
    });
  });

  test.each([
    ['roles[primary eq "True"].value', { roles: [{ primary: true, value: 'x' }] }],
    ['emails[primary eq "False"].value', { emails: [{ primary: false, value: 'x' }] }],
    ['entitlements[primary eq true].value', { entitlements: [{ primary: true, value: 'x' }] }],
    [`${CUSTOM}:keys[Active eq "true"].code`, { [CUSTOM]: { keys: [{ Active: true, code: 'x' }] } }],
    ['ims[type eq "True"].value', { ims: [{ type: 'True', value: 'x' }] }],
    ['ims[value eq "true"].display', { ims: [{ value: 'true', display: 'x' }] }],
  ])('has a boolean for a literal that stands for one: %s', (path, expected) => {
    const { schemas: _, ...body } = aUser({ [path]: 'x' });
    expect(body).toEqual(expected);
  });

  describe('with the one role of SingleAppRoleAssignment in an entry', () => {
    const ROLE = { primary: true, type: 'WindowsAzureActiveDirectoryRole', value: 'ADMIN' };
    const fromRole = (path: string, expression = 'SingleAppRoleAssignment([appRoleAssignments])') => {
      const change = aChange('add', path, 'ADMIN');
      const source = { type: 'Function', expression, name: '' } as const;
      return { ...change, mapping: { ...change.mapping, source } };
    };
    const rolesOf = (...changes: Parameters<typeof buildResource>[1][number][]) =>
      buildResource('User', changes, DEFAULT_DIALECT).roles;

    test('is the same as in the whole list', () => {
      expect(rolesOf(fromRole('roles[primary eq "True"].value'))).toEqual([ROLE]);
      expect(JSON.stringify(rolesOf(fromRole('roles[primary eq "True"].value')))).toBe(
        JSON.stringify([ROLE]),
      );
      expect(rolesOf(fromRole('Roles[primary eq true].value', 'ToUpper(SingleAppRoleAssignment([x]))'))).toBe(
        undefined,
      );
    });

    test('has a display name besides its value', () => {
      expect(rolesOf(fromRole('roles[primary eq "True"].display'))).toEqual([{ ...ROLE, display: 'ADMIN' }]);
    });

    test('lets other mappings decide about the other parts', () => {
      const type = aChange('add', 'roles[primary eq "True"].type', 'Custom');
      const display = fromRole('roles[primary eq "True"].display');
      const value = aChange('add', 'roles[primary eq "True"].value', 'owner');
      const expected = [{ primary: true, type: 'Custom', value: 'owner', display: 'ADMIN' }];
      expect(rolesOf(type, display, value)).toEqual(expected);
      expect(rolesOf(value, display, type)).toEqual(expected);
    });

    test('keeps the type of a filter', () => {
      expect(rolesOf(fromRole('roles[type eq "work"].value'))).toEqual([{ type: 'work', value: 'ADMIN' }]);
    });
  });

  test('has the one role of a single assignment as the primary one', () => {
    expect(aUser({ roles: 'Editor' }).roles).toEqual([
      { primary: true, type: 'WindowsAzureActiveDirectoryRole', value: 'Editor' },
    ]);
  });

  test('has the roles of an assignment under displayName', () => {
    const roles = { assertive: false, roles: [{ id: '1', value: 'ed', displayName: 'Editor' }] };
    expect(aUser({ roles }).roles).toEqual([
      { primary: false, type: 'WindowsAzureActiveDirectoryRole', displayName: 'Editor', value: 'ed' },
    ]);
  });

  test('lists a custom extension once, when so chosen', () => {
    const attributes = { [`${CUSTOM}:tag`]: 'red', [`${CUSTOM}:level`]: '1' };
    expect(aUser(attributes, { customSchemas: true })).toEqual({
      schemas: [CORE, CUSTOM],
      [CUSTOM]: { tag: 'red', level: '1' },
    });
  });

  test('of a group has no members, or no list of members at all', () => {
    const changes = [aChange('add', 'displayName', 'Press')];
    expect(buildResource('Group', changes, DEFAULT_DIALECT)).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Press',
      members: [],
      meta: { resourceType: 'Group' },
    });
    expect(
      buildResource('Group', changes, {
        ...DEFAULT_DIALECT,
        groupMembersOnCreate: false,
        metaOnCreate: false,
      }),
    ).toEqual({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Press' });
  });
});
