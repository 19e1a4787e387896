import { describe, expect, test } from 'vitest';
import type { DirectoryObject } from '../../src/model/directory.ts';
import { compileFilter } from '../../src/scoping/filter.ts';
import { compileFilterPattern } from '../../src/scoping/pattern.ts';
import { type ScopeRules, scopeObject } from '../../src/scoping/scope.ts';
import { aClause, aFilter, aGroup, aRole, assigned, assignedThrough, aUser } from '../support/builders.ts';

const RULES: ScopeRules = {
  mode: 'assigned',
  excludeDefaultAccess: true,
  applicationHasRoles: false,
  filter: null,
};
const WITH_ROLES: ScopeRules = { ...RULES, applicationHasRoles: true };
const SYNC_ALL: ScopeRules = { ...RULES, mode: 'all' };
const filtering = (...args: Parameters<typeof aFilter>): ScopeRules => ({
  ...RULES,
  filter: compileFilter(aFilter(...args), compileFilterPattern),
});

const verdict = (object: DirectoryObject, rules: ScopeRules = RULES) => scopeObject(object, rules).scope;

const user = (assignments: DirectoryObject['assignments'] = []) => aUser({}, { assignments });
const group = (attributes: DirectoryObject['attributes'], assignments: DirectoryObject['assignments']) =>
  aGroup(attributes, { assignments });

describe('isAssigned, in the scope "assigned"', () => {
  test.each([
    ['a user assigned directly', user([assigned()]), true, 'in scope: assigned directly'],
    [
      'an immediate member of an assigned security-enabled group',
      user([assignedThrough('Sales')]),
      true,
      'in scope: assigned through group "Sales"',
    ],
    [
      'a member of an assigned group that is not security-enabled',
      user([assignedThrough('Chat', { securityEnabled: false })]),
      false,
      'assigned only through group "Chat", which is not security-enabled',
    ],
    [
      'a member of two groups of which one is security-enabled',
      user([assignedThrough('Chat', { securityEnabled: false }), assignedThrough('Sales')]),
      true,
      'in scope: assigned through group "Sales"',
    ],
    ['a user whom nobody assigned', user(), false, 'not assigned to the application'],
    ['a group assigned directly', group({}, [assigned()]), true, 'in scope: assigned directly'],
    [
      'an assigned group that is not security-enabled',
      group({ securityEnabled: false }, [assigned()]),
      false,
      'assigned, but the group is not security-enabled',
    ],
    [
      'a group nested in an assigned group',
      group({}, [assignedThrough('Sales')]),
      false,
      'not assigned to the application',
    ],
  ])('%s', (_, object, isAssigned, reason) => {
    expect(verdict(object)).toMatchObject({ isAssigned, isInScope: isAssigned, reason });
  });

  test('one path is enough: who loses one of two stays in scope', () => {
    expect(verdict(user([assigned(), assignedThrough('Sales')])).isInScope).toBe(true);
    expect(verdict(user([assignedThrough('Sales')])).isInScope).toBe(true);
  });
});

