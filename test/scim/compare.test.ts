import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import type { MappedRoles, MappedValue } from '../../src/model/pipeline.ts';
import { sameValue, showCurrent, showDesired } from '../../src/scim/compare.ts';
import { aMapping } from './scim-builders.ts';

const role = (value: string, displayName = value) => ({ id: `id of ${value}`, value, displayName });
const roles = (assertive: boolean, ...list: ReturnType<typeof role>[]): MappedRoles => ({
  assertive,
  roles: list,
});

describe('the target holds a value already', () => {
  test.each<[string, MappedValue, Json | undefined, boolean]>([
    ['Boolean', 'True', true, true],
    ['Boolean', 'False', 'false', true],
    ['Boolean', 'False', true, false],
    ['Boolean', 'False', undefined, false],
    ['Integer', '7', 7, true],
    ['Integer', '007', '7', true],
    ['Integer', '7', 8, false],
    ['Integer', 'seven', 'Seven', true],
    ['String', 'Sales', 'sales', true],
    ['String', 'Sales', 'Sails', false],
    ['String', 'True', true, true],
    ['String', '7', 7, true],
    ['String', 'a', ['A'], true],
    ['String', '', undefined, true],
    ['String', '', null, true],
    ['String', '', 'x', false],
    ['String', 'x', undefined, false],
  ])('%s %j, held as %j: %s', (type, desired, current, same) => {
    expect(sameValue(aMapping('title', { type: type as 'String' }), desired, current)).toBe(same);
  });

  test('case matters where the definition says so', () => {
    const exact = aMapping('externalId', { caseExact: true });
    expect(sameValue(exact, 'A17', 'a17')).toBe(false);
    expect(sameValue(exact, 'A17', 'A17')).toBe(true);
  });

  test.each<[readonly string[], Json, boolean]>([
    [['a', 'b'], ['B', 'a', 'a'], true],
    [['a', 'b'], ['a'], false],
    [['a'], ['a', 'b'], false],
    [[], [], true],
    [['a'], 'a', true],
    [['a', 'b'], [{ value: 'b', type: 'x' }, { Value: 'a' }], true],
  ])('the list %j, held as %j: %s', (desired, current, same) => {
    expect(sameValue(aMapping('levels', { multivalued: true }), desired, current)).toBe(same);
  });
});

describe('roles', () => {
  const mapping = aMapping('roles');

  test('are there by value, in whichever shape the target answers them', () => {
    const desired = roles(true, role('Editor'), role('', 'Printer'));
    expect(
      sameValue(mapping, desired, [
        { value: '{"id":"1","value":"editor","displayName":"Editor"}' },
        { value: '', display: 'Printer', primary: false },
      ]),
    ).toBe(true);
  });

  test('assertive ones are not there when the target holds more', () => {
    const current = [{ value: 'Editor' }, { value: 'Printer' }];
    expect(sameValue(mapping, roles(true, role('Editor')), current)).toBe(false);
    expect(sameValue(mapping, roles(false, role('Editor')), current)).toBe(true);
    expect(sameValue(mapping, roles(false, role('Binder')), current)).toBe(false);
  });

  test('without values are distinguished by display name', () => {
    expect(sameValue(mapping, roles(true, role('', 'Printer')), [{ value: '', display: 'Binder' }])).toBe(
      false,
    );
  });

  test('a single role is there by value or display name', () => {
    expect(sameValue(mapping, 'Editor', [{ value: 'x', display: 'editor' }])).toBe(true);
    expect(sameValue(mapping, 'Editor', [{ value: 'Printer' }])).toBe(false);
  });

  test('a value that only looks like a document is a value', () => {
    expect(sameValue(mapping, roles(true, role('{x')), [{ value: '{x' }])).toBe(true);
  });
});

describe('the provisioning log shows', () => {
  test.each<[Json | undefined, string | null]>([
    [undefined, null],
    [null, null],
    ['a', 'a'],
    [true, 'True'],
    [7, '7'],
    [['a', 'b'], '["a","b"]'],
    [[{ value: 'Editor', primary: false }], '["Editor"]'],
    [[{ type: 'x' }], '[{"type":"x"}]'],
    [{ a: 1 }, '{"a":1}'],
  ])('a current %j as %j', (value, shown) => {
    expect(showCurrent(value)).toBe(shown);
  });

  test('mapped lists and roles as lists of text', () => {
    expect(showDesired('False')).toBe('False');
    expect(showDesired(['a', 'b'])).toBe('["a","b"]');
    expect(showDesired(roles(true, role('Editor'), role('', 'Printer')))).toBe('["Editor","Printer"]');
  });
});
