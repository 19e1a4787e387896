import { describe, expect, test } from 'vitest';
import { typeOf } from '../../../src/job/compile.ts';
import { idleReferences, queueFollowUps } from '../../../src/job/phases/follow-ups.ts';
import type { DirectoryObject, ObjectType } from '../../../src/model/directory.ts';
import { targetId } from '../../../src/model/identifiers.ts';
import type { LinkEffect, Match, MatchedObject, Planned } from '../../../src/model/pipeline.ts';
import {
  aDesired,
  aGroup,
  aLink,
  aMapping,
  aMatched,
  aUser,
  type DesiredOptions,
  foundAs,
  groupMapping,
  idOf,
  type JobOptions,
  linkedTo,
  notFound,
  UNASSIGNED,
  userMapping,
} from '../../support/builders.ts';
import { aPlanning } from '../../support/planning-context.ts';

const MANAGER = aMapping('manager', '[manager]', { target: { type: 'Reference' } });
const user = aUser({}, { manager: idOf('boss') });
const group = aGroup();

const matchedAs = (
  match: Match,
  options: DesiredOptions = {},
  object: DirectoryObject = user,
): MatchedObject =>
  aMatched(
    aDesired(object, [], {
      references: object.objectType === 'User' ? [{ mapping: MANAGER, value: object.manager }] : [],
      ...options,
    }),
    match,
  );

const subject = ({ desired: { scoped } }: MatchedObject) => ({
  objectType: scoped.object.objectType,
  source: scoped.object,
  reason: '',
  modifiedProperties: [],
});

const created = (matched: MatchedObject): Planned => ({
  ...subject(matched),
  kind: 'create',
  action: 'create',
  matched,
  attributes: [],
});

const updated = (matched: MatchedObject, linkEffect: LinkEffect = 'manage'): Planned => ({
  ...subject(matched),
  kind: 'update',
  action: 'update',
  targetId: targetId('t-u1'),
  matched,
  attributes: [],
  linkEffect,
});

const deleted = (matched: MatchedObject): Planned => ({
  ...subject(matched),
  kind: 'delete',
  action: 'delete',
  targetId: targetId('t-u1'),
  matched,
});

const skipped = (matched: MatchedObject, linkEffect: LinkEffect = 'manage'): Planned => ({
  ...subject(matched),
  kind: 'skip',
  matched,
  code: 'RedundantExport',
  linkEffect,
  action: 'other',
});

const failed = (object: DirectoryObject = user): Planned => ({
  kind: 'failure',
  objectType: object.objectType,
  source: object,
  matched: null,
  action: 'create',
  failure: { code: 'Conflict', message: '', status: 409 },
  isReference: false,
});

const LINKED = linkedTo(aLink(user), { manager: 't-old' });
const RETURNING = linkedTo(aLink(user, { isManaged: false }), {});

const followUps = (planned: Planned, options: JobOptions = {}, objectType: ObjectType = 'User') => {
  const context = aPlanning({}, options);
  const type = typeOf(context.job, objectType);
  if (type === undefined) throw new Error('the type is mapped');
  queueFollowUps([planned], type, context);
  const id = idOf(objectType === 'User' ? 'u1' : 'g1');
  const { references, memberships, joining, leaving, failing, deleting } = context.notes;
  const joins = joining.holder(id);
  return {
    references: [...references.pages(10)].flat(),
    memberships: [...memberships.pages(10)].flat(),
    claims: {
      ...(joins === null ? {} : { joining: joins }),
      ...(leaving.has(id) ? { leaving: '' } : {}),
      ...(failing.has(id) ? { failing: '' } : {}),
      ...(deleting.has(id) ? { deleting: '' } : {}),
    },
  };
};

const TASK = { objectType: 'User', id: 'u1', label: user.label, attribute: 'manager', value: 'boss' };