describe('the required role', () => {
  test.each([
    ['Default Access entitles where the application has no roles', assigned(), RULES, true],
    ['Default Access does not entitle where it has roles', assigned(), WITH_ROLES, false],
    [
      'Default Access entitles with the exclusion switched off',
      assigned(),
      { ...WITH_ROLES, excludeDefaultAccess: false },
      true,
    ],
    ['a role for users entitles', assigned(aRole('Editor')), WITH_ROLES, true],
    ['a disabled role does not', assigned(aRole('Editor', { isEnabled: false })), WITH_ROLES, false],
    [
      'a role for applications only does not',
      assigned(aRole('Daemon', { allowedMemberTypes: ['Application'] })),
      WITH_ROLES,
      false,
    ],
    [
      'the role of the group entitles its members',
      assignedThrough('Sales', { role: aRole('Editor') }),
      WITH_ROLES,
      true,
    ],
  ] as const)('%s', (_, path, rules, hasRequiredRole) => {
    expect(verdict(user([path]), rules)).toMatchObject({
      isAssigned: true,
      hasRequiredRole,
      isInScope: hasRequiredRole,
    });
  });

  test('of two assignments one role is enough, and that assignment is the reason', () => {
    const paths = [assigned(), assignedThrough('Sales', { role: aRole('Editor') })];
    expect(verdict(user(paths), WITH_ROLES)).toMatchObject({
      isInScope: true,
      reason: 'in scope: assigned through group "Sales"',
    });
  });

  test('is named when it entitles, and when it does not', () => {
    const reason = (...paths: DirectoryObject['assignments']) => verdict(user(paths), WITH_ROLES).reason;
    expect([
      reason(assigned(aRole('Editor'))),
      reason(assigned(aRole('Editor', { isEnabled: false }))),
      reason(assigned()),
      reason(assigned(), assignedThrough('Chat', { role: aRole('Editor'), securityEnabled: false })),
      reason(assigned(aRole('Editor', { isEnabled: false })), assigned(aRole('Owner', { isEnabled: false }))),
    ]).toEqual([
      'in scope: assigned as "Editor"',
      'assigned, but the role "Editor" is disabled or not for users',
      'assigned with Default Access only, which does not entitle to provisioning here',
      'assigned with Default Access only, which does not entitle to provisioning here',
      'assigned, but the roles "Editor", "Owner" are disabled or not for users',
    ]);
  });
});

describe('in the scope "all"', () => {
  test.each([
    ['a user whom nobody assigned', user()],
    ['a group that is not security-enabled', group({ securityEnabled: false }, [])],
    ['a user whose role does not entitle', user([assigned(aRole('Editor', { isEnabled: false }))])],
  ])('%s is in scope', (_, object) => {
    expect(verdict(object, { ...SYNC_ALL, applicationHasRoles: true })).toMatchObject({
      isAssigned: true,
      hasRequiredRole: true,
      isInScope: true,
      reason: 'in scope: sync all',
    });
  });

  test('the filter still decides', () => {
    const rules = { ...filtering({ F: [aClause('department', 'EQUALS', 'Sales')] }), mode: 'all' as const };
    expect(verdict(aUser({ department: 'Sales' }), rules).isInScope).toBe(true);
    expect(verdict(aUser({ department: 'Press' }), rules).isInScope).toBe(false);
  });
});

describe('isActive', () => {
  test.each([
    ['a user who may sign in', aUser({ accountEnabled: true }), true],
    ['a user without accountEnabled', { ...aUser(), attributes: {} }, true],
    ['a user blocked from signing in', aUser({ accountEnabled: false }), false],
    ['a user blocked by a text', aUser({ accountEnabled: 'False' }), false],
    ['a user in the recycle bin', aUser({}, { presence: 'softDeleted' }), false],
    ['a hard-deleted user', aUser({}, { presence: 'hardDeleted' }), false],
    ['a group', aGroup(), true],
    ['a group that says accountEnabled false', aGroup({ accountEnabled: false }), true],
    ['a group in the recycle bin', aGroup({}, { presence: 'softDeleted' }), false],
  ] as const)('%s: %j', (_, object, isActive) => {
    expect(verdict(object).isActive).toBe(isActive);
  });

  test('an inactive object stays in scope', () => {
    const blocked = aUser({ accountEnabled: false }, { assignments: [assigned()] });
    expect(verdict(blocked)).toMatchObject({
      isInScope: true,
      isActive: false,
      reason: 'blocked from signing in (accountEnabled is false)',
    });
  });

  test.each([
    ['softDeleted', 'deleted in the source (recycle bin)'],
    ['hardDeleted', 'permanently deleted in the source'],
  ] as const)('%s is said in words', (presence, words) => {
    expect(verdict(aUser({}, { presence, assignments: [assigned()] })).reason).toBe(words);
  });
});

