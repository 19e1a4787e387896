import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeChange, describeMembership } from '../../src/exporting/describe.ts';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.ts';
import { isJsonObject, type JsonObject } from '../../src/model/json.ts';
import { buildPatch } from '../../src/scim/patch.ts';
import { buildResource } from '../../src/scim/resource.ts';
import { TOLERANT } from '../../src/target/personas/persona.ts';
import { readOperations } from '../../src/target/resource/operation.ts';
import { applyOperations } from '../../src/target/resource/patch.ts';
import { createMemberships } from '../../src/target/store/memberships.ts';
import { aMembership, aReference } from '../exporting/change-builders.ts';
import { changesTo, MAPPINGS, readState, values } from './generated-states.ts';

/** Every way of saying a PATCH, conformant to RFC 7644 or not, but those that are known to lose what was there. */
const dialects: fc.Arbitrary<Dialect> = fc
  .record({
    patch: fc.constantFrom('legacy', 'aadOptscim062020'),
    membersPerPatch: fc.integer({ min: 1, max: 5 }),
    pathlessSingle: fc.boolean(),
    pathlessKeys: fc.constantFrom('flat', 'nested'),
    valuePathsFirst: fc.boolean(),
    addExisting: fc.boolean(),
    legacyScalars: fc.constantFrom('text', 'typed'),
    activeAsBoolean: fc.boolean(),
    rolesForm: fc.constantFrom('dialect', 'text', 'object'),
    managerValue: fc.constantFrom('id', 'object'),
    managerRemoval: fc.constantFrom('remove', 'filter', 'emptyText', 'emptyObject'),
    memberRef: fc.boolean(),
    memberRemoval: fc.constantFrom('dialect', 'value', 'filter'),
  } as const)
  .map((options) => ({ ...DEFAULT_DIALECT, ...options }));

/** Applies a PATCH as the embedded target does, without HTTP. */
const apply = (type: 'User' | 'Group', resource: JsonObject, patch: JsonObject) =>
  applyOperations(type, resource, readOperations(patch, resource), TOLERANT);

describe('however a PATCH is said', () => {
  test('a target that takes what Entra sends comes to the desired state, and nothing else changes', () => {
    fc.assert(
      fc.property(values, values, dialects, (before, desired, dialect) => {
        const created: JsonObject = { id: 'u-1', ...buildResource('User', changesTo(before, {}), dialect) };
        const current = readState(created).attributes;
        const changes = changesTo(desired, current);
        fc.pre(changes.length > 0);
        const { resource } = apply('User', created, buildPatch(changes, dialect));
        const after = readState(resource).attributes;
        expect(changesTo(desired, after)).toEqual([]);
        for (const mapping of MAPPINGS) {
          const path = mapping.targetAttributeName;
          if (!changes.some((change) => change.mapping === mapping))
            expect(after[path] ?? null).toEqual(current[path] ?? null);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('a manager is set, changed and taken away', () => {
    const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const path = `${E}:manager`;
    const managerOf = ({ [E]: extension }: JsonObject) =>
      isJsonObject(extension) && isJsonObject(extension.manager) ? extension.manager.value : undefined;
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.constantFrom('a', 'b"]', 'c d')), { maxLength: 5 }),
        dialects,
        (steps, dialect) => {
          let resource: JsonObject = { id: 'u-1', [E]: { department: 'Sales' } };
          let current: string | null = null;
          for (const wanted of steps) {
            if (wanted === current) continue;
            const kind = wanted === null ? 'remove' : current === null ? 'add' : 'replace';
            const [request] = describeChange(aReference('u', path, kind, wanted, current), dialect, String);
            resource = apply('User', resource, request?.body ?? {}).resource;
            expect(managerOf(resource)).toBe(wanted ?? undefined);
            expect(resource[E]).toMatchObject({ department: 'Sales' });
            current = wanted;
          }
        },
      ),
    );
  });

  test('exactly the desired members are left', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,6}$/), { maxLength: 12 });
    fc.assert(
      fc.property(ids, ids, dialects, (before, desired, dialect) => {
        const change = aMembership(
          'g-1',
          desired.filter((id) => !before.includes(id)),
          before.filter((id) => !desired.includes(id)),
        );
        const memberships = createMemberships();
        memberships.change('g-1', { kind: 'add', members: before.map((value) => ({ value })) });
        for (const { request } of describeMembership(change, dialect, String))
          for (const one of apply('Group', { id: 'g-1' }, request.body ?? {}).members)
            memberships.change('g-1', one);
        expect([...memberships.of('g-1').keys()].toSorted()).toEqual(desired.toSorted());
      }),
    );
  });
});
