import { describe, expect, test } from 'vitest';
import { restarted } from '../../../src/job/control/quarantine.ts';
import {
  isDeprovisioning,
  reasonToHoldBack,
  stagedItems,
  stagingBasis,
  withhold,
} from '../../../src/job/phases/stage.ts';
import type { Change, Planned } from '../../../src/model/pipeline.ts';
import type { SafetySettings } from '../../../src/model/safety.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';
import { aJob, assigned, aUser, idOf } from '../../support/builders.ts';
import { fakeCycles } from '../../support/fake-cycles.ts';
import { fakeNotes } from '../../support/fake-scratch.ts';

const safety: SafetySettings = { ...DEFAULT_SAFETY, deletionThreshold: 3 };
const NAMES = Array.from({ length: 20 }, (_, n) => `u${String(n + 1).padStart(2, '0')}`);
const LEAVING = ['u03', 'u08', 'u13', 'u20'];
const user = (id: string, isAssigned = true) =>
  aUser({}, { id, assignments: isAssigned ? [assigned()] : [] });

describe('the share of users who may be disabled', () => {
  const guard = { ...DEFAULT_SAFETY.guard, maxDisablesPercent: 30 };

  test('is taken of those linked when the cycle began, so that a plan and a run agree', async () => {
    const cycles = fakeCycles({ safety: { ...DEFAULT_SAFETY, guard } });
    const before = NAMES.slice(0, 10);
    await cycles.run({ objects: before.map((id) => user(id)) });
    const directory = {
      objects: NAMES.map((id, index) => user(id, index >= 4)),
      changed: NAMES.map(idOf),
    };
    const planned = await cycles.plan(directory);
    expect(planned.filter(isStaged)).toHaveLength(4);
    await expect(cycles.run(directory)).rejects.toThrow(
      /4 of 10 users would be disabled or deleted \(40\.0 %\)/,
    );
  });
});

const isStaged = (item: Planned): boolean => item.kind === 'stage' && item.action === 'stagedDelete';

describe('withheld deprovisionings', () => {
  const changeOf = (action: Change['action'], kind: Change['kind'], id = 'u1'): Planned =>
    ({ kind, action, source: { id: idOf(id), label: id } }) as Planned;
  const job = aJob({ safety });

  test.each([
    { action: 'disable', kind: 'update', isWithheld: true },
    { action: 'delete', kind: 'delete', isWithheld: true },
    { action: 'update', kind: 'update', isWithheld: false },
    { action: 'create', kind: 'create', isWithheld: false },
    { action: 'update', kind: 'membership', isWithheld: false },
  ] as const)(
    'are disables and deletions: $action by $kind is one: $isWithheld',
    ({ action, kind, isWithheld }) => {
      expect(isDeprovisioning(changeOf(action, kind))).toBe(isWithheld);
    },
  );

  test('come in pages, users first, and are staged only above the limit', () => {
    const notes = fakeNotes();
    withhold('Group', [changeOf('delete', 'delete', 'g1')], { notes });
    withhold('User', [changeOf('disable', 'update', 'a'), changeOf('delete', 'delete', 'b')], { notes });
    withhold('User', [changeOf('disable', 'update', 'c')], { notes });
    const told = (isHeldBack: boolean) =>
      [...stagedItems({ notes }, isHeldBack, 2)].map((items) =>
        items.map(({ action, source }) => `${action} ${source.id}`),
      );
    expect(told(false)).toEqual([['disable a', 'delete b'], ['disable c'], ['delete g1']]);
    expect(told(true)).toEqual([
      ['stagedDelete a', 'stagedDelete b'],
      ['stagedDelete c'],
      ['stagedDelete g1'],
    ]);
    const held = [...stagedItems({ notes }, true, 9)].flat();
    expect(held.map((item) => (item.kind === 'stage' ? item.staged.action : item.kind))).toEqual([
      'disable',
      'delete',
      'disable',
      'delete',
    ]);
  });

  test('are not staged where there are none, or where they were allowed', () => {
    const notes = fakeNotes();
    const basis = { isForced: false, linked: { User: 20, Group: 4 } };
    expect(reasonToHoldBack({ notes, job }, basis)).toBeNull();
    for (const id of LEAVING) withhold('Group', [changeOf('delete', 'delete', id)], { notes });
    expect(reasonToHoldBack({ notes, job }, basis)?.reason).toBe('TooManyDeletes');
    expect(reasonToHoldBack({ notes, job }, { ...basis, isForced: true })).toBeNull();
  });

  test('are judged by the links and the permission that there are', async () => {
    const { store, run } = fakeCycles({ safety });
    await run({ objects: NAMES.map((id) => user(id)) });
    expect(await stagingBasis(store)).toEqual({ isForced: false, linked: { User: 20, Group: 0 } });
    await store.updateControl((control) => restarted(control, ['ForceDeletes']));
    expect((await stagingBasis(store)).isForced).toBe(true);
  });
});