describe('an object below an assigned group', () => {
  test('that is in a nested group only says in which', () => {
    const object = { ...user(), nesting: { group: 'Support', assignedGroup: 'All' } };
    expect(verdict(object).reason).toBe(
      'not assigned to the application: a member of the nested group "Support" in the assigned group "All"',
    );
  });

  test('that is a nested group itself says so', () => {
    const object = { ...group({}, []), nesting: { group: 'All', assignedGroup: 'All' } };
    expect(verdict(object).reason).toBe(
      'not assigned to the application: a group in the assigned group "All"',
    );
  });

  test('says nothing of it where everybody is in scope', () => {
    const object = { ...user(), nesting: { group: 'Support', assignedGroup: 'All' } };
    expect(verdict(object, SYNC_ALL).reason).toBe('in scope: sync all');
  });
});

describe('the scoping filter', () => {
  const sales = filtering({ Sales: [aClause('department', 'EQUALS', 'Sales')] });

  test('puts an assigned user out of scope, and says by which clause', () => {
    const object = aUser({ department: 'Press' }, { assignments: [assigned()] });
    expect(verdict(object, sales)).toMatchObject({
      isAssigned: true,
      passesFilter: false,
      isInScope: false,
      clauses: { "Sales.department EQUALS 'Sales'": false },
      reason: 'the scoping filter is not passed: department EQUALS "Sales" is false (department is "Press")',
    });
  });

  test('that is passed does not say that the object is assigned', () => {
    expect(verdict(aUser({ department: 'Sales' }), sales)).toMatchObject({
      isAssigned: false,
      passesFilter: true,
      isInScope: false,
    });
  });

  test('is evaluated for unassigned objects as well, so that the log can show it', () => {
    const object = aUser({ department: 'Press', accountEnabled: false });
    expect(verdict(object, sales).reason).toBe(
      'not assigned to the application; the scoping filter is not passed: department EQUALS "Sales" is false (department is "Press"); blocked from signing in (accountEnabled is false)',
    );
  });

  test('that is absent is an empty result', () => {
    expect(verdict(user())).toMatchObject({ passesFilter: true, clauses: {} });
  });

  test('can be about IsSoftDeleted, which is true in the recycle bin', () => {
    const rules = filtering({ F: [aClause('IsSoftDeleted', 'IS FALSE')] });
    expect(verdict(aUser(), rules).passesFilter).toBe(true);
    expect(verdict(aUser({}, { presence: 'softDeleted' }), rules).passesFilter).toBe(false);
  });

  test('sees the userPrincipalName from before the deletion, which takes nobody out of scope', () => {
    const rules = filtering({
      F: [aClause('userPrincipalName', 'EQUALS', 'u1@contoso.com')],
    });
    const userPrincipalName = `${'0a'.repeat(16)}u1@contoso.com`;
    expect(verdict(aUser({ userPrincipalName }, { presence: 'softDeleted' }), rules).passesFilter).toBe(true);
    expect(verdict(aUser({ userPrincipalName }), rules).passesFilter).toBe(false);
  });

  test('of input groups drops the object, and nothing else is of interest', () => {
    const rules = filtering({}, { I: [aClause('department', 'EQUALS', 'Sales')] });
    expect(verdict(user([assigned()]), rules)).toMatchObject({
      isDropped: true,
      reason: 'dropped by the input filter',
    });
  });

  test('whose pattern runs into its time limit leaves the object undecided instead of out of scope', () => {
    const rules = filtering({ F: [aClause('title', 'REGEX MATCH', '^(([a-z])+.)+[A-Z]([a-z])+$')] });
    const object = aUser({ title: 'a'.repeat(200) }, { assignments: [assigned()] });
    expect(verdict(object, rules)).toMatchObject({
      isInScope: true,
      failure: { code: 'AttributeValidationFailed', message: expect.stringContaining('time limit') },
      reason: 'the scoping filter could not be evaluated',
    });
  });

  test('that has a bug is not taken for one of the object', () => {
    const filter = () => {
      throw new TypeError('a bug');
    };
    expect(() => verdict(user(), { ...RULES, filter })).toThrow('a bug');
  });
});

test('scoping passes the object on as it is: it removes nothing', () => {
  const object = user();
  expect(scopeObject(object, RULES).object).toBe(object);
});
