import { describe, expect, test } from 'vitest';
import { compileMappings } from '../../src/mapping/compile.ts';
import { type EvaluationWorld, mapAttributes } from '../../src/mapping/map.ts';
import type { Attributes, DirectoryObject } from '../../src/model/directory.ts';
import type { DesiredState, ScopeVerdict } from '../../src/model/pipeline.ts';
import type { AttributeMapping } from '../../src/model/schema.ts';
import {
  ACTIVE_MAPPING,
  aGroup,
  aMapping,
  anObjectMapping,
  aRole,
  assigned,
  aUser,
  aVerdict,
  idOf,
  UNASSIGNED,
} from '../support/builders.ts';

const WORLD: EvaluationWorld = {
  now: '2026-01-02T03:04:05.000Z',
  guid: () => '00000000-0000-4000-8000-000000000001',
  random: () => 0,
};

const map = (
  object: DirectoryObject,
  mappings: readonly AttributeMapping[],
  scope: Partial<ScopeVerdict> = {},
): DesiredState =>
  mapAttributes(
    { object, scope: aVerdict(scope) },
    compileMappings(anObjectMapping(object.objectType, mappings)),
    WORLD,
  );

const valuesOf = ({ attributes }: DesiredState) =>
  Object.fromEntries(attributes.map(({ mapping, value }) => [mapping.targetAttributeName, value]));

/** What one mapping comes to for a user with these attributes. */
const mapped = (attributes: Attributes, source: string | null, rest?: Parameters<typeof aMapping>[2]) =>
  map(aUser(attributes), [aMapping('x', source, rest)]);

describe('what a mapping comes to', () => {
  test.each([
    ['a direct mapping copies', { jobTitle: 'Editor' }, '[jobTitle]', 'Editor'],
    ['a direct mapping of nothing is null', {}, '[jobTitle]', null],
    ['a direct mapping of a boolean is text as .NET writes it', { flag: false }, '[flag]', 'False'],
    ['an attribute name is case-sensitive', { jobTitle: 'Editor' }, '[JobTitle]', null],
    ['what every JavaScript object has is no attribute', {}, '[constructor]', null],
    ['a constant is itself', {}, '"Work"', 'Work'],
    ['an expression is evaluated', { city: 'Oslo' }, 'ToUpper([city])', 'OSLO'],
    ['an empty text that comes out of an expression stays one', {}, '""', ''],
    ['None is null, whatever its default', {}, null, null],
    [
      'time comes from the cycle',
      {},
      'FormatDateTime(Now(), , "M/d/yyyy h:mm:ss tt", "yyyy-MM-dd")',
      '2026-01-02',
    ],
    ['chance comes from the cycle', {}, 'Guid()', '00000000-0000-4000-8000-000000000001'],
  ] as const)('%s', (_, attributes, source, value) => {
    const desired = mapped(attributes, source, { defaultValue: 'default' });
    expect([valuesOf(desired), desired.failure]).toEqual([{ x: value }, null]);
  });

  test('an attribute that an expression ignores is not there at all', () => {
    expect(mapped({}, 'IgnoreFlowIfNullOrEmpty([jobTitle])').attributes).toEqual([]);
    expect(valuesOf(mapped({ jobTitle: 'Editor' }, 'IgnoreFlowIfNullOrEmpty([jobTitle])'))).toEqual({
      x: 'Editor',
    });
  });

  test('the attributes stand in the order of the schema', () => {
    const mappings = ['c', 'a', 'b'].map((name) => aMapping(name, '"1"'));
    expect(Object.keys(valuesOf(map(aUser(), mappings)))).toEqual(['c', 'a', 'b']);
  });
});

describe('a list', () => {
  const list = (values: readonly string[], multivalued: boolean) =>
    mapped({ tags: values }, '[tags]', { target: { multivalued } });

  test.each([
    ['of one value fits a single-valued attribute', ['a'], false, 'a'],
    ['of no values is null for a single-valued attribute', [], false, null],
    ['of no values is null for a multi-valued one', [], true, null],
    ['of several values stays a list for a multi-valued one', ['a', 'b'], true, ['a', 'b']],
  ] as const)('%s', (_, values, multivalued, value) => {
    expect(valuesOf(list(values, multivalued))).toEqual({ x: value });
  });

  test('of several values does not fit a single-valued attribute: the object fails', () => {
    const desired = list(['a', 'b'], false);
    expect(desired.failure).toMatchObject({ code: 'SchemaPropertyCanOnlyAcceptValue', status: null });
    expect(desired.failure?.message).toContain('x takes one value, the mapping yields 2');
    expect(desired.attributes).toEqual([]);
  });
});

