import fc from 'fast-check';
import type { JsonObject } from '../../src/model/json.ts';
import type { AttributeChange, MappedValue, TargetState } from '../../src/model/pipeline.ts';
import type { AttributeMapping } from '../../src/model/schema.ts';
import { sameValue } from '../../src/scim/compare.ts';
import { readTargetState } from '../../src/scim/read.ts';
import { aMapping } from './scim-builders.ts';

/** Mapped values by path; undefined: none. */
export type Values = Readonly<Record<string, MappedValue | undefined>>;

const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const text = fc.string({ minLength: 1, maxLength: 8 });
const roles = fc
  .uniqueArray(fc.constantFrom('Editor', 'Printer', 'Binder'), { minLength: 1 })
  .chain((names) =>
    fc.boolean().map((assertive) => ({
      assertive,
      roles: names.map((name) => ({ id: `id of ${name}`, value: name, displayName: name })),
    })),
  );

/** Attributes of every form that a path can have, with values as mappings yield them. */
const ATTRIBUTES: readonly (readonly [AttributeMapping, fc.Arbitrary<MappedValue>])[] = [
  [aMapping('userName'), text],
  [aMapping('displayName', { caseExact: true }), text],
  [aMapping('active'), fc.constantFrom('True', 'False')],
  [aMapping('level', { type: 'Integer' }), fc.nat(99).map(String)],
  [aMapping('languages', { multivalued: true }), fc.uniqueArray(text, { minLength: 1, maxLength: 4 })],
  [aMapping('name.givenName'), text],
  [aMapping('name.familyName'), text],
  [aMapping('emails[type eq "work"].value'), text],
  [aMapping('emails[type eq "home"].value'), text],
  [aMapping('phoneNumbers[type eq "mobile"].value'), text],
  [aMapping('addresses[type eq "work"].locality'), text],
  [aMapping('addresses[type eq "work"].country'), text],
  [aMapping('roles'), roles],
  [aMapping(`${E}:department`), text],
  [aMapping(`${E}:employeeNumber`), text],
  [aMapping('urn:ietf:params:scim:schemas:extension:Orchard:2.0:User:tag'), text],
];
/** The mappings of all of them. */
export const MAPPINGS = ATTRIBUTES.map(([mapping]) => mapping);
/** States of an object: some of the attributes. */
export const values: fc.Arbitrary<Values> = fc.record(
  Object.fromEntries(ATTRIBUTES.map(([mapping, value]) => [mapping.targetAttributeName as string, value])),
  { requiredKeys: [] },
);
/** Reads what a resource holds of the generated attributes. */
export function readState(resource: JsonObject): TargetState {
  const state = readTargetState(resource, MAPPINGS);
  if ('code' in state) throw new Error(state.message);
  return state;
}

/** The changes that lead from what is held to what is desired. */
export const changesTo = (desired: Values, current: TargetState['attributes']): readonly AttributeChange[] =>
  MAPPINGS.flatMap((mapping) => {
    const path = mapping.targetAttributeName;
    const value = desired[path];
    if (value === undefined || sameValue(mapping, value, current[path])) return [];
    return [{ kind: current[path] === undefined ? ('add' as const) : ('replace' as const), mapping, value }];
  });
