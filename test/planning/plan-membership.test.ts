import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SourceId } from '../../src/model/identifiers.ts';
import { differenceOfSorted, type MemberMove, planMembership } from '../../src/planning/plan-membership.ts';
import { allOf } from '../support/all-of.ts';
import { aMapping, idOf } from '../support/builders.ts';

const MEMBERS = aMapping('members', '[members]');

describe('a change of memberships', () => {
  test('names leavers and joiners, by source id', () => {
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
  /** Where a page ends, after so many ids; the last page holds what is left. */
  const sizes = fc.array(fc.nat({ max: 3 }), { maxLength: 20 });

  async function* inPages(ids: readonly SourceId[], ofSizes: readonly number[]) {
    let at = 0;
    for (const size of ofSizes) {
      yield ids.slice(at, at + size);
      at += size;
    }
    if (at < ids.length) yield ids.slice(at);
  }

  /** The expected difference, from lists. */
  const expected = (
    source: readonly SourceId[],
    target: readonly SourceId[],
    uncertain: readonly SourceId[],
  ): readonly MemberMove[] => {
    const isAdded = (id: SourceId): boolean => !target.includes(id) || uncertain.includes(id);
    const held = new Set([...target, ...uncertain]);
    return [
      ...source.filter(isAdded).map((id) => ({ id, change: 'added' as const })),
      ...[...held].filter((id) => !source.includes(id)).map((id) => ({ id, change: 'removed' as const })),
    ].sort((a, b) => (a.id < b.id ? -1 : 1));
  };

  test('is what only one of them has, in order, and nothing else, whatever their pages', async () => {
    await fc.assert(
      fc.asyncProperty(sorted, sizes, sorted, sizes, async (source, ofSource, target, ofTarget) => {
        const moves = differenceOfSorted(inPages(source, ofSource), inPages(target, ofTarget));
        expect((await allOf(moves)).flat()).toEqual(expected(source, target, []));
      }),
    );
  });

  test('has each member whose intent is pending: added where the source has it, else removed', async () => {
    await fc.assert(
      fc.asyncProperty(sorted, sorted, sorted, sizes, async (source, target, uncertain, ofSizes) => {
        const pages = [inPages(source, ofSizes), inPages(target, ofSizes.toReversed())] as const;
        const moves = await allOf(differenceOfSorted(...pages, uncertain));
        expect(moves.flat()).toEqual(expected(source, target, uncertain));
      }),
    );
  });

  test('reads no further than it must: neither stream is held', async () => {
    const pulled = { source: 0, target: 0 };
    async function* endless(side: 'source' | 'target') {
      for (;;) yield [idOf(`${String(++pulled[side]).padStart(9, '0')} of the ${side}`)];
    }
    const one = differenceOfSorted(endless('source'), inPages([], []));
    expect((await one.next()).value).toEqual([{ id: '000000001 of the source', change: 'added' }]);
    expect(pulled).toEqual({ source: 1, target: 0 });
    const both = differenceOfSorted(endless('source'), endless('target'));
    await both.next();
    expect(pulled).toEqual({ source: 2, target: 1 });
  });
});
