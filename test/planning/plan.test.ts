import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DesiredState,
  isChange,
  type Link,
  type Match,
  type Planned,
} from '../../src/model/pipeline.ts';
import { type PlanningRules, planChange } from '../../src/planning/plan.ts';
import {
  ACTIVE_MAPPING,
  aDesired,
  aGroup,
  aLink,
  aMapping,
  aMatched,
  anAttribute,
  aUser,
  type DesiredOptions,
  foundAs,
  linkedTo,
  notFound,
  UNASSIGNED,
} from '../support/builders.ts';

const RULES: PlanningRules = {
  actions: { create: true, update: true, delete: true },
  skipOutOfScopeDeletions: false,
  isIncremental: true,
};
const USER_NAME = aMapping('userName', '[userPrincipalName]', {
  matchingPriority: 1,
  target: { required: true },
});
const TITLE = aMapping('title', '[jobTitle]');
const user = aUser();
const LINK = aLink(user);
const FAILURE = { code: 'InternalServerError', message: 'The target broke down', status: 500 } as const;

const inScope = (title: string | null = 'Editor', options: DesiredOptions = {}) =>
  aDesired(
    user,
    [
      anAttribute(USER_NAME, 'u1@contoso.com'),
      anAttribute(ACTIVE_MAPPING, 'True', true),
      anAttribute(TITLE, title),
    ],
    options,
  );

const outOfScope = (scope: DesiredOptions['scope'] = UNASSIGNED, presence = user.presence) =>
  aDesired({ ...user, presence }, [anAttribute(ACTIVE_MAPPING, 'False', true)], { scope });

const HELD = { userName: 'u1@contoso.com', active: true, title: 'Editor' };

const plan = (...args: [DesiredState, Match, Partial<PlanningRules>?]): Planned =>
  planChange(aMatched(args[0], args[1]), { ...RULES, ...args[2] });

const changeOf = (planned: Planned) => {
  if (!isChange(planned)) throw new Error(`a change was expected, not a ${planned.kind}`);
  return planned;
};

describe('a creation', () => {
  test('writes every value and says by what the object was looked for', () => {
    const change = changeOf(plan(inScope(), notFound('userName', 'externalId')));
    expect(change).toMatchObject({
      kind: 'create',
      action: 'create',
      objectType: 'User',
      source: { id: 'u1', label: 'u1@contoso.com' },
      reason: 'no match found by userName, then externalId',
      modifiedProperties: [
        { displayName: 'userName', oldValue: null, newValue: 'u1@contoso.com' },
        { displayName: 'active', oldValue: null, newValue: 'True' },
        { displayName: 'title', oldValue: null, newValue: 'Editor' },
      ],
    });
  });

  test('without a required value fails before anything is sent', () => {
    const desired = aDesired(user, [anAttribute(USER_NAME, null), anAttribute(TITLE, 'Editor')]);
    expect(plan(desired, notFound())).toMatchObject({
      kind: 'failure',
      action: 'create',
      isReference: false,
      failure: { code: 'MandatoryFieldsMissing', status: null },
    });
  });
});

describe('an update', () => {
  test('writes what differs, by the id of the link', () => {
    expect(changeOf(plan(inScope('Boss'), linkedTo(LINK, HELD)))).toMatchObject({
      kind: 'update',
      action: 'update',
      targetId: 't-u1',
      reason: 'linked',
      linkEffect: 'manage',
      modifiedProperties: [{ displayName: 'title', oldValue: 'Editor', newValue: 'Boss' }],
    });
  });

  test('takes over an account that was found', () => {
    expect(changeOf(plan(inScope(), foundAs('t-7', { ...HELD, title: 'Clerk' })))).toMatchObject({
      action: 'update',
      targetId: 't-7',
      reason: 'matched by userName "u1@contoso.com"',
    });
  });

  test('takes over an account without the value that it was found by, where its mapping redacts that', () => {
    const redacted = aMapping('userName', 'Redact([userPrincipalName])', { matchingPriority: 1 });
    const desired = aDesired(aUser(), [anAttribute(redacted, 'u1@contoso.com')]);
    expect(changeOf(plan(desired, foundAs('t-7', {}))).reason).toBe('matched by userName [Redact]');
  });

  test('brings back a user that left scope before', () => {
    const link = { ...LINK, isManaged: false };
    expect(changeOf(plan(inScope(), linkedTo(link, { ...HELD, active: false })))).toMatchObject({
      action: 'update',
      reason: 'back in scope: in scope: assigned directly',
      modifiedProperties: [{ displayName: 'active', oldValue: 'False', newValue: 'True' }],
    });
  });

  test('overwrites what drifted in the target, enabling a blocked account', () => {
    expect(changeOf(plan(inScope(), linkedTo(LINK, { ...HELD, active: false })))).toMatchObject({
      action: 'update',
    });
  });

  test('flows always only for an object that changed, not for one that an initial cycle reads', () => {
    const desired = aDesired(user, [
      anAttribute(aMapping('x', '[x]', { flowBehavior: 'FlowAlways' }), 'same'),
    ]);
    expect(plan(desired, linkedTo(LINK, { x: 'same' }), { isIncremental: true }).kind).toBe('update');
    expect(plan(desired, linkedTo(LINK, { x: 'same' }), { isIncremental: false }).kind).toBe('skip');
  });
});

