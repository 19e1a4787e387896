import { describe, expect, test } from 'vitest';
import { describeChange } from '../../src/exporting/describe.ts';
import { DEFAULT_DIALECT, type Dialect, type PatchDialect } from '../../src/model/dialect.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { AttributeChange } from '../../src/model/pipeline.ts';
import { readTargetState } from '../../src/scim/read.ts';
import { anUpdate } from '../exporting/change-builders.ts';
import { aLink, aUser, linkedTo } from '../support/builders.ts';
import { aChange, aMapping } from './scim-builders.ts';

const MOBILE = 'phoneNumbers[type eq "mobile"].value';
const CITY = 'addresses[type eq "work"].locality';
const COUNTRY = 'addresses[type eq "work"].country';
const WORK = 'emails[type eq "work"].value';
const FORMS: readonly PatchDialect[] = ['legacy', 'aadOptscim062020'];

/** The operations that write changes to an account that holds some attributes; their names in lower case. */
function operationsOf(
  options: Partial<Dialect>,
  held: Readonly<Record<string, Json>>,
  ...changes: readonly AttributeChange[]
): readonly JsonObject[] {
  const update = anUpdate('User', 't-ola', changes);
  const match = linkedTo(aLink(aUser()), held);
  const [request] = describeChange(
    { ...update, matched: { ...update.matched, match } },
    { ...DEFAULT_DIALECT, ...options },
    (id) => `t-${id}`,
  );
  const operations = (request?.body?.Operations ?? []) as unknown as readonly (JsonObject & { op: string })[];
  return operations.map((one) => ({ ...one, op: one.op.toLowerCase() }));
}

describe.each(FORMS)('in the form %s', (patch) => {
  describe('absentValuePath: object', () => {
    const options = { patch, absentValuePath: 'object' } as const;

    test('adds an entry that the target lacks to its attribute', () => {
      expect(operationsOf(options, {}, aChange('add', MOBILE, '+47 1'))).toEqual([
        { op: 'add', path: 'phoneNumbers', value: [{ type: 'mobile', value: '+47 1' }] },
      ]);
    });

    test('adds the parts of one entry together, and other entries by themselves', () => {
      const changes = [
        aChange('add', CITY, 'Oslo'),
        aChange('add', MOBILE, '+47 1'),
        aChange('add', COUNTRY, 'NO'),
      ];
      expect(operationsOf(options, {}, ...changes)).toEqual([
        { op: 'add', path: 'addresses', value: [{ type: 'work', locality: 'Oslo', country: 'NO' }] },
        { op: 'add', path: 'phoneNumbers', value: [{ type: 'mobile', value: '+47 1' }] },
      ]);
    });

    test.each<[string, Readonly<Record<string, Json>>]>([
      ['with another part', { [COUNTRY]: 'NO' }],
      ['without any mapped part', { [CITY]: null }],
    ])('keeps the path where the target holds the entry %s', (_, held) => {
      expect(operationsOf(options, held, aChange('add', CITY, 'Oslo'))).toEqual([
        { op: 'add', path: CITY, value: 'Oslo' },
      ]);
    });

    test('writes the boolean of a filter as a boolean', () => {
      const primary = aChange('add', 'emails[primary eq true].value', 'o@x.example');
      expect(operationsOf(options, {}, primary)).toEqual([
        { op: 'add', path: 'emails', value: [{ primary: true, value: 'o@x.example' }] },
      ]);
    });

    test('removes an entry with its last mapped part, and else the part', () => {
      const held = { [CITY]: 'Oslo', [COUNTRY]: 'NO' };
      const city = aChange('remove', CITY, '');
      expect(operationsOf(options, held, city)).toEqual([{ op: 'remove', path: CITY }]);
      expect(operationsOf(options, held, city, aChange('remove', COUNTRY, ''))).toEqual([
        { op: 'remove', path: 'addresses[type eq "work"]' },
      ]);
      expect(operationsOf(options, { [CITY]: 'Oslo' }, city, aChange('add', COUNTRY, 'SE'))).toEqual([
        { op: 'remove', path: CITY },
        { op: 'add', path: COUNTRY, value: 'SE' },
      ]);
    });
  });

  describe('complexAttributes: whole', () => {
    const options = { patch, complexAttributes: 'whole' } as const;
    const names = { 'name.givenName': 'Ola', 'name.familyName': 'Nord', title: 'Lead' };

    test('writes an attribute as one object with all that is known of it', () => {
      expect(operationsOf(options, names, aChange('replace', 'name.familyName', 'Sund'))).toEqual([
        { op: 'replace', path: 'name', value: { givenName: 'Ola', familyName: 'Sund' } },
      ]);
    });

    test('writes an entry as one object by its filter', () => {
      const held = { [CITY]: 'Oslo', [COUNTRY]: 'NO' };
      expect(operationsOf(options, held, aChange('replace', CITY, 'Bergen'))).toEqual([
        {
          op: 'replace',
          path: 'addresses[type eq "work"]',
          value: { type: 'work', locality: 'Bergen', country: 'NO' },
        },
      ]);
    });

    test('keeps a work e-mail the primary one', () => {
      expect(operationsOf(options, { [WORK]: 'a@x' }, aChange('replace', WORK, 'b@x'))).toEqual([
        {
          op: 'replace',
          path: 'emails[type eq "work"]',
          value: { type: 'work', value: 'b@x', primary: true },
        },
      ]);
    });

    test('adds an absent entry to its attribute', () => {
      expect(operationsOf(options, {}, aChange('add', CITY, 'Oslo'))).toEqual([
        { op: 'add', path: 'addresses', value: [{ type: 'work', locality: 'Oslo' }] },
      ]);
    });

    test('leaves attributes that are not complex, and what is removed, as they are', () => {
      expect(operationsOf(options, names, aChange('replace', 'title', 'Head'))).toEqual([
        { op: 'replace', path: 'title', value: 'Head' },
      ]);
      expect(operationsOf(options, names, aChange('remove', 'name.givenName', ''))).toEqual([
        { op: 'remove', path: 'name.givenName' },
      ]);
    });
  });

  test('a value that is removed has an operation on its path', () => {
    expect(operationsOf({ patch }, { title: 'Lead' }, aChange('remove', 'title', ''))).toEqual([
      { op: 'remove', path: 'title' },
    ]);
  });
});

test('under the flag, a whole attribute joins the others that have no path', () => {
  const options = { patch: 'aadOptscim062020', complexAttributes: 'whole' } as const;
  const held = { 'name.givenName': 'Ola', title: 'Lead', nickName: 'O' };
  const changes = [
    aChange('replace', 'name.givenName', 'Olav'),
    aChange('replace', 'title', 'Head'),
    aChange('remove', 'nickName', ''),
  ];
  expect(operationsOf(options, held, ...changes)).toEqual([
    { op: 'remove', path: 'nickName' },
    { op: 'replace', value: { name: { givenName: 'Olav' }, title: 'Head' } },
  ]);
});

test('an entry that is there without the mapped value is told from one that is absent', () => {
  const resource = { id: 't', addresses: [{ type: 'work', formatted: 'x' }] };
  const mappings = [aMapping(CITY), aMapping(MOBILE)];
  expect(readTargetState(resource, mappings)).toEqual({ id: 't', attributes: { [CITY]: null } });
});