describe('a reference waits to be compared', () => {
  test.each([
    ['of a new user', created(matchedAs(notFound())), null],
    ['of a user taken over', updated(matchedAs(foundAs('t-7', { manager: 't-old' }))), 't-old'],
    ['of a user who changed', updated(matchedAs(LINKED)), 't-old'],
    ['of a user who agrees otherwise', skipped(matchedAs(LINKED)), 't-old'],
    [
      'of a user whose manager in the target is no id',
      skipped(matchedAs(linkedTo(aLink(user), { manager: 7 }))),
      null,
    ],
  ])('%s', (_, planned, current) => {
    expect(followUps(planned).references).toEqual([{ ...TASK, current }]);
  });

  test.each([
    ['of a user without a manager', created(matchedAs(notFound(), {}, aUser()))],
    ['of a user who was not found and is not created', skipped(matchedAs(notFound()))],
    ['of a user who was not asked for', skipped(matchedAs({ kind: 'notAsked' }))],
    ['of a user blocked or out of scope', skipped(matchedAs(LINKED, { scope: UNASSIGNED }))],
    [
      'of a user that the mapping ignores',
      skipped(matchedAs(linkedTo(aLink(user), null), { isIgnored: true })),
    ],
    [
      'of a user dropped by the input filter',
      skipped(matchedAs(linkedTo(aLink(user), null), { scope: { isDropped: true } })),
    ],
    ['of a user who failed', failed()],
  ])('but not %s', (_, planned) => {
    expect(followUps(planned).references).toEqual([]);
  });

  test('only of new users where Update is off', () => {
    const user = userMapping({ actions: { create: true, update: false, delete: true } });
    expect(followUps(skipped(matchedAs(LINKED)), { user }).references).toEqual([]);
    expect(followUps(created(matchedAs(notFound())), { user }).references).toHaveLength(1);
  });
});

describe('memberships wait to be compared', () => {
  const link = aLink(group);

  test.each([
    ['of a new group', created(matchedAs(notFound(), {}, group))],
    ['of a group that agrees otherwise', skipped(matchedAs(linkedTo(link, {}), {}, group))],
  ])('%s', (_, planned) => {
    expect(followUps(planned, {}, 'Group').memberships).toEqual([{ id: 'g1', label: 'Group g1' }]);
  });

  test('but not of a group that is deleted', () => {
    const leaving = matchedAs(linkedTo(link, null), { scope: UNASSIGNED }, group);
    expect(followUps(deleted(leaving), {}, 'Group').memberships).toEqual([]);
  });

  test('but not where members are not mapped', () => {
    const mapping = groupMapping({ attributeMappings: [aMapping('displayName', '[displayName]')] });
    expect(
      followUps(created(matchedAs(notFound(), {}, group)), { group: mapping }, 'Group').memberships,
    ).toEqual([]);
  });
});

describe('it is noted', () => {
  test.each<[string, Planned, object]>([
    ['of a user that will be created', created(matchedAs(notFound())), { joining: '' }],
    [
      'of a user that will be taken over, and as what',
      updated(matchedAs(foundAs('t-7'))),
      { joining: 't-7' },
    ],
    ['of a user that comes back into scope', updated(matchedAs(RETURNING)), { joining: 't-u1' }],
    [
      'of a user that comes back blocked',
      skipped(matchedAs(RETURNING, { scope: { isActive: false } })),
      { joining: 't-u1' },
    ],
    ['nothing of a user that stays', updated(matchedAs(LINKED)), {}],
    [
      'of a user that leaves scope',
      updated(matchedAs(LINKED, { scope: UNASSIGNED }), 'unmanage'),
      { leaving: '' },
    ],
    [
      'of a user that leaves scope with nothing to write',
      skipped(matchedAs(LINKED, { scope: UNASSIGNED }), 'unmanage'),
      { leaving: '' },
    ],
    [
      'of a user that will be deleted',
      deleted(matchedAs(LINKED, { scope: { isActive: false } })),
      { leaving: '', deleting: '' },
    ],
    ['of a user that failed', failed(), { failing: '' }],
  ])('%s', (_, planned, claims) => {
    expect(followUps(planned).claims).toEqual(claims);
  });
});

describe('a reference that failed before is of no consequence', () => {
  test.each<[string, Planned, boolean]>([
    ['once the user has no manager', skipped(matchedAs(LINKED, {}, aUser())), true],
    [
      'once the user is out of scope',
      updated(matchedAs(LINKED, { scope: UNASSIGNED, references: [] }), 'unmanage'),
      true,
    ],
    [
      'once the group is out of scope',
      deleted(matchedAs(linkedTo(aLink(group), null), { scope: UNASSIGNED }, group)),
      true,
    ],
    ['but not while the user has one', skipped(matchedAs(LINKED)), false],
    ['but not while the group is in scope', skipped(matchedAs(linkedTo(aLink(group), {}), {}, group)), false],
    ['but not while the object fails', failed(), false],
  ])('%s', (_, planned, isIdle) => {
    expect(idleReferences([planned], aPlanning())).toHaveLength(isIdle ? 1 : 0);
  });
});
