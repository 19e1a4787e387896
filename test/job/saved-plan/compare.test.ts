import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlannedPage } from '../../../src/job/phases/planned-page.ts';
import { type ComparedObject, comparePlans } from '../../../src/job/saved-plan/compare.ts';
import type { Planned } from '../../../src/model/pipeline.ts';
import { planMembership } from '../../../src/planning/plan-membership.ts';
import { failedReference } from '../../../src/planning/plan-reference.ts';
import { allOf } from '../../support/all-of.ts';
import { aMapping, idOf } from '../../support/builders.ts';
import { fakeScratch } from '../../support/fake-scratch.ts';

const MEMBERS = aMapping('members', '[members]');

/** Members that a group gains and loses. */
interface Moves {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

const group = (id: string) => ({ id: idOf(id), label: `group ${id}` });

/** The parts of a group's memberships, each of so many members. */
const partsOf = (id: string, { added, removed }: Moves, size: number): readonly Planned[] => {
  const moves = [
    ...added.map((one) => ({ one, kind: 'added' })),
    ...removed.map((one) => ({ one, kind: 'removed' })),
  ].sort((a, b) => (a.one < b.one ? -1 : 1));
  const parts: Planned[] = [];
  for (let start = 0; start < moves.length; start += size) {
    const part = moves.slice(start, start + size);
    const ids = (kind: string) => part.flatMap((move) => (move.kind === kind ? [idOf(move.one)] : []));
    const isLast = start + size >= moves.length;
    parts.push(
      planMembership(group(id), MEMBERS, { added: ids('added'), removed: ids('removed') }, isLast, !isLast),
    );
  }
  return parts;
};

/** A plan with one item a page. */
async function* planOf(
  items: readonly Planned[],
  phase: PlannedPage['phase'] = 'memberships',
): AsyncGenerator<PlannedPage> {
  for (const item of items) yield { phase, items: [item] };
}

const compared = (
  before: readonly Planned[],
  after: readonly Planned[],
  named = 20,
): Promise<readonly ComparedObject[]> =>
  allOf(comparePlans(planOf(before), planOf(after), fakeScratch(), named));

const NO_MEMBERS = { ids: [], count: 0 };

describe('memberships of two plans', () => {
  test('swapped members are told by their ids, although their number stays', async () => {
    const today = partsOf('g', { added: ['ann', 'ben'], removed: [] }, 10);
    const then = partsOf('g', { added: ['ann', 'hal'], removed: [] }, 10);
    expect(await compared(today, then)).toMatchObject([
      {
        id: 'g',
        part: 'memberships',
        before: { action: 'update', values: { added: '2', removed: '0' } },
        after: { action: 'update', values: { added: '2', removed: '0' } },
        members: {
          onlyBefore: { added: { ids: ['ben'], count: 1 }, removed: NO_MEMBERS },
          onlyAfter: { added: { ids: ['hal'], count: 1 }, removed: NO_MEMBERS },
        },
      },
    ]);
  });

  test('a group is told once, whichever member comes first', async () => {
    const today = partsOf('g', { added: ['ann', 'ben'], removed: [] }, 10);
    const then = partsOf('g', { added: ['ben'], removed: [] }, 10);
    expect(await compared(today, then)).toHaveLength(1);
    expect(await compared(then, today)).toHaveLength(1);
  });

  test('a group that one plan does not change says so in plain words', async () => {
    const today = partsOf('g', { added: ['ann'], removed: [] }, 10);
    const nothing = { action: 'nothing', reason: 'no member is added or removed', values: {} };
    expect(await compared(today, [])).toMatchObject([{ after: nothing }]);
    expect(await compared([], today)).toMatchObject([{ before: nothing }]);
  });

  test('a group that fails under the other schema is one object with the failure', async () => {
    const today = partsOf('g', { added: ['ann', 'ben'], removed: [] }, 1);
    const failure = failedReference(
      { objectType: 'Group', source: group('g') },
      'ben could not be provisioned',
    );
    const then = [...partsOf('g', { added: ['ann'], removed: [] }, 1), failure];
    expect(await compared(today, then)).toMatchObject([
      {
        before: { action: 'update' },
        after: { action: 'fail', reason: expect.stringContaining('ben could not be provisioned') },
        members: { onlyBefore: { added: { ids: ['ben'] } } },
      },
    ]);
  });

  test('of many members, some come with their ids and all are counted', async () => {
    const many = Array.from({ length: 2500 }, (_, index) => `m${String(index).padStart(4, '0')}`);
    const [row] = await compared(
      partsOf('g', { added: many.slice(0, 1500), removed: [] }, 250),
      partsOf('g', { added: many.slice(500), removed: [] }, 250),
      3,
    );
    expect(row?.members).toEqual({
      onlyBefore: { added: { ids: many.slice(0, 3), count: 500 }, removed: NO_MEMBERS },
      onlyAfter: { added: { ids: many.slice(1500, 1503), count: 1000 }, removed: NO_MEMBERS },
    });
  });

  test('only what one plan alone adds or removes is told, in whatever parts the plans come', async () => {
    const member = fc.constantFrom(...'abcdefghij');
    const moves = fc
      .tuple(fc.uniqueArray(member), fc.uniqueArray(member))
      .map(([added, removed]) => ({ added, removed: removed.filter((one) => !added.includes(one)) }));
    const size = fc.integer({ min: 1, max: 4 });
    await fc.assert(
      fc.asyncProperty(moves, moves, size, size, async (today, then, todaySize, thenSize) => {
        const rows = await compared(partsOf('g', today, todaySize), partsOf('g', then, thenSize));
        const only = (one: readonly string[], other: readonly string[]) => {
          const ids = one.filter((id) => !other.includes(id)).sort();
          return { ids, count: ids.length };
        };
        const members = {
          onlyBefore: { added: only(today.added, then.added), removed: only(today.removed, then.removed) },
          onlyAfter: { added: only(then.added, today.added), removed: only(then.removed, today.removed) },
        };
        const isSame = Object.values(members).every(
          ({ added, removed }) => added.count + removed.count === 0,
        );
        expect(rows.map((row) => row.members)).toEqual(isSame ? [] : [members]);
      }),
    );
  });
});

describe('references of two plans', () => {
  const reference = (attribute: string, value: string): Planned => ({
    kind: 'reference',
    action: 'update',
    objectType: 'User',
    source: { id: idOf('ben'), label: 'ben' },
    reason: 'reference',
    modifiedProperties: [{ displayName: attribute, oldValue: null, newValue: value }],
    change: 'add',
    mapping: aMapping(attribute, '[manager]'),
    value: idOf(value),
    current: null,
  });
  const rows = (before: readonly Planned[], after: readonly Planned[]) =>
    allOf(comparePlans(planOf(before, 'references'), planOf(after, 'references'), fakeScratch(), 20));

  test('a reference that is not written any more keeps its value in the row', async () => {
    expect(await rows([reference('manager', 'ann')], [])).toMatchObject([
      {
        part: 'reference',
        after: { action: 'nothing', reason: 'no reference is written' },
        differences: [{ attribute: 'manager', before: 'ann', after: null, isWritten: false }],
        members: null,
      },
    ]);
  });

  test('a reference that fails under the other schema is one row', async () => {
    const failure = failedReference(
      { objectType: 'User', source: { id: idOf('ben'), label: 'ben' } },
      'manager refers to ann, which could not be provisioned',
    );
    expect(await rows([reference('manager', 'ann')], [failure])).toMatchObject([
      { before: { action: 'update' }, after: { action: 'fail' } },
    ]);
  });

  test('two references of one user are one row', async () => {
    const today = [reference('manager', 'ann'), reference('assistant', 'cyd')];
    expect(await rows(today, [reference('manager', 'ann'), reference('assistant', 'dov')])).toMatchObject([
      { differences: [{ attribute: 'assistant', before: 'cyd', after: 'dov' }] },
    ]);
  });
});
