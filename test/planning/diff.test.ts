import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import type { MappedRoles, MappedValue } from '../../src/model/pipeline.ts';
import type { AttributeMapping } from '../../src/model/schema.ts';
import {
  attributesToCreate,
  attributesToUpdate,
  missingOnCreate,
  modifiedProperties,
} from '../../src/planning/diff.ts';
import { keepWithinLimits } from '../../src/scim/keep.ts';
import {
  ACTIVE_MAPPING,
  aDesired,
  aMapping,
  anAttribute,
  aTarget,
  aUser,
  type MappingOptions,
} from '../support/builders.ts';

const desiring = (...attributes: readonly (readonly [AttributeMapping, MappedValue | null])[]) =>
  aDesired(
    aUser(),
    attributes.map(([mapping, value]) => anAttribute(mapping, value)),
  );

/** What an update makes of one attribute `x`: kind and value, or null. */
const update = (
  value: MappedValue | null,
  current: Json | undefined,
  options: MappingOptions = {},
  isChanged = false,
) => {
  const held: Record<string, Json> = current === undefined ? {} : { x: current };
  const [change] = attributesToUpdate(
    desiring([aMapping('x', '[x]', options), value]),
    aTarget('t', held),
    isChanged,
  );
  return change === undefined ? null : [change.kind, change.value];
};

describe('a creation', () => {
  test.each<[string, MappedValue | null, string | null, MappedValue | undefined]>([
    ['writes the value', 'Editor', 'default', 'Editor'],
    ['writes the default value for null', null, 'default', 'default'],
    ['writes the default value for an empty text', '', 'default', 'default'],
    ['leaves out a null without a default value', null, null, undefined],
    ['leaves out an empty text without a default value', '', null, undefined],
    ['takes an empty default value for none', null, '', undefined],
    ['writes a list', ['a', 'b'], null, ['a', 'b']],
  ])('%s', (_, value, defaultValue, sent) => {
    const changes = attributesToCreate(desiring([aMapping('x', '[x]', { defaultValue }), value]));
    expect(changes.map((change) => [change.kind, change.value])).toEqual(
      sent === undefined ? [] : [['add', sent]],
    );
  });

  test.each(['ObjectAddOnly', 'MultiValueAddOnly', 'ValueAddOnly', 'AttributeAddOnly'] as const)(
    'writes what flows by %s',
    (flowType) => {
      expect(attributesToCreate(desiring([aMapping('x', '[x]', { flowType }), 'v']))).toHaveLength(1);
    },
  );

  test('lacks the required attributes that have neither value nor default value', () => {
    const required = { target: { required: true } };
    const desired = desiring(
      [aMapping('a', '[a]', required), null],
      [aMapping('b', '[b]', { ...required, defaultValue: 'b' }), null],
      [aMapping('c', '[c]', required), ''],
      [aMapping('d', '[d]', required), 'd'],
      [aMapping('e', '[e]'), null],
    );
    expect(missingOnCreate(desired)).toEqual(['a', 'c']);
  });
});

