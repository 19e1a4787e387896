import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import type { MappedRoles, MappedValue } from '../../src/model/pipeline.ts';
import type { AttributeMapping } from '../../src/model/schema.ts';
import { applied } from '../../src/recording/record.ts';
import { missingRoles, missingValues, sameValue, showCurrent } from '../../src/scim/compare.ts';
import { keepWithinLimits } from '../../src/scim/keep.ts';
import { isDigest, lengthOf } from '../../src/scim/kept-value.ts';
import { aMapping } from './scim-builders.ts';

const listMapping = (path: string, rest: Partial<AttributeMapping> = {}): AttributeMapping => ({
  ...aMapping(path, { multivalued: true }),
  ...rest,
});
const LANGUAGES = listMapping('languages', { flowType: 'MultiValueAddOnly' });
const expression = (text: string): Partial<AttributeMapping> => ({
  source: { type: 'Function', name: text, expression: `${text}([appRoleAssignments])` },
});

/** Entries that make any list too long to be kept. */
const MANY: readonly string[] = Array.from(
  { length: 3_000 },
  (_, index) => `entry ${index} ${'x'.repeat(20)}`,
);

const keptOf = (mapping: AttributeMapping, value: Json): Json => {
  const path = mapping.targetAttributeName;
  const kept = keepWithinLimits([mapping], { [path]: value })[path];
  if (!isDigest(kept)) throw new Error('the value is short enough to be kept');
  return kept;
};

describe('a value that is too long to be kept', () => {
  const NAMES = ['a', 'A', 'b', 'c', 'Editor', '7', ''];
  const name = fc.constantFrom(...NAMES);
  const role = fc.record({ id: name, value: name, displayName: name });
  const entry: fc.Arbitrary<Json> = fc.oneof(
    name,
    fc.record({ value: name }),
    fc.record({ value: name, display: name }),
    fc.record({ display: name }),
    role.map((one) => ({ value: JSON.stringify(one) })),
  );
  const mapping = fc.constantFrom(
    LANGUAGES,
    listMapping('languages'),
    listMapping('languages', { flowType: 'ValueAddOnly' }),
    listMapping('roles'),
    listMapping('roles', { flowType: 'MultiValueAddOnly' }),
    listMapping('roles', expression('AppRoleAssignmentsComplex')),
    listMapping('entitlements', expression('AppRoleAssignmentsComplex')),
    listMapping('entitlements', expression('AssertiveAppRoleAssignmentsComplex')),
  );
  /** What the mapping can yield: roles come of their functions only. */
  const desiredBy = ({ source }: AttributeMapping): fc.Arbitrary<MappedValue> => {
    const extra = fc.boolean();
    if (source === null)
      return fc.oneof(
        name,
        fc.tuple(fc.array(name), extra).map(([list, hasAll]) => [...list, ...(hasAll ? MANY : [])]),
      );
    return fc.tuple(fc.array(role), extra, fc.boolean()).map(([list, hasAll, assertive]): MappedRoles => {
      const all = hasAll ? MANY.map((value) => ({ id: '', value, displayName: '' })) : [];
      return { assertive, roles: [...list, ...all] };
    });
  };
  const compared = mapping.chain((one) =>
    fc.tuple(fc.constant(one), desiredBy(one), fc.array(entry, { maxLength: 6 })),
  );

  test('compares as the value does', () => {
    fc.assert(
      fc.property(compared, ([one, desired, entries]) => {
        const current = [...entries, ...MANY];
        const kept = keptOf(one, current);
        expect(sameValue(one, desired, kept)).toBe(sameValue(one, desired, current));
        if (Array.isArray(desired)) {
          if (one.flowType !== 'Always')
            expect(missingValues(one, desired, kept)).toEqual(missingValues(one, desired, current));
        } else if (typeof desired !== 'string') {
          const roles = desired as MappedRoles;
          expect(missingRoles(roles, kept)).toEqual(missingRoles(roles, current));
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('knows its entries after additions', () => {
    const path = LANGUAGES.targetAttributeName;
    const before = { [path]: keptOf(LANGUAGES, MANY) };
    const after = applied(before, [{ kind: 'add', mapping: LANGUAGES, value: ['de', 'en'] }])[path];
    expect(missingValues(LANGUAGES, ['de', MANY[7] as string, 'no'], after)).toEqual(['no']);
    expect(showCurrent(after)).toMatch(/^\["entry 0 x+",.{0,200}… \(\d+ characters\)$/);
  });

  test('with too many entries equals itself, and otherwise counts as missing every value', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `${index}`);
    const kept = keptOf(LANGUAGES, many);
    expect(lengthOf(kept)).toBeLessThan(1_000);
    expect(missingValues(LANGUAGES, [...many].reverse(), kept)).toEqual([]);
    expect(missingValues(LANGUAGES, ['1'], kept)).toEqual(['1']);
    const path = LANGUAGES.targetAttributeName;
    const after = applied({ [path]: kept }, [{ kind: 'add', mapping: LANGUAGES, value: ['x'] }])[path];
    expect([isDigest(after), missingValues(LANGUAGES, many.slice(0, 2), after)]).toEqual([true, ['0', '1']]);
  });
});

test('short values are kept whatever the others take', () => {
  const long = Array.from({ length: 20 }, (_, index) => aMapping(`text${index}`));
  const short = aMapping('title');
  const values = Object.fromEntries(
    long.map(({ targetAttributeName }) => [targetAttributeName, 'x'.repeat(60_000)]),
  );
  const kept = keepWithinLimits([...long, short], { ...values, [short.targetAttributeName]: 'Editor' });
  expect(Object.entries(kept).filter(([, value]) => isDigest(value)).length).toBeGreaterThan(0);
  expect(kept[short.targetAttributeName]).toBe('Editor');
});

test('what a target answers in the form of a digest is kept no longer than one', () => {
  const forged = { 'urn:entrain:digest': '', roles: '', characters: 1, beginning: 'x'.repeat(70_000) };
  const title = aMapping('title');
  const kept = keepWithinLimits([title], { [title.targetAttributeName]: forged });
  expect(lengthOf(kept[title.targetAttributeName] as Json)).toBeLessThan(500);
});
