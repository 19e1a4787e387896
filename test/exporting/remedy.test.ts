import { describe, expect, test } from 'vitest';
import { describeChange } from '../../src/exporting/describe.ts';
import { hintOn, withHint, withRemedies } from '../../src/exporting/remedy.ts';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.ts';
import { attributePath } from '../../src/model/identifiers.ts';
import type { Change } from '../../src/model/pipeline.ts';
import type { ScimAnswer } from '../../src/model/scim.ts';
import type { UntakenValue } from '../../src/model/verification.ts';
import { failureOf } from '../../src/scim/answer.ts';
import { ENTERPRISE_USER } from '../../src/scim/path.ts';
import { aChange, anAnswer } from '../scim/scim-builders.ts';
import { aCreation, aMembership, anUpdate, aReference } from './change-builders.ts';

const MANAGER = `${ENTERPRISE_USER}:manager`;
const FLAG: Partial<Dialect> = { patch: 'aadOptscim062020' };
const disabled = anUpdate('User', 'ada', [aChange('replace', 'active', 'False')]);
const flagged = anUpdate('User', 'ada', [aChange('add', 'custom', 'True', { type: 'Boolean' })]);
const counted = anUpdate('User', 'ada', [aChange('add', 'level', '7', { type: 'Integer' })]);
const called = anUpdate('User', 'ada', [aChange('add', 'phoneNumbers[type eq "mobile"].value', '1')]);
const named = anUpdate('User', 'ada', [aChange('replace', 'name.givenName', 'Ada')]);
const renamed = anUpdate('User', 'ada', [
  aChange('replace', 'name.givenName', 'Ada'),
  aChange('replace', 'title', 'Boss'),
]);
const promoted = anUpdate('User', 'ada', [
  aChange('replace', `${ENTERPRISE_USER}:department`, 'Sales'),
  aChange('replace', 'title', 'Boss'),
]);
const moved = anUpdate('User', 'ada', [
  aChange('replace', 'title', 'Boss'),
  aChange('replace', 'nickName', 'ada'),
]);
const cleared = anUpdate('User', 'ada', [aChange('remove', 'title', '')]);
const managed = aReference('ada', MANAGER, 'add', 'bob');
const unmanaged = aReference('ada', MANAGER, 'remove', null, 't-bob');
const grown = aMembership('g', ['ada']);
const pair = aMembership('g', ['ada', 'bob']);
const retitled = anUpdate('User', 'ada', [aChange('replace', 'title', 'Boss')]);
const shrunk = aMembership('g', [], ['ada']);

const error = (status: number, scimType?: string, detail = 'no'): ScimAnswer =>
  anAnswer(status, scimType === undefined ? { detail } : { scimType, detail });

function hint(change: Change, answer: ScimAnswer, options: Partial<Dialect> = {}): string | null {
  const dialect = { ...DEFAULT_DIALECT, ...options };
  const [request] = describeChange(change, dialect, (id) => `t-${id}`);
  if (request === undefined) throw new Error('nothing is sent');
  return hintOn(change, { request, response: answer }, dialect);
}

function remedy(change: Change, value: Omit<UntakenValue, 'attribute'>, options: Partial<Dialect> = {}) {
  const dialect = { ...DEFAULT_DIALECT, ...options };
  const [request] = describeChange(change, dialect, (id) => `t-${id}`);
  if (request === undefined) throw new Error('nothing is sent');
  const path =
    'attributes' in change ? change.attributes[0]?.mapping : 'mapping' in change ? change.mapping : undefined;
  const attribute = attributePath(path?.targetAttributeName ?? '');
  return withRemedies({ untaken: [{ ...value, attribute }] }, change, request, dialect).untaken?.[0]?.remedy;
}