describe('a disable', () => {
  const STATUS = aMapping('userType', 'IIF([IsSoftDeleted], "locked", "free")');

  test.each([
    { who: 'left scope', scope: UNASSIGNED },
    { who: 'is blocked', scope: { isActive: false } },
  ])('is what writes whatever attribute to an account whose user $who', ({ scope }) => {
    const desired = aDesired(user, [anAttribute(STATUS, 'locked', true)], { scope });
    expect(changeOf(plan(desired, linkedTo(LINK, { userType: 'free' })))).toMatchObject({
      action: 'disable',
      attributes: [{ value: 'locked' }],
    });
  });

  test.each([
    { attribute: 'active', value: 'False', action: 'disable' },
    { attribute: 'active', value: '0', action: 'disable' },
    { attribute: 'urn:ietf:params:scim:schemas:core:2.0:User:active', value: 'false', action: 'disable' },
    { attribute: 'active', value: 'True', action: 'update' },
    { attribute: 'inactive', value: 'False', action: 'update' },
  ])('of a user in scope is what writes $value to $attribute: $action', ({ attribute, value, action }) => {
    const mapping = aMapping(attribute, '[department]');
    const held = { [attribute]: value === 'True' ? 'False' : 'True' };
    const desired = aDesired(user, [anAttribute(mapping, value)]);
    expect(changeOf(plan(desired, linkedTo(LINK, held))).action).toBe(action);
  });

  test('of a user that leaves scope is an update that turns active off, and unmanages the user', () => {
    expect(changeOf(plan(outOfScope(), linkedTo(LINK, HELD)))).toMatchObject({
      kind: 'update',
      action: 'disable',
      reason: 'left scope: not assigned to the application',
      linkEffect: 'unmanage',
      modifiedProperties: [{ displayName: 'active', oldValue: 'True', newValue: 'False' }],
    });
  });

  test('of a user blocked from signing in keeps the user', () => {
    const scope = { isActive: false, reason: 'blocked from signing in' };
    expect(changeOf(plan(outOfScope(scope), linkedTo(LINK, HELD)))).toMatchObject({
      action: 'disable',
      reason: 'blocked from signing in',
      linkEffect: 'manage',
    });
  });

  test('is called so whatever the case of the attribute and of the value', () => {
    const desired = aDesired(user, [
      anAttribute(aMapping('Active', '[x]', { target: { type: 'Boolean' } }), 'false'),
    ]);
    expect(changeOf(plan(desired, linkedTo(LINK, { Active: true }))).action).toBe('disable');
  });

  test('of one already off sends nothing: the user is unmanaged anyway', () => {
    expect(plan(outOfScope(), linkedTo(LINK, { ...HELD, active: false }))).toMatchObject({
      kind: 'skip',
      code: 'RedundantExport',
      linkEffect: 'unmanage',
      action: 'other',
    });
  });

  test('of a blocked user already off says that the user is not entitled', () => {
    const scope = { isActive: false, reason: 'blocked from signing in' };
    expect(plan(outOfScope(scope), linkedTo(LINK, { ...HELD, active: 'False' }))).toMatchObject({
      kind: 'skip',
      code: 'NotEffectivelyEntitled',
      reason: 'blocked from signing in',
      linkEffect: 'manage',
    });
  });

  test('does not happen where no mapping reads IsSoftDeleted', () => {
    expect(plan(aDesired(user, [], { scope: UNASSIGNED }), linkedTo(LINK, HELD))).toMatchObject({
      kind: 'skip',
      code: 'RedundantExport',
    });
  });
});

