import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeChange, describeMembership } from '../../src/exporting/describe.ts';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.ts';
import { aChange } from '../scim/scim-builders.ts';
import { aCreation, aDeletion, aMembership, anUpdate, aReference } from './change-builders.ts';

const MANAGER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';
const COMPLIANT: Dialect = { ...DEFAULT_DIALECT, patch: 'aadOptscim062020' };
const target = (id: string): string => `t-${id}`;
const unknown = (id: string): string => `{id of ${id}}`;
const members = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `m${index}`);

describe('the request of a change', () => {
  test('a creation is a POST', () => {
    expect(
      describeChange(aCreation('Group', [aChange('add', 'displayName', 'Press')]), DEFAULT_DIALECT, target),
    ).toEqual([
      {
        method: 'POST',
        path: '/Groups',
        query: '',
        body: {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
          displayName: 'Press',
          members: [],
          meta: { resourceType: 'Group' },
        },
      },
    ]);
  });

  test('an update without a difference needs none', () => {
    expect(describeChange(anUpdate('User', 'u-1', []), DEFAULT_DIALECT, target)).toEqual([]);
  });

  test('a deletion has no body, and its id is escaped', () => {
    expect(describeChange(aDeletion('User', 'ola@x.example'), DEFAULT_DIALECT, target)).toEqual([
      { method: 'DELETE', path: '/Users/ola%40x.example', query: '', body: null },
    ]);
  });

  test.each([
    [DEFAULT_DIALECT, 'add', 'Add'],
    [DEFAULT_DIALECT, 'replace', 'Replace'],
    [COMPLIANT, 'replace', 'replace'],
  ] as const)('in $0.patch, to %s a manager sends a bare id', (dialect, change, op) => {
    const [request] = describeChange(aReference('ola', MANAGER, change, 'mia'), dialect, target);
    expect(request).toMatchObject({ method: 'PATCH', path: '/Users/t-ola' });
    expect(request?.body?.Operations).toEqual([{ op, path: MANAGER, value: 't-mia' }]);
  });

  test('a plan names the ids that are not known yet', () => {
    const [request] = describeChange(aReference('ola', MANAGER, 'add', 'mia'), DEFAULT_DIALECT, unknown);
    expect(request?.path).toBe('/Users/%7Bid%20of%20ola%7D');
    expect(request?.body?.Operations).toEqual([{ op: 'Add', path: MANAGER, value: '{id of mia}' }]);
  });
});

describe('the requests of a membership change', () => {
  test('legacy: members are added and removed by a list', () => {
    const bodies = describeChange(aMembership('g', ['a', 'b'], ['c', 'd']), DEFAULT_DIALECT, target);
    expect(bodies.map(({ body }) => body?.Operations)).toEqual([
      [{ op: 'Add', path: 'members', value: [{ value: 't-a' }, { value: 't-b' }] }],
      [{ op: 'Remove', path: 'members', value: [{ value: 't-c' }, { value: 't-d' }] }],
    ]);
  });

  test('flag: each removal is an operation', () => {
    const bodies = describeChange(aMembership('g', ['a'], ['c', 'd']), COMPLIANT, target);
    expect(bodies.map(({ body }) => body?.Operations)).toEqual([
      [{ op: 'add', path: 'members', value: [{ value: 't-a' }] }],
      [
        { op: 'remove', path: 'members[value eq "t-c"]' },
        { op: 'remove', path: 'members[value eq "t-d"]' },
      ],
    ]);
  });

  test('an id with a quote cannot leave the filter', () => {
    const [request] = describeChange(aMembership('g', [], ['c']), COMPLIANT, () => 'a"] or [x eq "');
    expect(request?.body?.Operations).toEqual([
      { op: 'remove', path: 'members[value eq "a\\"] or [x eq \\""]' },
    ]);
  });

  test('$ref accompanies the value when so chosen', () => {
    const [request] = describeChange(
      aMembership('g', ['a']),
      { ...DEFAULT_DIALECT, memberRef: true },
      target,
    );
    expect(request?.body?.Operations).toEqual([
      { op: 'Add', path: 'members', value: [{ $ref: null, value: 't-a' }] },
    ]);
  });

  test('are none without members', () => {
    expect(describeMembership(aMembership('g', []), DEFAULT_DIALECT, target)).toEqual([]);
  });

  test('hold every member once, at most membersPerPatch each, in order', () => {
    fc.assert(
      fc.property(
        fc.nat(30),
        fc.nat(30),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(DEFAULT_DIALECT, COMPLIANT),
        (added, removed, membersPerPatch, dialect) => {
          const change = aMembership('g', members(added), members(removed));
          const requests = describeMembership(change, { ...dialect, membersPerPatch }, target);
          expect(requests.flatMap((one) => one.added)).toEqual(members(added));
          expect(requests.flatMap((one) => one.removed)).toEqual(members(removed));
          for (const one of requests) {
            const count = one.added.length + one.removed.length;
            expect(count).toBeGreaterThan(0);
            expect(count).toBeLessThanOrEqual(membersPerPatch);
            expect(JSON.stringify(one.request.body).match(/t-m/g)?.length).toBe(count);
          }
        },
      ),
    );
  });
});