describe('an update by Always', () => {
  test.each<[string, MappedValue | null, Json | undefined, unknown]>([
    ['replaces a value that differs', 'new', 'old', ['replace', 'new']],
    ['adds a value that the target lacks', 'new', undefined, ['add', 'new']],
    ['adds a value where the target holds null', 'new', null, ['add', 'new']],
    ['adds a value where the target holds an empty text', 'new', '', ['add', 'new']],
    ['adds a list where the target holds an empty one', ['a'], [], ['add', ['a']]],
    ['sends nothing where both agree', 'same', 'same', null],
    ['sends nothing for a null: clearing never flows', null, 'old', null],
    ['sends an empty text over a value', '', 'old', ['replace', '']],
    ['sends no empty text where there is nothing', '', undefined, null],
    ['compares lists as sets', ['a', 'b'], ['b', 'a'], null],
    ['replaces a list that differs', ['a'], ['a', 'b'], ['replace', ['a']]],
  ])('%s', (_, value, current, change) => {
    expect(update(value, current)).toEqual(change);
  });

  test.each<['remove' | 'empty', string, MappingOptions, Json, unknown]>([
    ['remove', 'a text', {}, 'old', ['remove', '']],
    ['empty', 'a text', {}, 'old', ['replace', '']],
    ['remove', 'a list', { target: { multivalued: true } }, ['a'], ['remove', '']],
    ['empty', 'a list', { target: { multivalued: true } }, ['a'], ['replace', []]],
    ['empty', 'a boolean, which cannot be empty', { target: { type: 'Boolean' } }, true, ['remove', '']],
    ['remove', 'a value that has a default value', { defaultValue: 'none' }, 'old', ['replace', 'none']],
    ['remove', 'what is its default value', { defaultValue: 'none' }, 'none', null],
    ['remove', 'what is empty already', {}, '', null],
    ['empty', 'what is not there', {}, null, null],
    ['remove', 'what must not be empty', { target: { required: true } }, 'old', null],
    ['remove', 'a matching attribute', { matchingPriority: 1 }, 'old', null],
    ['remove', 'what is only written on creation', { flowType: 'ObjectAddOnly' }, 'old', null],
    ['remove', 'what is only added', { flowType: 'AttributeAddOnly' }, 'old', null],
  ])('with clearValues: %s clears %s', (clears, _, options, current, change) => {
    const desired = desiring([aMapping('x', '[x]', options), null]);
    const [first] = attributesToUpdate(desired, aTarget('t', { x: current }), false, clears);
    expect(first === undefined ? null : [first.kind, first.value]).toEqual(change);
  });

  test('never clears what disables an account', () => {
    const desired = aDesired(aUser(), [{ ...anAttribute(ACTIVE_MAPPING, null), followsSoftDelete: true }]);
    expect(attributesToUpdate(desired, aTarget('t', { active: true }), true, 'remove')).toEqual([]);
  });

  test('shows what is removed as a value that gives way to none', () => {
    const target = aTarget('t', { x: 'old' });
    const changes = attributesToUpdate(desiring([aMapping('x', '[x]'), null]), target, true, 'remove');
    expect(modifiedProperties(changes, target)).toEqual([
      { displayName: 'x', oldValue: 'old', newValue: null },
    ]);
  });

  test('takes case for a difference only where the attribute is case-exact', () => {
    expect(update('MIA', 'mia')).toBeNull();
    expect(update('MIA', 'mia', { target: { caseExact: true } })).toEqual(['replace', 'MIA']);
  });

  test('does not send the default value', () => {
    expect(update(null, undefined, { defaultValue: 'default' })).toBeNull();
  });

  test('writes only the attributes that differ, in the order of the schema', () => {
    const desired = desiring(
      [aMapping('b', '[b]'), '1'],
      [aMapping('same', '[same]'), '1'],
      [aMapping('a', '[a]'), '1'],
    );
    const changes = attributesToUpdate(desired, aTarget('t', { same: '1', a: '0', other: '9' }), true);
    expect(changes.map(({ mapping, kind }) => [mapping.targetAttributeName, kind])).toEqual([
      ['b', 'add'],
      ['a', 'replace'],
    ]);
  });
});

