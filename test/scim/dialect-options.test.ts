import { describe, expect, test } from 'vitest';
import { describeChange } from '../../src/exporting/describe.ts';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.ts';
import type { AppRole } from '../../src/model/directory.ts';
import type { AttributeChange, Change } from '../../src/model/pipeline.ts';
import { aCreation, aMembership, anUpdate, aReference } from '../exporting/change-builders.ts';
import { aChange } from './scim-builders.ts';

const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const MANAGER = `${E}:manager`;
const WORK = 'emails[type eq "work"].value';
const FLAG = { patch: 'aadOptscim062020' } as const;

const bodiesOf = (change: Change, options: Partial<Dialect>) =>
  describeChange(change, { ...DEFAULT_DIALECT, ...options }, (id) => `t-${id}`).map(({ body }) => body);

const operationsOf = (change: Change, options: Partial<Dialect>) => bodiesOf(change, options)[0]?.Operations;

const update = (...attributes: readonly AttributeChange[]) => anUpdate('User', 't-ola', attributes);

describe('the removal of a manager', () => {
  const removal = aReference('ola', MANAGER, 'remove', null, 't-mia');

  test.each<[Dialect['managerRemoval'], object]>([
    ['remove', { op: 'Remove', path: MANAGER }],
    ['filter', { op: 'Remove', path: 'manager[value eq "t-mia"]' }],
    ['emptyText', { op: 'Replace', path: MANAGER, value: '' }],
    ['emptyObject', { op: 'Replace', path: MANAGER, value: { value: '' } }],
  ])('by %s', (managerRemoval, operation) => {
    expect(operationsOf(removal, { managerRemoval })).toEqual([operation]);
    const [compliant] = operationsOf(removal, { ...FLAG, managerRemoval }) as unknown as { op: string }[];
    expect(compliant).toEqual({ ...operation, op: compliant?.op.toLowerCase() });
  });

  test('sends nothing by default', () => {
    expect(bodiesOf(removal, {})).toEqual([]);
  });
});

test('a manager is set by an object, under either form of PATCH', () => {
  const set = aReference('ola', MANAGER, 'add', 'mia');
  const value = { value: 't-mia' };
  expect(operationsOf(set, { managerValue: 'object' })).toEqual([{ op: 'Add', path: MANAGER, value }]);
  expect(operationsOf(set, { ...FLAG, managerValue: 'object' })).toEqual([
    { op: 'add', path: MANAGER, value },
  ]);
});

describe('booleans and integers of the legacy dialect', () => {
  const change = update(
    aChange('replace', 'active', 'False'),
    aChange('replace', 'isLead', 'True', { type: 'Boolean' }),
    aChange('replace', 'level', '7', { type: 'Integer' }),
  );

  test.each<[Partial<Dialect>, readonly unknown[]]>([
    [{}, ['False', 'True', '7']],
    [{ activeAsBoolean: true }, [false, 'True', '7']],
    [{ legacyScalars: 'typed' }, [false, true, 7]],
  ])('under %j', (options, values) => {
    const operations = operationsOf(change, options) as unknown as { value: unknown }[];
    expect(operations.map(({ value }) => value)).toEqual(values);
  });
});

describe('what the target holds', () => {
  const change = update(aChange('replace', 'title', 'x'), aChange('replace', 'nickName', 'y'));

  test('is added too, where the dialect has that quirk', () => {
    expect(operationsOf(change, { addExisting: true })).toEqual([
      { op: 'Add', path: 'title', value: 'x' },
      { op: 'Add', path: 'nickName', value: 'y' },
    ]);
    expect(operationsOf(change, { ...FLAG, addExisting: true })).toEqual([
      { op: 'add', value: { title: 'x', nickName: 'y' } },
    ]);
  });

  test('is replaced where it is a list', () => {
    const list = update(aChange('replace', 'languages', ['de'], { multivalued: true }));
    expect(operationsOf(list, { addExisting: true })).toEqual([
      { op: 'Replace', path: 'languages', value: ['de'] },
    ]);
  });
});