describe('a deletion', () => {
  test('of a user gone for good needs the stored id only', () => {
    const desired = outOfScope(
      { isActive: false, reason: 'permanently deleted in the source' },
      'hardDeleted',
    );
    expect(changeOf(plan(desired, linkedTo(LINK, null)))).toMatchObject({
      kind: 'delete',
      action: 'delete',
      targetId: 't-u1',
      reason: 'permanently deleted in the source',
      modifiedProperties: [],
    });
  });

  test('of a group that leaves scope', () => {
    const desired = aDesired(aGroup(), [], { scope: UNASSIGNED });
    expect(changeOf(plan(desired, linkedTo(aLink(aGroup()), null)))).toMatchObject({
      kind: 'delete',
      objectType: 'Group',
      reason: 'not assigned to the application',
    });
  });
});

describe('a skip', () => {
  const skipOf = (planned: Planned) => {
    if (planned.kind !== 'skip') throw new Error(`a skip was expected, not a ${planned.kind}`);
    return planned;
  };

  test('where both agree is a RedundantExport', () => {
    expect(skipOf(plan(inScope(), linkedTo(LINK, HELD)))).toMatchObject({
      code: 'RedundantExport',
      reason: 'source and target already agree',
      action: 'other',
      linkEffect: 'manage',
    });
  });

  test('of a leaver says so, and whether a mapping would write it', () => {
    expect(skipOf(plan(outOfScope(), linkedTo(LINK, { ...HELD, active: false })))).toMatchObject({
      code: 'RedundantExport',
      reason: 'not assigned to the application; the target shows that already',
    });
    expect(skipOf(plan(aDesired(user, [], { scope: UNASSIGNED }), linkedTo(LINK, HELD)))).toMatchObject({
      reason: 'not assigned to the application; no mapping writes that into the target',
    });
  });

  test('of an object never linked says why, and that a creation was considered', () => {
    expect(skipOf(plan(outOfScope(), { kind: 'notAsked' }))).toMatchObject({
      code: 'NotEffectivelyEntitled',
      reason: 'not assigned to the application',
      action: 'create',
    });
  });

  test('with Create off is one of a creation', () => {
    const actions = { ...RULES.actions, create: false };
    expect(skipOf(plan(inScope(), notFound(), { actions }))).toMatchObject({
      code: 'EntrySynchronizationSkipped',
      reason: 'the target object action Create is switched off',
      action: 'create',
    });
  });

  test('of a hard-deleted object is one of a deletion, or of nothing', () => {
    const gone = outOfScope({ isActive: false }, 'hardDeleted');
    const actions = { ...RULES.actions, delete: false };
    expect(skipOf(plan(gone, linkedTo(LINK, null), { actions }))).toMatchObject({ action: 'delete' });
    expect(skipOf(plan(gone, { kind: 'notAsked' }))).toMatchObject({ action: 'other' });
  });

  test('without a matching value is an ImportSkipped', () => {
    expect(skipOf(plan(inScope(), { kind: 'noMatchingValue' }))).toMatchObject({ code: 'ImportSkipped' });
  });
});

describe('a failure', () => {
  const failed = (link: Link | null) => plan(inScope(), { kind: 'failed', link, failure: FAILURE });

  test('of a match is one of a creation', () => {
    expect(failed(null)).toMatchObject({ kind: 'failure', action: 'create', failure: FAILURE });
  });

  test('of the read of a linked object is one of an update', () => {
    expect(failed(LINK)).toMatchObject({ kind: 'failure', action: 'update', failure: FAILURE });
  });

  test('of the mapping is reported where the match did not fail', () => {
    const failure = { code: 'AttributeValidationFailed', message: 'a mapping', status: null } as const;
    expect(plan(inScope('x', { failure }), linkedTo(LINK, null))).toMatchObject({
      kind: 'failure',
      failure,
      isReference: false,
    });
  });

  test('of the filter keeps who seems to leave from being disabled', () => {
    const failure = { code: 'AttributeValidationFailed', message: 'the filter', status: null } as const;
    const desired = outOfScope({ ...UNASSIGNED, failure });
    expect(plan(desired, linkedTo(LINK, null))).toMatchObject({ kind: 'failure', failure });
  });
});

test('whatever is planned survives JSON, because it may wait on disk', () => {
  const matches = [
    notFound(),
    foundAs('t-7', HELD),
    linkedTo(LINK, HELD),
    linkedTo(LINK, { ...HELD, title: 'x' }),
  ];
  const title = fc.oneof(fc.constant(null), fc.string());
  fc.assert(
    fc.property(title, fc.constantFrom(...matches), (text, match) => {
      const planned = plan(inScope(text), match);
      expect(JSON.parse(JSON.stringify(planned))).toEqual(planned);
    }),
  );
});
