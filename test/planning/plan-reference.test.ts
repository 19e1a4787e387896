import { describe, expect, test } from 'vitest';
import { targetId } from '../../src/model/identifiers.ts';
import { planReference, type Referenced, type ReferenceTask } from '../../src/planning/plan-reference.ts';
import { aMapping, idOf } from '../support/builders.ts';

const MANAGER = aMapping('manager', '[manager]');

const plan = (referenced: Referenced, current: string | null = null) => {
  const task: ReferenceTask = {
    objectType: 'User',
    id: idOf('u1'),
    label: 'u1@contoso.com',
    attribute: 'manager',
    value: idOf('boss'),
    current: current === null ? null : targetId(current),
  };
  return planReference(task, MANAGER, referenced);
};

describe('a manager', () => {
  test('that is provisioned is added where there was none', () => {
    expect(plan({ kind: 'linked', targetId: targetId('t-boss') })).toEqual({
      kind: 'reference',
      action: 'update',
      objectType: 'User',
      source: { id: 'u1', label: 'u1@contoso.com' },
      reason: 'reference',
      modifiedProperties: [{ displayName: 'manager', oldValue: null, newValue: 't-boss' }],
      change: 'add',
      mapping: MANAGER,
      value: 'boss',
      current: null,
    });
  });

  test('replaces another one', () => {
    expect(plan({ kind: 'linked', targetId: targetId('t-boss') }, 't-old')).toMatchObject({
      change: 'replace',
      modifiedProperties: [{ oldValue: 't-old', newValue: 't-boss' }],
    });
  });

  test('that is there already needs nothing', () => {
    expect(plan({ kind: 'linked', targetId: targetId('t-boss') }, 't-boss')).toBeNull();
  });

  test('that is to be created in this cycle has no id yet', () => {
    expect(plan({ kind: 'pending' })).toMatchObject({
      value: 'boss',
      modifiedProperties: [{ newValue: '{id of boss}' }],
    });
  });

  test('that is not provisioned is left out, without a failure', () => {
    expect(plan({ kind: 'notProvisioned' })).toBeNull();
  });

  test('that failed is waited for', () => {
    expect(plan({ kind: 'failing' })).toMatchObject({
      kind: 'failure',
      matched: null,
      isReference: true,
      action: 'update',
      failure: {
        code: 'UnableToResolveReferenceAttributeValue',
        message:
          'manager refers to boss, which could not be provisioned; it is tried again once that object succeeds',
      },
    });
  });
});

describe('a manager that was removed', () => {
  const task: ReferenceTask = {
    objectType: 'User',
    id: idOf('u1'),
    label: 'u1@contoso.com',
    attribute: 'manager',
    value: null,
    current: targetId('t-old'),
  };

  test('is taken away where the target holds one', () => {
    expect(planReference(task, MANAGER, { kind: 'nobody' })).toMatchObject({
      change: 'remove',
      value: null,
      current: 't-old',
      modifiedProperties: [{ displayName: 'manager', oldValue: 't-old', newValue: null }],
    });
  });

  test('needs nothing where the target holds none', () => {
    expect(planReference({ ...task, current: null }, MANAGER, { kind: 'nobody' })).toBeNull();
  });
});