describe('under the flag', () => {
  const change = update(
    aChange('replace', 'name.givenName', 'Noor'),
    aChange('replace', 'name.familyName', 'Adil'),
    aChange('replace', `${E}:department`, 'Bindery'),
    aChange('replace', WORK, 'n@x.example'),
  );
  const email = { op: 'replace', path: WORK, value: 'n@x.example' };

  test('attributes without a path are nested objects, when so chosen', () => {
    expect(operationsOf(change, { ...FLAG, pathlessKeys: 'nested' })).toEqual([
      email,
      {
        op: 'replace',
        value: { name: { givenName: 'Noor', familyName: 'Adil' }, [E]: { department: 'Bindery' } },
      },
    ]);
  });

  test('value paths come last by option', () => {
    const operations = operationsOf(change, { ...FLAG, valuePathsFirst: false }) as unknown as object[];
    expect(operations.at(-1)).toEqual(email);
    expect(operations).toHaveLength(2);
  });
});

describe('roles of a PATCH', () => {
  const editor: AppRole = {
    id: '7',
    value: 'ed',
    displayName: 'Editor',
    isEnabled: true,
    allowedMemberTypes: ['User'],
  };
  const text = { value: '{"id":"7","value":"ed","displayName":"Editor"}' };
  const type = 'WindowsAzureActiveDirectoryRole';
  const several = update(
    aChange('add', 'roles', { assertive: false, roles: [{ id: '7', value: 'ed', displayName: 'Editor' }] }),
  );
  const only = update(aChange('add', 'roles', 'ed'));
  const { desired } = only.matched;
  const object = { ...desired.scoped.object, assignments: [{ throughGroup: null, role: editor }] };
  const assigned = {
    ...only,
    matched: { ...only.matched, desired: { ...desired, scoped: { ...desired.scoped, object } } },
  };
  const rolesSent = (change: Change, options: Partial<Dialect>) =>
    (operationsOf(change, options) as unknown as { value: unknown }[])[0]?.value;

  test.each<[Partial<Dialect>, boolean]>([
    [{}, true],
    [{ rolesForm: 'object' }, false],
    [FLAG, false],
    [{ ...FLAG, rolesForm: 'text' }, true],
  ])('under %j', (options, isText) => {
    expect(rolesSent(several, options)).toEqual([
      isText ? text : { primary: false, type, displayName: 'Editor', value: 'ed' },
    ]);
    expect(rolesSent(assigned, options)).toEqual([isText ? text : { primary: true, type, value: 'ed' }]);
  });

  test('that no assignment grants are the bare text', () => {
    expect(rolesSent(only, {})).toEqual([{ value: 'ed' }]);
  });
});

describe('members', () => {
  const remove = aMembership('g', [], ['a', 'b']);
  const byValue = { path: 'members', value: [{ value: 't-a' }, { value: 't-b' }] };

  test('are removed by filters in the legacy dialect too, when so chosen', () => {
    expect(operationsOf(remove, { memberRemoval: 'filter' })).toEqual([
      { op: 'Remove', path: 'members[value eq "t-a"]' },
      { op: 'Remove', path: 'members[value eq "t-b"]' },
    ]);
  });

  test('are removed by values under the flag too, when so chosen', () => {
    expect(operationsOf(remove, { ...FLAG, memberRemoval: 'value' })).toEqual([{ op: 'remove', ...byValue }]);
  });
});

describe('the creation of a group', () => {
  const group = aCreation('Group', [
    aChange('add', 'externalId', 'x1'),
    aChange('add', 'displayName', 'Press'),
  ]);
  const core = 'urn:ietf:params:scim:schemas:core:2.0:Group';
  const named = { externalId: 'x1', displayName: 'Press' };

  test.each<[string, Partial<Dialect>, object]>([
    ['captured', {}, { schemas: [core], ...named, members: [], meta: { resourceType: 'Group' } }],
    [
      'documented',
      { groupSchemaMicrosoft: true },
      {
        schemas: [core, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
        ...named,
        meta: { resourceType: 'Group' },
      },
    ],
    ['of the validator', { groupMembersOnCreate: false, metaOnCreate: false }, { schemas: [core], ...named }],
    [
      'of 2018',
      { groupIdOnCreate: true },
      { schemas: [core], id: 'new', ...named, members: [], meta: { resourceType: 'Group' } },
    ],
  ])('has the shape that is %s', (_, options, body) => {
    expect(bodiesOf(group, options)).toEqual([body]);
  });
});
