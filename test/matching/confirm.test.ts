import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConfirmContext, confirmMatch } from '../../src/matching/confirm.ts';
import { attributePath, sourceId } from '../../src/model/identifiers.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { exactly } from '../../src/scim/quote.ts';
import { aList, anAnswer, noAnswer } from '../scim/scim-builders.ts';
import { askedFor, type FakeTarget, fakeTarget } from '../support/fake-target.ts';

const NOBODY = '00000000-0000-4000-8000-000000000001';
const FILTERING = 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering';
const EXTENSION = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

interface Asked {
  readonly type?: 'User' | 'Group';
  readonly attribute?: string;
  readonly value?: string;
  readonly caseExact?: boolean;
}

const silent = (): FakeTarget => fakeTarget(() => noAnswer('timeout'));

const confirm = (
  { type = 'User', attribute = 'userName', value = 'u1@contoso.com', caseExact = false }: Asked,
  resources: readonly JsonObject[],
  context: Partial<ConfirmContext> = {},
) =>
  confirmMatch(
    {
      about: sourceId('u1'),
      type,
      attribute: attributePath(attribute),
      value,
      caseExact,
      resources,
      show: exactly,
    },
    { target: silent(), guid: () => NOBODY, confirm: 'strict', filterQuotes: 'fail', ...context },
  );

const work = (...values: readonly Json[]) => ({
  emails: values.map((value) => ({ type: 'work', value })),
});

/** A name, what is asked for, what a resource shows besides its id. */
type Case = readonly [name: string, asked: Asked, shown: JsonObject];

describe('a resource is taken over when it shows the value it was asked for', () => {
  test.each<Case>([
    ['the user name', {}, { userName: 'u1@contoso.com' }],
    ['the user name in other case', {}, { userName: 'U1@Contoso.COM' }],
    ['under another spelling of the name', {}, { UserName: 'u1@contoso.com' }],
    ['decomposed letters', { value: 'Zoë@contoso.com' }, { userName: 'zoe\u0308@contoso.com' }],
    ['letters composed only in lower case', { value: '\u01f0' }, { userName: 'J\u030c' }],
    ['an exact value', { attribute: 'externalId', value: 'Ext', caseExact: true }, { externalId: 'Ext' }],
    ['an exact value, decomposed', { value: 'é', caseExact: true }, { userName: 'e\u0301' }],
    ['the work address', { attribute: 'emails[type eq "work"].value', value: 'a@b.c' }, work('A@b.c')],
    [
      'any of several work addresses',
      { attribute: 'emails[type eq "work"].value', value: 'a@b.c' },
      work('x@b.c', 'a@b.c'),
    ],
    [
      'a single entry that is no list',
      { attribute: 'emails[type eq "work"].value', value: 'a@b.c' },
      { emails: { type: 'Work', value: 'a@b.c' } },
    ],
    ['any address', { attribute: 'emails.value', value: 'a@b.c' }, { emails: [{ value: 'a@b.c' }] }],
    [
      'any address by the bare name',
      { attribute: 'emails', value: 'a@b.c' },
      { emails: [{ value: 'a@b.c' }] },
    ],
    [
      'an attribute of an extension',
      { attribute: `${EXTENSION}:employeeNumber`, value: '4711' },
      { [EXTENSION]: { employeeNumber: '4711' } },
    ],
    [
      'a number',
      { attribute: `${EXTENSION}:employeeNumber`, value: '4711' },
      { [EXTENSION]: { employeeNumber: 4711 } },
    ],
    ['a sub-attribute', { attribute: 'name.familyName', value: 'Ng' }, { name: { familyName: 'ng' } }],
    ['a boolean', { attribute: 'active', value: 'True', caseExact: true }, { active: true }],
    [
      'the name of a group',
      { type: 'Group', attribute: 'displayName', value: 'Sales' },
      { displayName: 'SALES' },
    ],
  ])('%s', async (_, asked, shown) => {
    const resource = { id: 't-1', ...shown };
    expect(await confirm(asked, [resource])).toEqual({ resource });
  });
});

