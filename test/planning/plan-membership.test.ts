import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differenceOfSorted, planMembership } from '../../src/planning/plan-membership.ts';
import { aMapping, idOf } from '../support/builders.ts';

const MEMBERS = aMapping('members', '[members]');

describe('a change of memberships', () => {
  test('names who leaves and who joins, by source id', () => {
    const difference = { added: [idOf('a')], removed: [idOf('b')] };
    expect(planMembership({ id: idOf('g'), label: 'Sales' }, MEMBERS, difference, true)).toEqual({
      kind: 'membership',
      action: 'update',
      objectType: 'Group',
      source: { id: 'g', label: 'Sales' },
      reason: 'memberships',
      modifiedProperties: [
        { displayName: 'members', oldValue: 'b', newValue: null },
        { displayName: 'members', oldValue: null, newValue: 'a' },
      ],
      mapping: MEMBERS,
      added: ['a'],
      removed: ['b'],
      isLast: true,
    });
  });
});

describe('the difference of two ordered streams', () => {
  const sorted = fc
    .uniqueArray(fc.string({ maxLength: 3 }))
    .map((ids) => ids.sort((a, b) => (a < b ? -1 : 1)).map(idOf));

  test('is what only one of them has, in order, and nothing else', () => {
    fc.assert(
      fc.property(sorted, sorted, (source, target) => {
        const found = [...differenceOfSorted(source, target)];
        const expected = [
          ...source.filter((id) => !target.includes(id)).map((id) => ({ id, change: 'added' as const })),
          ...target.filter((id) => !source.includes(id)).map((id) => ({ id, change: 'removed' as const })),
        ].sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(found).toEqual(expected);
      }),
    );
  });

  test('reads no further than it must: neither stream is held', () => {
    let pulled = 0;
    function* endless() {
      for (;;) yield idOf(String(++pulled).padStart(9, '0'));
    }
    const [first] = differenceOfSorted(endless(), []);
    expect(first).toEqual({ id: '000000001', change: 'added' });
    expect(pulled).toBe(1);
  });
});