describe('a refusal names the attribute and the option that helps', () => {
  test.each<[string, Change, ScimAnswer, string, Partial<Dialect>?]>([
    [
      'of a bare manager',
      managed,
      error(400, 'invalidValue'),
      `${MANAGER}, sent as a bare id: target.dialect.managerValue: object`,
    ],
    ['of the path of a manager', managed, error(400, 'invalidPath'), 'managerValue: object'],
    ['of a removed manager', unmanaged, error(400), 'managerRemoval', { managerRemoval: 'remove' }],
    [
      'of active as text',
      disabled,
      error(400, 'invalidSyntax'),
      'active, sent as text: target.dialect.activeAsBoolean: true',
    ],
    [
      'of another boolean as text',
      flagged,
      error(422),
      'custom, sent as text: target.dialect.legacyScalars: typed',
    ],
    [
      'of an integer as text',
      counted,
      error(400),
      'level, sent as text: target.dialect.legacyScalars: typed',
    ],
    [
      'of several attributes, none of which is suspected',
      moved,
      error(409),
      'title, nickName, sent in one PATCH: target.dialect.splitRefused: true',
    ],
    [
      'of a filter without a match',
      called,
      error(400, 'noTarget'),
      'phoneNumbers[type eq "mobile"].value, sent by a path with a filter: target.dialect.absentValuePath: object',
    ],
    [
      'of a part of a complex attribute',
      named,
      error(400, 'invalidPath'),
      'name.givenName, sent by the path of a part: target.dialect.complexAttributes: whole',
    ],
    [
      'of a flat key',
      renamed,
      error(400, 'invalidSyntax'),
      'name.givenName, sent as a flat key: target.dialect.pathlessKeys: nested',
      FLAG,
    ],
    [
      'of members by value',
      shrunk,
      error(400),
      'members, removed by a list of values: target.dialect.memberRemoval: filter',
    ],
    ['of members by value that is not implemented', shrunk, error(501), 'memberRemoval: filter'],
    ['of members by filter', shrunk, error(400, 'invalidPath'), 'memberRemoval: value', FLAG],
    ['of a member in conflict', grown, error(409), 'referenceCheck: true'],
    ['of the method', named, error(405), 'sent by PATCH: target.dialect.updateMethod: put'],
    ['of the method that is not implemented', grown, error(501), 'updateMethod: put'],
    ['of the method or of the attributes', moved, error(501), 'splitRefused: true'],
    [
      'of a removed value',
      cleared,
      error(400),
      'title, cleared by a remove operation: target.dialect.clearValues: empty',
    ],
  ])('%s', (_, change, answer, expected, options) => {
    expect(hint(change, answer, options)).toContain(expected);
  });

  test('and only the one that the target complains of', () => {
    const both = anUpdate('User', 'ada', [
      aChange('replace', 'active', 'True'),
      aChange('replace', 'name.givenName', 'Ada'),
    ]);
    expect(hint(both, error(400, undefined, 'Active must be boolean'))).toMatch(
      /^active, sent as text: [^;]*$/,
    );
    expect(hint(both, error(500, undefined, 'givenName: no such column'))).toMatch(
      /^name\.givenName, [^;]*$/,
    );
  });
});

test.each<[string, string]>([
  ['userName is taken', 'name.givenName'],
  ['inactive accounts cannot be changed', 'active'],
  ['user_name is taken', 'name.givenName'],
  ['titles_of_honour', 'title'],
])('"%s" does not name %s', (detail, attribute) => {
  const both = anUpdate('User', 'ada', [
    aChange('replace', 'nickName', 'Ada'),
    aChange('replace', attribute, 'True', { type: 'Boolean' }),
  ]);
  expect(hint(both, error(500, undefined, detail))).toBeNull();
});

