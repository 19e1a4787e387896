import fc from 'fast-check';
import { type ScimPatchOperation, type ScimResource, scimPatch } from 'scim-patch';
import { describe, expect, test } from 'vitest';
import { describeMembership } from '../../src/exporting/describe.ts';
import { DEFAULT_DIALECT, type Dialect, type PatchDialect } from '../../src/model/job.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { MappedValue, TargetState } from '../../src/model/pipeline.ts';
import type { AttributeMapping } from '../../src/model/schema.ts';
import { sameValue } from '../../src/scim/compare.ts';
import { buildPatch } from '../../src/scim/patch.ts';
import { readTargetState } from '../../src/scim/read.ts';
import { buildResource } from '../../src/scim/resource.ts';
import { aMembership } from '../exporting/change-builders.ts';
import { aMapping } from './scim-builders.ts';

type Values = Readonly<Record<string, MappedValue | undefined>>;

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
const MAPPINGS = ATTRIBUTES.map(([mapping]) => mapping);
const values: fc.Arbitrary<Values> = fc.record(
  Object.fromEntries(ATTRIBUTES.map(([mapping, value]) => [mapping.targetAttributeName as string, value])),
  { requiredKeys: [] },
);
const dialectOf = (patch: PatchDialect): Dialect => ({ ...DEFAULT_DIALECT, patch });

function readState(resource: JsonObject): TargetState {
  const state = readTargetState(resource, MAPPINGS);
  if ('code' in state) throw new Error(state.message);
  return state;
}

const changesTo = (desired: Values, current: TargetState['attributes']) =>
  MAPPINGS.flatMap((mapping) => {
    const path = mapping.targetAttributeName;
    const value = desired[path];
    if (value === undefined || sameValue(mapping, value, current[path])) return [];
    return [{ kind: current[path] === undefined ? ('add' as const) : ('replace' as const), mapping, value }];
  });

/** Applies a PATCH with a library that has no part in writing it. */
const applyPatch = (resource: JsonObject, patch: JsonObject): JsonObject =>
  scimPatch(
    structuredClone(resource) as unknown as ScimResource,
    structuredClone(patch.Operations) as unknown as ScimPatchOperation[],
  ) as unknown as JsonObject;

describe.each<PatchDialect>(['legacy', 'aadOptscim062020'])('in the dialect %s', (patch) => {
  test('a PATCH of the difference yields the desired state and touches nothing else', () => {
    fc.assert(
      fc.property(values, values, fc.boolean(), (before, desired, pathlessSingle) => {
        const dialect = { ...dialectOf(patch), pathlessSingle };
        const resource = { id: 'u-1', ...buildResource('User', changesTo(before, {}), dialect) };
        const current = readState(resource).attributes;
        const changes = changesTo(desired, current);
        const after = readState(applyPatch(resource, buildPatch(changes, dialect))).attributes;
        expect(changesTo(desired, after)).toEqual([]);
        for (const mapping of MAPPINGS) {
          const path = mapping.targetAttributeName;
          if (!changes.some((change) => change.mapping === mapping))
            expect(after[path]).toEqual(current[path]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a creation holds what was desired', () => {
    fc.assert(
      fc.property(values, (desired) => {
        const resource = { id: 'u-1', ...buildResource('User', changesTo(desired, {}), dialectOf(patch)) };
        expect(changesTo(desired, readState(resource).attributes)).toEqual([]);
      }),
    );
  });

  test('the requests of a membership change leave exactly the desired members', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,6}$/), { maxLength: 12 });
    fc.assert(
      fc.property(ids, ids, fc.integer({ min: 1, max: 5 }), (before, desired, membersPerPatch) => {
        const change = aMembership(
          'g-1',
          desired.filter((id) => !before.includes(id)),
          before.filter((id) => !desired.includes(id)),
        );
        const group: JsonObject = { id: 'g-1', members: before.map((value) => ({ value })) };
        const after = describeMembership(change, { ...dialectOf(patch), membersPerPatch }, String).reduce(
          (resource, { request }) => applyPatch(resource, request.body ?? {}),
          group,
        );
        const held = ((after.members ?? []) as readonly { readonly value: Json }[]).map(({ value }) => value);
        expect(held.toSorted()).toEqual(desired.toSorted());
      }),
    );
  });
});