describe('a resource is not taken over when it shows another value', () => {
  test.each<Case>([
    ['another user name', {}, { userName: 'root@contoso.com' }],
    ['a name that a wildcard matches', { value: 'u_@contoso.com' }, { userName: 'u1@contoso.com' }],
    ['a name that begins with it', { value: 'u1' }, { userName: 'u1@contoso.com' }],
    ['a name without its accent', { value: 'zoë' }, { userName: 'zoe' }],
    ['a name in compatibility letters', { value: 'ﬁx' }, { userName: 'fix' }],
    ['a sharp s spelled out', { value: 'straße' }, { userName: 'strasse' }],
    ['a name with a space at its end', { value: 'u1 ' }, { userName: 'u1' }],
    ['other case where case counts', { value: 'Ext', caseExact: true }, { userName: 'ext' }],
    ['null', {}, { userName: null }],
    ['the empty text', {}, { userName: '' }],
    ['an object', {}, { userName: {} }],
    [
      'the value as the home address',
      { attribute: 'emails[type eq "work"].value', value: 'a@b.c' },
      { emails: [{ type: 'home', value: 'a@b.c' }] },
    ],
    [
      'the value as an address without a type',
      { attribute: 'emails[type eq "work"].value', value: 'a@b.c' },
      { emails: [{ value: 'a@b.c' }] },
    ],
    ['no addresses', { attribute: 'emails[type eq "work"].value', value: 'a@b.c' }, { emails: [] }],
    [
      'a work entry without a value',
      { attribute: 'emails[type eq "work"].value', value: 'a@b.c' },
      { emails: [{ type: 'work' }] },
    ],
    ['another number', { attribute: 'employeeNumber', value: '4711' }, { employeeNumber: 47110 }],
    [
      'a number that lost digits',
      { attribute: 'employeeNumber', value: '9007199254740992' },
      { employeeNumber: 2 ** 53 },
    ],
    [
      'an extension that is no object',
      { attribute: `${EXTENSION}:employeeNumber`, value: '1' },
      { [EXTENSION]: null },
    ],
    [
      'another group name',
      { type: 'Group', attribute: 'displayName', value: 'Sales' },
      { displayName: 'Administrators' },
    ],
  ])('%s', async (_, asked, shown) => {
    expect(await confirm(asked, [{ id: 't-1', ...shown }])).toMatchObject({ code: FILTERING, status: 200 });
  });

  test('and the failure names both values, what cannot be seen included, and the option', async () => {
    const failure = await confirm({ value: 'ada ' }, [{ id: 't-1', userName: 'ada\u200b' }]);
    expect(failure).toMatchObject({
      message:
        'The target was asked for userName "ada " and answered with the resource "t-1", which shows "ada\\u200b"; only a resource that shows the value asked for is taken over. Make the target compare filters exactly, make the two values equal, or allow such matches with matching.confirm: off',
    });
  });
});

describe('a resource that does not show the attribute', () => {
  test.each<Case>([
    ['the user name', {}, {}],
    ['an attribute of an extension', { attribute: `${EXTENSION}:employeeNumber` }, { userName: 'x' }],
    [
      'an attribute that its extension lacks',
      { attribute: `${EXTENSION}:employeeNumber` },
      { [EXTENSION]: {} },
    ],
    ['the addresses', { attribute: 'emails[type eq "work"].value' }, { userName: 'x' }],
    ['a sub-attribute', { attribute: 'name.familyName' }, { name: {} }],
    ['the name of a group', { type: 'Group', attribute: 'displayName' }, {}],
  ])('is taken over with a remark: %s', async (_, asked, shown) => {
    const resource = { id: 't-1', ...shown };
    expect(await confirm(asked, [resource])).toEqual({
      resource,
      remark: expect.stringContaining('does not show'),
    });
  });

  test('is not taken over when its value may have ended the filter early', async () => {
    const value = 'x" or userName pr or userName eq "y';
    expect(await confirm({ value }, [{ id: 't-1' }], { filterQuotes: 'raw' })).toMatchObject({
      code: FILTERING,
    });
    expect(await confirm({ value }, [{ id: 't-1' }], { filterQuotes: 'escape' })).toMatchObject({
      resource: { id: 't-1' },
    });
  });
});

