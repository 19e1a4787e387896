import fc from 'fast-check';
import { type ScimPatchOperation, type ScimResource, scimPatch } from 'scim-patch';
import { describe, expect, test } from 'vitest';
import { describeMembership } from '../../src/exporting/describe.ts';
import { DEFAULT_DIALECT, type Dialect, type PatchDialect } from '../../src/model/dialect.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { buildPatch } from '../../src/scim/patch.ts';
import { buildResource } from '../../src/scim/resource.ts';
import { aMembership } from '../exporting/change-builders.ts';
import { changesTo, MAPPINGS, readState, values } from './generated-states.ts';

const dialectOf = (patch: PatchDialect): Dialect => ({ ...DEFAULT_DIALECT, patch });

/** Applies a PATCH with a library that has no part in writing it. */
const applyPatch = (resource: JsonObject, patch: JsonObject): JsonObject =>
  scimPatch(
    structuredClone(resource) as unknown as ScimResource,
    structuredClone(patch.Operations) as unknown as ScimPatchOperation[],
  ) as unknown as JsonObject;

const options = fc.record({
  pathlessSingle: fc.boolean(),
  absentValuePath: fc.constantFrom('path', 'object'),
  complexAttributes: fc.constantFrom('parts', 'whole'),
});

describe.each<PatchDialect>(['legacy', 'aadOptscim062020'])('in the dialect %s', (patch) => {
  test('a PATCH of the difference yields the desired state and touches nothing else', () => {
    fc.assert(
      fc.property(values, values, options, (before, desired, chosen) => {
        const dialect = { ...dialectOf(patch), ...chosen };
        const resource = { id: 'u-1', ...buildResource('User', changesTo(before, {}), dialect) };
        const current = readState(resource).attributes;
        const changes = changesTo(desired, current);
        const known = { held: current, mappings: MAPPINGS, assigned: [] };
        const after = readState(applyPatch(resource, buildPatch(changes, dialect, known))).attributes;
        expect(changesTo(desired, after)).toEqual([]);
        for (const mapping of MAPPINGS) {
          const path = mapping.targetAttributeName;
          if (!changes.some((change) => change.mapping === mapping))
            expect(after[path] ?? null).toEqual(current[path] ?? null);
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
