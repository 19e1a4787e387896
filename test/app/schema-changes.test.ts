import { expect, test } from 'vitest';
import { type SchemaChange, schemaChanges } from '../../src/app/plan/schema-changes.ts';
import type { ObjectMapping } from '../../src/model/schema.ts';
import { aClause, aFilter, aJob, aMapping, groupMapping, userMapping } from '../support/builders.ts';

const USERNAME = aMapping('userName', '[userPrincipalName]', { matchingPriority: 1 });
const TITLE = aMapping('title', '[jobTitle]');

const changesOf = (
  before: Partial<ObjectMapping>,
  after: Partial<ObjectMapping>,
): readonly (readonly unknown[])[] => {
  const base = { attributeMappings: [USERNAME, TITLE] };
  const schemaOf = (rest: Partial<ObjectMapping>) => ({
    ...aJob().schema,
    user: userMapping({ ...base, ...rest }),
    group: groupMapping(),
  });
  return schemaChanges(schemaOf(before), schemaOf(after)).map(
    ({ objectType, part, attribute, before: then, after: now }: SchemaChange) => [
      objectType,
      part,
      attribute,
      then,
      now,
    ],
  );
};

const filter = (...args: Parameters<typeof aFilter>) => ({ scope: aFilter(...args) });

test('the same schema changes nothing, whatever its filters are called', () => {
  const clause = aClause('department', 'EQUALS', 'Sales');
  expect(changesOf(filter({ A: [clause] }), filter({ B: [clause] }))).toEqual([]);
});

test.each<[string, Partial<ObjectMapping>, Partial<ObjectMapping>, readonly unknown[]]>([
  [
    'a mapping is added',
    { attributeMappings: [USERNAME] },
    {},
    ['User', 'mapping', 'title', null, '[jobTitle]'],
  ],
  [
    'a mapping is removed',
    {},
    { attributeMappings: [USERNAME] },
    ['User', 'mapping', 'title', '[jobTitle]', null],
  ],
  [
    'a mapping has another source, a default value and a flow',
    {},
    {
      attributeMappings: [
        USERNAME,
        aMapping('title', '[department]', { defaultValue: 'none', flowType: 'ObjectAddOnly' }),
      ],
    },
    ['User', 'mapping', 'title', '[jobTitle]', '[department], default "none", only during object creation'],
  ],
  [
    'another attribute matches first',
    {},
    {
      attributeMappings: [
        { ...USERNAME, matchingPriority: 2 },
        { ...TITLE, matchingPriority: 1 },
      ],
    },
    ['User', 'matching', null, 'userName', 'title, then userName'],
  ],
  [
    'the scoping filter is other',
    {},
    filter({
      A: [aClause('department', 'EQUALS', 'Sales'), aClause('mail', 'IS NOT NULL')],
      B: [aClause('city', 'EQUALS', 'Oslo')],
    }),
    [
      'User',
      'scoping filter',
      null,
      'none: everybody passes',
      '(department EQUALS "Sales" AND mail IS NOT NULL) OR (city EQUALS "Oslo")',
    ],
  ],
  ['the object mapping is off', {}, { enabled: false }, ['User', 'object mapping', null, 'on', 'off']],
  [
    'an action is off',
    {},
    { actions: { create: true, update: true, delete: false } },
    ['User', 'target object actions', null, 'Create, Update, Delete', 'Create, Update'],
  ],
])('%s', (_, before, after, change) => {
  expect(changesOf(before, after)).toEqual([change]);
});