describe('the other flow types', () => {
  test('ObjectAddOnly never flows in an update', () => {
    expect(update('new', 'old', { flowType: 'ObjectAddOnly' }, true)).toBeNull();
    expect(update('new', undefined, { flowType: 'ObjectAddOnly' }, true)).toBeNull();
  });

  test('AttributeAddOnly fills what is empty and changes nothing else', () => {
    expect(update('new', undefined, { flowType: 'AttributeAddOnly' })).toEqual(['add', 'new']);
    expect(update('new', 'old', { flowType: 'AttributeAddOnly' })).toBeNull();
  });

  test.each(['MultiValueAddOnly', 'ValueAddOnly'] as const)(
    '%s adds the missing values, and replaces none',
    (flowType) => {
      const options = { flowType, target: { multivalued: true } };
      expect(update(['a', 'b', 'c'], ['b', 'z'], options)).toEqual(['add', ['a', 'c']]);
      expect(update(['a'], 'a', options)).toBeNull();
      expect(update(['a', 'b'], undefined, options)).toEqual(['add', ['a', 'b']]);
      expect(update(['A'], ['a'], options)).toBeNull();
    },
  );

  test('a list that is too long to be kept still shows which values are missing', () => {
    const mapping = aMapping('x', '[x]', { flowType: 'MultiValueAddOnly' });
    const path = mapping.targetAttributeName;
    const current = Array.from({ length: 10_000 }, (_, index) => `value-${index}`);
    const kept = keepWithinLimits([mapping], { [path]: current })[path];
    expect(JSON.stringify(kept)).toContain('digest');
    const options = { flowType: 'MultiValueAddOnly' } as const;
    expect(update(['value-1', 'VALUE-2'], kept, options)).toBeNull();
    expect(update(['value-1', 'other'], kept, options)).toEqual(['add', ['other']]);
  });

  test('MultiValueAddOnly of a single value fills what is empty', () => {
    expect(update('a', 'b', { flowType: 'MultiValueAddOnly' })).toBeNull();
    expect(update('a', undefined, { flowType: 'MultiValueAddOnly' })).toEqual(['add', 'a']);
  });
});

describe('FlowAlways', () => {
  const always = { flowBehavior: 'FlowAlways' } as const;

  test('flows without a difference once the source object changed', () => {
    expect(update('same', 'same', always, true)).toEqual(['replace', 'same']);
  });

  test('writes nothing for an object that did not change', () => {
    expect(update('same', 'same', always, false)).toBeNull();
  });

  test('joins every update that is sent anyway', () => {
    const desired = desiring([aMapping('a', '[a]', always), 'same'], [aMapping('b', '[b]'), 'new']);
    const changes = attributesToUpdate(desired, aTarget('t', { a: 'same', b: 'old' }), false);
    expect(changes.map(({ mapping }) => mapping.targetAttributeName)).toEqual(['a', 'b']);
  });

  test('does not make a null flow', () => {
    expect(update(null, 'old', always, true)).toBeNull();
  });

  test.each(['ObjectAddOnly', 'AttributeAddOnly', 'MultiValueAddOnly'] as const)(
    'does not overrule %s',
    (flowType) => {
      expect(
        update(['same'], ['same'], { ...always, flowType, target: { multivalued: true } }, true),
      ).toBeNull();
    },
  );
});

describe('None', () => {
  const none = (current: Json | undefined, options: MappingOptions) => {
    const held: Record<string, Json> = current === undefined ? {} : { x: current };
    return attributesToUpdate(desiring([aMapping('x', null, options), null]), aTarget('t', held), true).map(
      ({ kind, value }) => [kind, value],
    );
  };

  test.each([
    ['leaves a value alone', 'old', { defaultValue: 'en' }, []],
    ['fills an empty attribute with its default value', undefined, { defaultValue: 'en' }, [['add', 'en']]],
    ['fills an empty text too', '', { defaultValue: 'en' }, [['add', 'en']]],
    ['does nothing without a default value', undefined, { defaultValue: null }, []],
    ['does nothing with an empty default value', undefined, { defaultValue: '' }, []],
    [
      'of ObjectAddOnly does nothing in an update',
      undefined,
      { defaultValue: 'en', flowType: 'ObjectAddOnly' as const },
      [],
    ],
  ])('%s', (_, current, options, changes) => {
    expect(none(current, options)).toEqual(changes);
  });
});

