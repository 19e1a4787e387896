import { describe, expect, test } from 'vitest';
import { causeOf, type LeftAloneCause } from '../../src/app/plan/left-alone.ts';
import type { DirectoryObject } from '../../src/model/directory.ts';
import type { Match, Skip } from '../../src/model/pipeline.ts';
import { planChange } from '../../src/planning/plan.ts';
import { compileFilter } from '../../src/scoping/filter.ts';
import { compileFilterPattern } from '../../src/scoping/pattern.ts';
import { scopeObject } from '../../src/scoping/scope.ts';
import {
  ACTIVE_MAPPING,
  aClause,
  aDesired,
  aFilter,
  aGroup,
  aLink,
  aMatched,
  anAttribute,
  aRole,
  assigned,
  assignedThrough,
  aUser,
  linkedTo,
} from '../support/builders.ts';

const NOT_ASKED: Match = { kind: 'notAsked' };

/** What planning says of an object, as the cause of its skip. */
const causeFor = (
  object: DirectoryObject,
  match: Match = NOT_ASKED,
  rules: { readonly skipOutOfScopeDeletions?: boolean; readonly filter?: boolean } = {},
): LeftAloneCause => {
  const filter = rules.filter
    ? compileFilter(aFilter({ F: [aClause('department', 'EQUALS', 'Sales')] }), compileFilterPattern)
    : null;
  const scoped = scopeObject(object, {
    mode: 'assigned',
    excludeDefaultAccess: true,
    applicationHasRoles: true,
    filter,
  });
  const isSoftDeleted = !(scoped.scope.isInScope && scoped.scope.isActive);
  const active = anAttribute(ACTIVE_MAPPING, isSoftDeleted ? 'False' : 'True', true);
  const desired = aDesired(object, [active], { scope: scoped.scope });
  const planned = planChange(aMatched(desired, match), {
    actions: { create: true, update: true, delete: true },
    skipOutOfScopeDeletions: rules.skipOutOfScopeDeletions ?? false,
    isIncremental: false,
  });
  expect(planned.kind).toBe('skip');
  return causeOf(planned as Skip);
};

const member = assigned(aRole('Member'));
const closed = assigned(aRole('Closed', { isEnabled: false }));
const nesting = { group: 'Support', assignedGroup: 'All' };
const inactive = linkedTo(aLink(aUser()), { active: false });

describe('the cause for which an object is left alone', () => {
  test.each<[string, DirectoryObject, LeftAloneCause]>([
    ['nobody assigned the user', aUser(), 'notAssigned'],
    ['the user is in a nested group only', { ...aUser(), nesting }, 'nestedGroup'],
    ['the group is nested itself', { ...aGroup(), nesting }, 'nestedGroup'],
    [
      'the group of the user is not security-enabled',
      aUser({}, { assignments: [assignedThrough('Chat', { securityEnabled: false })] }),
      'plainGroup',
    ],
    [
      'the assigned group is not security-enabled',
      aGroup({ securityEnabled: false }, { assignments: [member] }),
      'plainGroup',
    ],
    ['the user holds Default Access', aUser({}, { assignments: [assigned()] }), 'defaultAccess'],
    [
      'the user holds Default Access, and a role by a group that does not count',
      aUser(
        {},
        {
          assignments: [
            assigned(),
            assignedThrough('Chat', { securityEnabled: false, role: aRole('Member') }),
          ],
        },
      ),
      'defaultAccess',
    ],
    ['the role is disabled', aUser({}, { assignments: [closed] }), 'roleWithoutAccess'],
    ['the user is blocked', aUser({ accountEnabled: false }, { assignments: [member] }), 'blocked'],
    [
      'the user is in the recycle bin',
      aUser({}, { assignments: [member], presence: 'softDeleted' }),
      'deleted',
    ],
    ['the user is gone for good', aUser({}, { presence: 'hardDeleted' }), 'deleted'],
    ['the user is deleted and was not assigned', aUser({}, { presence: 'softDeleted' }), 'deleted'],
  ])('%s', (_, object, cause) => {
    expect(causeFor(object)).toBe(cause);
  });

  test('the scoping filter is not passed', () => {
    const object = aUser({ department: 'Press' }, { assignments: [member] });
    expect(causeFor(object, NOT_ASKED, { filter: true })).toBe('filter');
  });

  test('no matching attribute has a value', () => {
    const object = aUser({}, { assignments: [member] });
    expect(causeFor(object, { kind: 'noMatchingValue' })).toBe('noMatchingValue');
  });

  test('source and target agree', () => {
    const object = aUser({}, { assignments: [member] });
    expect(causeFor(object, linkedTo(aLink(aUser()), { active: true }))).toBe('nothingToChange');
  });

  test('the account of a blocked user is disabled already', () => {
    const object = aUser({ accountEnabled: false }, { assignments: [member] });
    expect(causeFor(object, inactive)).toBe('alreadyOff');
  });

  test('SkipOutOfScopeDeletions leaves the account of a leaver alone', () => {
    const match = linkedTo(aLink(aUser()), { active: true });
    expect(causeFor(aUser(), match, { skipOutOfScopeDeletions: true })).toBe('kept');
  });
});