describe('several resources', () => {
  const asked = { id: 't-1', userName: 'u1@contoso.com' };

  test.each([
    ['that all show the value', [asked, { ...asked, id: 't-2' }]],
    ['of which one shows the value', [asked, { id: 't-2', userName: 'root' }]],
    ['of which none shows the attribute', [{ id: 't-1' }, { id: 't-2' }]],
    ['of one id', [asked, asked]],
  ])('%s are a failure', async (_, resources) => {
    for (const setting of ['strict', 'off'] as const)
      expect(await confirm({}, resources, { confirm: setting })).toMatchObject({
        code: 'DuplicateTargetEntries',
      });
  });

  test('name the value that was not asked for', async () => {
    expect(await confirm({}, [asked, { id: 't-2', userName: 'root' }])).toMatchObject({
      message: expect.stringContaining('one of them shows "root"'),
    });
  });
});

describe('where matches are not confirmed', () => {
  const alias = { id: 't-1', userName: 'alias' };
  const honest = () => fakeTarget(() => anAnswer(200, aList()));
  const ignoringFilters = () => fakeTarget(() => anAnswer(200, aList(alias)));
  const off = (target: FakeTarget, ...resources: readonly JsonObject[]) =>
    confirm({}, resources, { target, confirm: 'off' });

  test('an account is taken over that is found by an alias', async () => {
    const target = honest();
    expect(await off(target, alias)).toEqual({ resource: alias });
    expect(target.requests.map(askedFor)).toEqual([{ attribute: 'userName', value: NOBODY }]);
  });

  test('no account is taken over of a target that finds one for any value', async () => {
    expect(await off(ignoringFilters(), alias)).toMatchObject({
      code: FILTERING,
      message: expect.stringContaining('it does not honour the filter'),
    });
  });

  test('no account is taken over when the query about it fails', async () => {
    expect(await off(silent(), alias)).toMatchObject({ code: 'Timeout' });
  });

  test('an account that does not show the attribute is taken over, and nothing more is asked', async () => {
    const target = silent();
    expect(await off(target, { id: 't-1' })).toEqual({ resource: { id: 't-1' } });
    expect(target.requests).toEqual([]);
  });
});

test('whatever a target answers, an account is only taken over that shows the value, or does not show the attribute', async () => {
  const FORMS: Readonly<Record<string, (value: Json) => JsonObject>> = {
    userName: (value) => ({ userName: value }),
    'emails[type eq "work"].value': (value) => ({
      emails: [
        { type: 'home', value: 'h' },
        { type: 'work', value },
      ],
    }),
    [`${EXTENSION}:employeeNumber`]: (value) => ({ [EXTENSION]: { employeeNumber: value } }),
    'name.familyName': (value) => ({ name: { familyName: value } }),
  };
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
  const variant = fc.constantFrom<(value: string) => string>(
    (value) => value,
    (value) => value.toUpperCase(),
    (value) => value.normalize('NFD'),
    (value) => value.normalize('NFKD'),
    (value) => value.normalize('NFD').replace(/\p{M}/gu, ''),
    (value) => `${value} `,
    (value) => value.slice(0, -1),
    (value) => `${value}%`,
  );
  const held = (value: string) =>
    fc.oneof(
      variant.map((vary): Json => vary(value)),
      text.map((other): Json => other),
      fc.jsonValue() as fc.Arbitrary<Json>,
    );
  const cases = fc
    .tuple(fc.constantFrom(...Object.keys(FORMS)), text, fc.boolean())
    .chain(([attribute, value, caseExact]) =>
      fc.record({
        asked: fc.constant({ attribute, value, caseExact }),
        resources: fc.array(
          fc.oneof(
            held(value).map((one) => ({ shown: one, resource: { id: 't', ...FORMS[attribute]?.(one) } })),
            fc.constant({ shown: undefined, resource: { id: 't' } }),
          ),
          { maxLength: 3 },
        ),
      }),
    );
  // Unicode collation, which knows canonical equivalence, is no part of the code under test.
  const exact = new Intl.Collator('en', { sensitivity: 'variant' });
  const regardless = new Intl.Collator('en', { sensitivity: 'accent' });
  await fc.assert(
    fc.asyncProperty(cases, async ({ asked, resources }) => {
      const confirmed = await confirm(
        asked,
        resources.map(({ resource }) => resource),
      );
      if ('code' in confirmed || confirmed.resource === null) return;
      expect(resources).toHaveLength(1);
      const shown = resources[0]?.shown;
      if (shown === undefined) expect(confirmed.remark).toBeDefined();
      else
        expect(
          [shown]
            .flat()
            .map((one) => String((one as JsonObject | null)?.value ?? one))
            .some((one) => (asked.caseExact ? exact : regardless).compare(one, asked.value) === 0),
        ).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