describe('roles', () => {
  const roles = (assertive: boolean, ...names: readonly string[]): MappedRoles => ({
    assertive,
    roles: names.map((name) => ({ id: name, value: name, displayName: name })),
  });
  const held = [{ value: 'Editor', display: 'Editor' }];

  test('that are not assertive are only added', () => {
    expect(update(roles(false, 'Editor', 'Reader'), held)).toEqual(['add', roles(false, 'Reader')]);
    expect(update(roles(false), held)).toBeNull();
  });

  test('that are assertive replace all', () => {
    expect(update(roles(true, 'Reader'), held)).toEqual(['replace', roles(true, 'Reader')]);
    expect(update(roles(true), held)).toEqual(['replace', roles(true)]);
    expect(update(roles(true, 'editor'), held)).toBeNull();
  });

  test.each([true, false])('of no one need nothing where there are none (assertive: %j)', (assertive) => {
    expect(update(roles(assertive), undefined)).toBeNull();
  });
});

describe('what is only added', () => {
  const shown = (desired: readonly [AttributeMapping, MappedValue], current: Json) => {
    const target = aTarget('t', { [desired[0].targetAttributeName]: current });
    return modifiedProperties(attributesToUpdate(desiring(desired), target, true), target);
  };
  const reader = { id: '2', value: 'reader', displayName: 'Reader' };
  const editor = { id: '1', value: 'editor', displayName: 'Editor' };

  test.each(['MultiValueAddOnly', 'ValueAddOnly'] as const)('to a list has no old value: %s', (flowType) => {
    const mapping = aMapping('tags', '[tags]', { flowType, target: { multivalued: true } });
    expect(shown([mapping, ['a', 'b']], ['a'])).toEqual([
      { displayName: 'tags', oldValue: null, newValue: '["b"]', isAddition: true },
    ]);
  });

  test('to the roles has no old value; a replacement has one', () => {
    const mapping = aMapping('roles', 'x', { target: { multivalued: true } });
    const held = [{ value: 'reader' }];
    expect(shown([mapping, { assertive: false, roles: [editor, reader] }], held)).toEqual([
      { displayName: 'roles', oldValue: null, newValue: '["editor"]', isAddition: true },
    ]);
    expect(shown([mapping, { assertive: true, roles: [editor] }], held)).toEqual([
      { displayName: 'roles', oldValue: '["reader"]', newValue: '["editor"]' },
    ]);
  });

  test('to nothing is no addition to other values', () => {
    const mapping = aMapping('roles', 'x', { target: { multivalued: true } });
    expect(shown([mapping, { assertive: false, roles: [reader] }], [])).toEqual([
      { displayName: 'roles', oldValue: '[]', newValue: '["reader"]' },
    ]);
  });
});

describe('modified properties', () => {
  const properties = (mapping: AttributeMapping, value: MappedValue, current?: Json) =>
    modifiedProperties(
      [{ kind: 'replace', mapping, value }],
      current === undefined ? null : aTarget('t', { [mapping.targetAttributeName]: current }),
    );

  test('show the attribute, what it was and what it will be', () => {
    expect(properties(aMapping('title', '[jobTitle]'), 'Editor', 'Clerk')).toEqual([
      { displayName: 'title', oldValue: 'Clerk', newValue: 'Editor' },
    ]);
  });

  test('show that there was nothing', () => {
    expect(properties(aMapping('title', '[jobTitle]'), 'Editor')[0]?.oldValue).toBeNull();
  });

  test('show lists as JSON and booleans as .NET writes them', () => {
    expect(properties(aMapping('active', '[x]'), 'False', true)[0]).toMatchObject({ oldValue: 'True' });
    expect(properties(aMapping('tags', '[x]'), ['a', 'b'])[0]).toMatchObject({ newValue: '["a","b"]' });
  });

  test('show neither the old nor the new value of what is redacted', () => {
    const redacted = aMapping('ssn', ' Redact([ssn])');
    expect(properties(redacted, '123-45', '999-99')).toEqual([
      { displayName: 'ssn', oldValue: '[Redact]', newValue: '[Redact]' },
    ]);
    expect(properties(redacted, '123-45')).toEqual([
      { displayName: 'ssn', oldValue: null, newValue: '[Redact]' },
    ]);
  });
});