describe('an expression that fails', () => {
  const failing = aMapping('x', 'Mid([jobTitle], 1, "many")');

  test('is a value, not an exception, and the other attributes are still mapped', () => {
    const desired = map(aUser({ jobTitle: 'Editor', city: 'Oslo' }), [failing, aMapping('y', '[city]')]);
    expect(desired.failure).toMatchObject({ code: 'AttributeValidationFailed', status: null });
    expect(desired.failure?.message).toMatch(/^x could not be computed: /);
    expect(valuesOf(desired)).toEqual({ y: 'Oslo' });
  });

  test.each(['CDate([jobTitle])', 'FormatDateTime([jobTitle], , "yyyy", "MM")'])(
    'repeats no value that its mapping redacts: %s',
    (expression) => {
      const messages = [expression, `Redact(${expression})`].map(
        (one) => mapped({ jobTitle: 'Spymaster' }, one).failure?.message,
      );
      expect(messages).toEqual([
        expect.stringContaining('Spymaster'),
        'x could not be computed: [Redact]; check the mapping with "entrain expression"',
      ]);
    },
  );

  test('hides no earlier failure: the first one counts', () => {
    const failure = { code: 'AttributeValidationFailed', message: 'the filter', status: null } as const;
    expect(map(aUser({ jobTitle: 'Editor' }), [failing], { failure }).failure).toBe(failure);
  });

  test('that finds no unused value fails with that reason', () => {
    const desired = mapped({}, 'SelectUniqueValue([a], [b])');
    expect(desired.failure).toMatchObject({ code: 'AttributeValidationFailed' });
    expect(desired.failure?.message).toMatch(/^x: No rule of SelectUniqueValue/);
  });

  test('that is a bug of the program is not taken for one of the mapping', () => {
    const broken = {
      ...WORLD,
      guid: () => {
        throw new TypeError('a bug');
      },
    };
    const mappings = compileMappings(anObjectMapping('User', [aMapping('x', 'Guid()')]));
    expect(() => mapAttributes({ object: aUser(), scope: aVerdict() }, mappings, broken)).toThrow('a bug');
  });
});

test('the default domain is that of the job; without one the message names the key', () => {
  const mapping = anObjectMapping('User', [aMapping('x', 'Join("@", [mailNickname], DefaultDomain())')]);
  const of = (domain?: string) =>
    mapAttributes(
      { object: aUser({ mailNickname: 'ada' }), scope: aVerdict() },
      compileMappings(mapping, {}, domain),
      WORLD,
    );
  expect(of('contoso.com').attributes).toMatchObject([{ value: 'ada@contoso.com' }]);
  expect(of().failure?.message).toContain('directory.defaultDomain');
});