test.each([
  ['the phone number is wrong'],
  ['phone_numbers: no such column'],
  ['bad value at phoneNumbers[0].value'],
  ['"PhoneNumber" is read-only'],
])('%s names phoneNumbers', (detail) => {
  const both = anUpdate('User', 'ada', [
    aChange('replace', 'nickName', 'Ada'),
    aChange('add', 'phoneNumbers[type eq "mobile"].value', '1'),
  ]);
  expect(hint(both, error(400, 'noTarget', detail))).toMatch(/^phoneNumbers\[[^,]*, sent by a path/);
});

const LOWER_CASE =
  'sent by operations with a capital letter (Add, Replace, Remove): target.dialect.patch: aadOptscim062020 or ?aadOptscim062020 in the tenant URL sends them in lower case, in cycles and not on demand';

describe('a target that knows operations in lower case alone', () => {
  test.each<[string, Change, ScimAnswer]>([
    ['unknown op Add', managed, error(400)],
    ['unknown op Replace', disabled, error(400)],
    ['"Replace" is not a valid choice.', disabled, error(400, 'invalidSyntax')],
    ['Operations[0].op must be one of add, remove, replace', renamed, error(422)],
    ['Invalid operation: Add', grown, error(500)],
    ['operation not supported', retitled, error(501)],
  ])('saying %s, is sent them so, and no value is at fault', (detail, change, { status, body }) => {
    const { scimType } = body as { scimType?: string };
    expect(hint(change, error(status, scimType, detail))).toBe(LOWER_CASE);
    expect(hint(change, error(status, scimType, detail), FLAG)).not.toEqual(
      expect.stringContaining('.patch'),
    );
  });

  test.each([
    'invalid value at Operations[0].value',
    'Remove the invalid character',
    'active must be a boolean',
    'PATCH operation not supported',
    'the address is invalid',
  ])('is not one that says %s', (detail) => {
    expect(hint(disabled, error(400, undefined, detail))).not.toContain('dialect.patch');
  });

  test.each<[string, Change, Omit<UntakenValue, 'attribute'>]>([
    ['a manager', managed, { sent: 'bob', found: null }],
    ['a member', grown, { kind: 'notAdded', sent: 'ada', found: null }],
    ['a removed member', shrunk, { kind: 'notRemoved', sent: null, found: 'ada' }],
  ])('and drops %s without a word, has that named first', (_, change, value) => {
    expect(remedy(change, value)?.startsWith(LOWER_CASE)).toBe(true);
  });

  test('is not one that shows members who were written by such operations', () => {
    const [request] = describeChange(grown, DEFAULT_DIALECT, (id) => `t-${id}`);
    if (request === undefined) throw new Error('nothing is sent');
    const untaken = [
      { attribute: attributePath('members'), kind: 'notAdded', sent: 'ada', found: null },
    ] as const;
    const verified = withRemedies({ untaken, showsEarlier: true }, grown, request, DEFAULT_DIALECT);
    expect(verified.untaken?.[0]?.remedy ?? '').not.toContain('capital letter');
  });

  test('and drops one value alone, may as well be one that does not change it', () => {
    expect(remedy(retitled, { sent: 'Boss', found: 'Clerk' })).toBeUndefined();
  });

  test('refuses with a message that asks for no other value', () => {
    const [request] = describeChange(disabled, DEFAULT_DIALECT, (id) => `t-${id}`);
    if (request === undefined) throw new Error('nothing is sent');
    const response = error(400, undefined, 'unknown op Replace');
    const { message } = withHint(
      failureOf(response, 'update'),
      disabled,
      { request, response },
      DEFAULT_DIALECT,
    );
    expect(message).toContain(`; ${LOWER_CASE}`);
    expect(message).not.toContain('correct the value');
  });
});

describe('no option is named', () => {
  test.each<[string, Change, ScimAnswer, Partial<Dialect>?]>([
    ['against a success', named, anAnswer(200)],
    ['against a fault of the target that names nothing', disabled, error(500)],
    ['against refused rights', disabled, error(403)],
    [
      'where the target complains of a value in no special form',
      renamed,
      error(400, 'invalidValue', 'title is too long'),
    ],
    ['where PUT is refused as well', named, error(405), { updateMethod: 'put' }],
    ['where members are asked for already', grown, error(409), { referenceCheck: true }],
    ['where the update is split already', moved, error(409), { splitRefused: true }],
    ['where entries are added already', called, error(400, 'noTarget'), { absentValuePath: 'object' }],
    ['where the option is set', managed, error(400, 'invalidValue'), { managerValue: 'object' }],
    ['where booleans have their type', disabled, error(400), { legacyScalars: 'typed' }],
    ['where a creation is refused', aCreation('User', [aChange('add', 'active', 'True')]), error(400)],
  ])('%s', (_, change, answer, options) => {
    expect(hint(change, answer, options)).toBeNull();
  });
});

test('a refusal of a target that has not read the body says so, and nothing else', () => {
  expect(
    hint(
      aCreation('User', [aChange('add', 'userName', 'ada')]),
      error(400, undefined, 'userName is required'),
    ),
  ).toMatch(/^the request did hold userName; /);
});

describe('a value that did not take has the option that helps', () => {
  test.each<[string, Change, Omit<UntakenValue, 'attribute'>, string, Partial<Dialect>?]>([
    ['a manager that is not there', managed, { sent: 'Bob', found: null }, 'managerValue: object'],
    [
      'a boolean that was kept as text',
      disabled,
      { sent: 'false', found: 'the text False' },
      'activeAsBoolean: true',
    ],
    ['an entry that was not made', called, { sent: '1', found: null }, 'absentValuePath: object'],
    [
      'a flat key that was taken for a name, beside the old value',
      renamed,
      { sent: 'Ada', found: 'Eva' },
      'complexAttributes: whole',
      FLAG,
    ],
    [
      'a flat key of an extension',
      promoted,
      { sent: 'Sales', found: null },
      'sent as a flat key: target.dialect.pathlessKeys: nested',
      FLAG,
    ],
    ['a part that was taken for a name', named, { sent: 'Ada', found: null }, 'complexAttributes: whole'],
    [
      'a group that was emptied',
      shrunk,
      { kind: 'emptied', sent: 'bob', found: null },
      'memberRemoval: filter',
    ],
    [
      'a member that was not removed',
      shrunk,
      { kind: 'notRemoved', sent: null, found: 'ada' },
      'memberRemoval: filter',
    ],
    ['a value that was not removed', cleared, { sent: null, found: 'Boss' }, 'clearValues: empty'],
  ])('%s', (_, change, value, expected, options) => {
    expect(remedy(change, value, options)).toContain(expected);
  });

  test.each<[string, Change, Omit<UntakenValue, 'attribute'>, Partial<Dialect>?]>([
    ['a flat key in another spelling', renamed, { sent: 'Ada', found: 'ADA' }, FLAG],
    ['a part with another value', named, { sent: 'Ada', found: 'ADA' }],
    ['a value that was written before', disabled, { kind: 'heldBefore', sent: 'false', found: 'true' }],
    ['one member of two that was not added', pair, { kind: 'notAdded', sent: 'ada', found: null }],
    ['a value in another spelling', retitled, { sent: 'Boss', found: 'BOSS' }],
    ['one value of two', moved, { sent: 'Boss', found: 'Clerk' }],
    [
      'a member that was not added in lower case',
      grown,
      { kind: 'notAdded', sent: 'ada', found: null },
      FLAG,
    ],
  ])('but not %s', (_, change, value, options) => {
    expect(remedy(change, value, options)).toBeUndefined();
  });
});