describe('IsSoftDeleted', () => {
  test.each([
    ['false for a user in scope who may sign in', {}, 'True'],
    ['true for one who is not assigned', UNASSIGNED, 'False'],
    ['true for one whose role does not entitle', { hasRequiredRole: false, isInScope: false }, 'False'],
    ['true for one whom the filter excludes', { passesFilter: false, isInScope: false }, 'False'],
    ['true for one blocked or deleted', { isActive: false }, 'False'],
  ])('is %s', (_, scope, active) => {
    const desired = map(aUser(), [ACTIVE_MAPPING], scope);
    expect([desired.isSoftDeleted, valuesOf(desired)]).toEqual([active === 'False', { active }]);
  });

  test('while true lets only those mappings flow that read it: other changes wait', () => {
    const mappings = [aMapping('userName', '[userPrincipalName]'), ACTIVE_MAPPING, aMapping('n', null)];
    expect(valuesOf(map(aUser(), mappings, UNASSIGNED))).toEqual({ active: 'False' });
    expect(Object.keys(valuesOf(map(aUser(), mappings)))).toEqual(['userName', 'active', 'n']);
  });

  describe('of a deleted user whom the directory renamed', () => {
    const renamed = (attributes: Attributes = {}) =>
      aUser(
        { userPrincipalName: `${'0a'.repeat(16)}u1@contoso.com`, ...attributes },
        { presence: 'softDeleted' },
      );
    const MAPPINGS = [
      aMapping('userName', '[userPrincipalName]'),
      aMapping('nickName', 'ToUpper([originalUserPrincipalName])'),
      aMapping('title', '[jobTitle]'),
    ];
    const deleted = { isActive: false };

    test('lets every mapping flow that reads the userPrincipalName, and no other', () => {
      const object = renamed({ originalUserPrincipalName: 'x', jobTitle: 'Editor' });
      expect(valuesOf(map(object, [...MAPPINGS, ACTIVE_MAPPING], deleted))).toEqual({
        userName: `${'0a'.repeat(16)}u1@contoso.com`,
        nickName: 'X',
        active: 'False',
      });
    });

    test('lets nothing flow where no mapping reads IsSoftDeleted', () => {
      expect(valuesOf(map(renamed(), MAPPINGS, deleted))).toEqual({});
    });

    test('disables him also where the new name cannot be mapped', () => {
      const fails = aMapping('userName', 'FormatDateTime([userPrincipalName], , "yyyy", "yy")');
      const desired = map(renamed(), [fails, ACTIVE_MAPPING], deleted);
      expect([desired.failure, valuesOf(desired)]).toEqual([null, { active: 'False' }]);
    });

    test('lets the name wait where the user is blocked, or keeps it in the recycle bin', () => {
      const mappings = [aMapping('userName', '[userPrincipalName]'), ACTIVE_MAPPING];
      for (const object of [aUser(), aUser({}, { presence: 'softDeleted' })])
        expect(valuesOf(map(object, mappings, deleted))).toEqual({ active: 'False' });
    });
  });

  test('marks the mappings that read it, also when deep inside', () => {
    const { attributes } = map(aUser(), [
      aMapping('a', 'IIF(Not([IsSoftDeleted])="True", "on", "off")'),
      aMapping('b', '"on"'),
    ]);
    expect(attributes.map(({ followsSoftDelete }) => followsSoftDelete)).toEqual([true, false]);
  });
});

describe('references', () => {
  const MANAGER = aMapping('manager', '[manager]');
  const MEMBERS = aMapping('members', '[members]');

  test('stay source ids', () => {
    const [reference] = map(aUser({}, { manager: idOf('boss') }), [MANAGER]).references;
    expect(reference).toEqual({ mapping: MANAGER, value: 'boss' });
  });

  test('of a user without a manager are there, and empty', () => {
    expect(map(aUser(), [MANAGER]).references).toEqual([{ mapping: MANAGER, value: null }]);
  });

  test('do not flow while the user is out of scope', () => {
    expect(map(aUser({}, { manager: idOf('boss') }), [MANAGER], UNASSIGNED).references).toEqual([]);
  });

  test('of a group are its members, which are no attribute', () => {
    const desired = map(aGroup(), [MEMBERS]);
    expect([desired.mapsMembers, desired.attributes]).toEqual([MEMBERS, []]);
  });
});

describe('roles', () => {
  const withRoles = aUser({}, { assignments: [assigned(aRole('Reader')), assigned(aRole('Editor'))] });
  const roles = (source: string) => valuesOf(map(withRoles, [aMapping('roles', source)])).roles;

  test('are one name, or all of them as objects', () => {
    expect(roles('SingleAppRoleAssignment([appRoleAssignments])')).toBe('Editor');
    expect(roles('AppRoleAssignmentsComplex([appRoleAssignments])')).toMatchObject({
      assertive: false,
      roles: [{ displayName: 'Editor' }, { displayName: 'Reader' }],
    });
    expect(roles('AssertiveAppRoleAssignmentsComplex([appRoleAssignments])')).toMatchObject({
      assertive: true,
    });
  });

  test('of a user without any are null, or an empty list of objects', () => {
    const none = (source: string) => valuesOf(map(aUser(), [aMapping('roles', source)])).roles;
    expect(none('SingleAppRoleAssignment([appRoleAssignments])')).toBeNull();
    expect(none('AssertiveAppRoleAssignmentsComplex([appRoleAssignments])')).toEqual({
      assertive: true,
      roles: [],
    });
  });
});
