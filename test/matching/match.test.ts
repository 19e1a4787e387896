import { describe, expect, test } from 'vitest';
import { type MatchingContext, matchObject } from '../../src/matching/match.ts';
import { matchingValues } from '../../src/model/desired-state.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { DesiredState } from '../../src/model/pipeline.ts';
import { aList, anAnswer, noAnswer } from '../scim/scim-builders.ts';
import {
  aDesired,
  aGroup,
  aLink,
  aMapping,
  anAttribute,
  aTarget,
  aUser,
  type DesiredOptions,
  UNASSIGNED,
} from '../support/builders.ts';
import { askedFor, type FakeTarget, fakeTarget, targetHolding } from '../support/fake-target.ts';

const USER_NAME = aMapping('userName', '[userPrincipalName]', { matchingPriority: 1 });
const EXTERNAL_ID = aMapping('externalId', '[mailNickname]', { matchingPriority: 3 });
const EMPLOYEE = aMapping('employeeNumber', '[employeeId]', { matchingPriority: 2 });
const TITLE = aMapping('title', '[jobTitle]');
const MAPPINGS = [EXTERNAL_ID, USER_NAME, EMPLOYEE, TITLE];

/** A value that the probe asks for and no account has. */
const NOBODY = '00000000-0000-4000-8000-000000000001';

const user = aUser();
const LINK = aLink(user);
const FAILURE = { code: 'AttributeValidationFailed', message: 'a mapping', status: null } as const;

const desiredUser = (options: DesiredOptions = {}, presence = user.presence): DesiredState =>
  aDesired(
    { ...user, presence },
    [
      anAttribute(EXTERNAL_ID, 'ext-1'),
      anAttribute(USER_NAME, 'u1@contoso.com'),
      anAttribute(EMPLOYEE, '4711'),
      anAttribute(TITLE, 'Editor'),
    ],
    options,
  );

const match = async (target: FakeTarget, desired: DesiredState, context: Partial<MatchingContext> = {}) =>
  (
    await matchObject(desired, {
      target,
      mappings: MAPPINGS,
      link: null,
      cached: null,
      rematchOn404: false,
      mayBeDeleted: false,
      guid: () => NOBODY,
      confirm: 'strict',
      filterQuotes: 'fail',
      unconfirmed: null,
      isLinked: async () => false,
      ...context,
    })
  ).match;

const asked = ({ requests }: FakeTarget) =>
  requests.map((request) => askedFor(request)?.attribute ?? request.path);

describe('an object that was never linked', () => {
  test('is asked for by its matching attributes, the lowest priority number first, until one is found', async () => {
    const target = targetHolding({ id: 't-7', employeeNumber: '4711', title: 'Boss' });
    expect(await match(target, desiredUser())).toEqual({
      kind: 'found',
      attribute: 'employeeNumber',
      value: '4711',
      target: { id: 't-7', attributes: { employeeNumber: '4711', title: 'Boss' } },
    });
    expect(asked(target)).toEqual(['userName', 'employeeNumber']);
  });

  test('is not there once all of them were asked', async () => {
    const target = targetHolding();
    expect(await match(target, desiredUser())).toEqual({
      kind: 'none',
      asked: ['userName', 'employeeNumber', 'externalId'],
    });
  });

  test.each([null, ''])('passes over a matching attribute whose value is %j', async (value) => {
    const target = targetHolding();
    const desired = aDesired(user, [anAttribute(USER_NAME, value), anAttribute(EMPLOYEE, '4711')]);
    expect(await match(target, desired)).toEqual({ kind: 'none', asked: ['employeeNumber'] });
  });

  test('cannot be matched without any value, and the target is not asked', async () => {
    const target = targetHolding();
    const desired = aDesired(user, [anAttribute(USER_NAME, null), anAttribute(TITLE, 'Editor')]);
    expect(await match(target, desired)).toEqual({ kind: 'noMatchingValue' });
    expect(target.requests).toEqual([]);
  });

  test('fails on two hits at once, without asking for the next attribute', async () => {
    const target = targetHolding(
      { id: 't-1', userName: 'u1@contoso.com' },
      { id: 't-2', userName: 'u1@contoso.com' },
    );
    expect(await match(target, desiredUser())).toEqual({
      kind: 'failed',
      link: null,
      failure: {
        code: 'DuplicateTargetEntries',
        message:
          '2 resources of the target match userName "u1@contoso.com", one was expected; remove the duplicates in the target or match by another attribute',
        status: 200,
      },
    });
    expect(asked(target)).toEqual(['userName']);
  });

  test.each([
    ['refuses the filter', anAnswer(400), 'SystemForCrossDomainIdentityManagementServiceIncompatible'],
    ['answers a filter with 404', anAnswer(404), 'SystemForCrossDomainIdentityManagementServiceIncompatible'],
    ['breaks down', anAnswer(500), 'InternalServerError'],
    ['does not answer', noAnswer('timeout'), 'Timeout'],
    [
      'answers with a resource without an id',
      anAnswer(200, { totalResults: 1, Resources: [{ userName: 'u1@contoso.com' }] }),
      'SystemForCrossDomainIdentityManagementServiceIncompatible',
    ],
  ])('fails, and is not taken for missing, when the target %s', async (_, response, code) => {
    const target = fakeTarget(() => response);
    expect(await match(target, desiredUser())).toMatchObject({
      kind: 'failed',
      link: null,
      failure: { code },
    });
    expect(target.requests).toHaveLength(1);
  });

  test.each([
    ['is out of scope', desiredUser({ scope: UNASSIGNED })],
    ['is blocked from signing in', desiredUser({ scope: { isActive: false } })],
    ['is gone for good', desiredUser({ scope: { isActive: false } }, 'hardDeleted')],
    ['was dropped by the input filter', desiredUser({ scope: { isDropped: true } })],
    ['could not be mapped', desiredUser({ failure: FAILURE })],
    ['is ignored by its mapping', desiredUser({ isIgnored: true })],
  ])('is not asked for when it %s', async (_, desired) => {
    const target = targetHolding();
    expect(await match(target, desired)).toEqual({ kind: 'notAsked' });
    expect(target.requests).toEqual([]);
  });

  describe('and is not to be provisioned any more, although a creation of it may have been executed', () => {
    const account = { id: 't-1', userName: 'u1@contoso.com', title: 'Editor' };
    const leaver = aDesired(user, [], { scope: UNASSIGNED });
    const CREATED_AS = matchingValues(desiredUser());

    test('is linked to the account that is found, as it would be had it been confirmed', async () => {
      expect(await match(targetHolding(account), leaver, { unconfirmed: CREATED_AS })).toEqual({
        kind: 'linked',
        link: { ...LINK, targetId: 't-1' },
        target: { id: 't-1', attributes: { userName: 'u1@contoso.com', title: 'Editor' } },
        wasRead: true,
      });
    });

    test('is not provisioned where no account is found', async () => {
      expect(await match(targetHolding(), leaver, { unconfirmed: CREATED_AS })).toEqual({
        kind: 'notAsked',
      });
    });

    test('leaves the account of another source object alone', async () => {
      const context = { unconfirmed: CREATED_AS, isLinked: async () => true };
      expect(await match(targetHolding(account), leaver, context)).toEqual({ kind: 'notAsked' });
    });

    test('leaves accounts alone that cannot be distinguished', async () => {
      const target = targetHolding(account, { ...account, id: 't-2' });
      expect(await match(target, leaver, { unconfirmed: CREATED_AS })).toEqual({ kind: 'notAsked' });
    });

    test.each(['strict', 'off'] as const)(
      'leaves an account alone that does not show the value, and tells of it (confirm: %s)',
      async (confirm) => {
        const target = fakeTarget(() => anAnswer(200, aList({ id: 't-1', title: 'Editor' })));
        expect(await match(target, leaver, { unconfirmed: CREATED_AS, confirm })).toMatchObject({
          kind: 'failed',
          link: null,
          failure: { message: expect.stringContaining('was never confirmed') },
        });
      },
    );

    test.each(['strict', 'off'] as const)(
      'leaves an account alone that shows another value (confirm: %s)',
      async (confirm) => {
        const target = fakeTarget(() => anAnswer(200, aList({ id: 't-1', userName: 'root' })));
        expect(await match(target, leaver, { unconfirmed: CREATED_AS, confirm })).toMatchObject({
          kind: 'failed',
          link: null,
        });
      },
    );

    test('fails, to be asked for again, when the target does not say', async () => {
      const target = fakeTarget(() => anAnswer(500));
      expect(await match(target, leaver, { unconfirmed: CREATED_AS })).toMatchObject({
        kind: 'failed',
        link: null,
      });
    });

    test('is found by what it was created with, though it is gone for good and nothing of it is left', async () => {
      const gone = aDesired({ ...user, presence: 'hardDeleted' }, [], {
        scope: UNASSIGNED,
        failure: FAILURE,
      });
      expect(await match(targetHolding(account), gone, { unconfirmed: CREATED_AS })).toMatchObject({
        kind: 'linked',
        link: { targetId: 't-1' },
      });
    });

    test.each([
      ['could not be mapped', desiredUser({ scope: UNASSIGNED, failure: FAILURE })],
      ['is ignored by its mapping', desiredUser({ scope: UNASSIGNED, isIgnored: true })],
    ])('is left alone when it %s', async (_, desired) => {
      const target = targetHolding(account);
      expect(await match(target, desired, { unconfirmed: CREATED_AS })).toEqual({ kind: 'notAsked' });
      expect(target.requests).toEqual([]);
    });
  });

  describe('and was renamed since a creation of it may have been executed', () => {
    const CREATED_AS = [
      { attribute: USER_NAME.targetAttributeName, value: 'old@contoso.com', caseExact: false },
    ];
    const account = { id: 't-1', userName: 'old@contoso.com' };

    test('is found under the old name, so that it has one account', async () => {
      const target = targetHolding(account);
      expect(await match(target, desiredUser(), { unconfirmed: CREATED_AS })).toMatchObject({
        kind: 'found',
        value: 'old@contoso.com',
        target: { id: 't-1' },
      });
    });

    test('fails where the target does not show the name it was found by, so that no second account is made', async () => {
      const target = fakeTarget((request) =>
        askedFor(request)?.value === 'old@contoso.com'
          ? anAnswer(200, aList({ id: 't-1' }))
          : anAnswer(200, aList()),
      );
      expect(await match(target, desiredUser(), { unconfirmed: CREATED_AS })).toMatchObject({
        kind: 'failed',
        link: null,
        failure: { message: expect.stringContaining('was never confirmed') },
      });
    });

    test('is queried under the new name where another account has the old one', async () => {
      const target = targetHolding(account);
      expect(
        await match(target, desiredUser(), { unconfirmed: CREATED_AS, isLinked: async () => true }),
      ).toMatchObject({
        kind: 'none',
      });
      expect(asked(target)).toEqual(['userName', 'userName', 'employeeNumber', 'externalId']);
    });

    test('fails, to be asked for again, when the target does not say', async () => {
      const target = fakeTarget((request) =>
        askedFor(request)?.value === 'old@contoso.com' ? anAnswer(500) : anAnswer(200, aList()),
      );
      expect(await match(target, desiredUser(), { unconfirmed: CREATED_AS })).toMatchObject({
        kind: 'failed',
      });
    });
  });

  test('takes over no account of a target that no longer honours filters', async () => {
    const target = fakeTarget(() => anAnswer(200, aList({ id: 't-1', userName: 'root' })));
    expect(await match(target, desiredUser())).toMatchObject({
      kind: 'failed',
      link: null,
      failure: { code: 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering' },
    });
    expect(target.requests.map((request) => askedFor(request)?.value)).toEqual(['u1@contoso.com']);
  });

  test.each(['The "A" Team', 'back\\slash', 'x" or userName eq "root', '"', '\\'])(
    'fails before anything is asked when its matching value, %j, holds a quotation mark or a backslash',
    async (value) => {
      const target = targetHolding({ id: 't-1', userName: value });
      const desired = aDesired(user, [anAttribute(USER_NAME, value)]);
      expect(await match(target, desired)).toMatchObject({
        kind: 'failed',
        link: null,
        failure: {
          code: 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering',
          message: expect.stringContaining('target.dialect.filterQuotes: escape'),
          status: null,
        },
      });
      expect(target.requests).toEqual([]);
      expect(await match(target, desired, { filterQuotes: 'escape' })).toMatchObject({
        kind: 'found',
        target: { id: 't-1' },
      });
    },
  );

  test('is taken over by its first matching value although a later one could not be asked for', async () => {
    const target = targetHolding({ id: 't-1', userName: 'u1@contoso.com' });
    const desired = aDesired(user, [
      anAttribute(USER_NAME, 'u1@contoso.com'),
      anAttribute(EXTERNAL_ID, 'back\\slash'),
    ]);
    expect(await match(target, desired)).toMatchObject({ kind: 'found', attribute: 'userName' });
    expect(await match(targetHolding(), desired)).toMatchObject({ kind: 'failed' });
  });

  test.each(['fail', 'escape', 'raw'] as const)(
    'fails before anything is asked when its matching value is not well-formed Unicode (filterQuotes: %s)',
    async (filterQuotes) => {
      const target = targetHolding();
      const desired = aDesired(user, [anAttribute(USER_NAME, 'a\ud800b')]);
      expect(await match(target, desired, { filterQuotes })).toMatchObject({
        kind: 'failed',
        failure: { code: 'AttributeValidationFailed', message: expect.stringContaining('surrogate') },
      });
      expect(target.requests).toEqual([]);
    },
  );

  test('that is a group is asked for without its members', async () => {
    const target = targetHolding();
    const byName = aMapping('displayName', '[displayName]', { matchingPriority: 1 });
    await match(target, aDesired(aGroup(), [anAttribute(byName, 'Sales')]));
    expect(target.requests).toEqual([
      {
        method: 'GET',
        path: '/Groups',
        query: 'excludedAttributes=members&filter=displayName+eq+%22Sales%22',
        body: null,
      },
    ]);
  });
});

describe('a linked object', () => {
  test('is taken from the cache, and the target is not asked', async () => {
    const target = targetHolding();
    const cached = aTarget('t-u1', { title: 'Editor' });
    expect(await match(target, desiredUser(), { link: LINK, cached })).toEqual({
      kind: 'linked',
      link: LINK,
      target: cached,
      wasRead: false,
    });
    expect(target.requests).toEqual([]);
  });

  test('is read by its id where the cache knows nothing, or the job reads live', async () => {
    const target = targetHolding({ id: 't-u1', userName: 'renamed', title: 'Editor' });
    expect(await match(target, desiredUser(), { link: LINK })).toEqual({
      kind: 'linked',
      link: LINK,
      target: { id: 't-u1', attributes: { userName: 'renamed', title: 'Editor' } },
      wasRead: true,
    });
    expect(asked(target)).toEqual(['/Users/t-u1']);
  });

  test('fails where the target answers with another resource, by which nothing is decided', async () => {
    const target = fakeTarget(() => anAnswer(200, { id: 'somebody-else', active: false }));
    expect(await match(target, desiredUser(), { link: LINK })).toMatchObject({
      kind: 'failed',
      link: LINK,
      failure: {
        message: expect.stringMatching(/asked for the resource "t-u1" and answered with "somebody-else"/),
      },
    });
  });

  test('that is gone from the target fails with InvalidAnchor, and is not matched again', async () => {
    const target = targetHolding({ id: 't-9', userName: 'u1@contoso.com' });
    expect(await match(target, desiredUser(), { link: LINK })).toMatchObject({
      kind: 'failed',
      link: LINK,
      failure: { code: 'InvalidAnchor', status: 404 },
    });
    expect(asked(target)).toEqual(['/Users/t-u1']);
  });

  test('that is gone from the target is matched again where the dialect says so', async () => {
    const target = targetHolding({ id: 't-9', userName: 'u1@contoso.com' });
    expect(await match(target, desiredUser(), { link: LINK, rematchOn404: true })).toMatchObject({
      kind: 'found',
      target: { id: 't-9' },
    });
    expect(asked(target)).toEqual(['/Users/t-u1', 'userName']);
  });

  test('is not matched again for any other failure', async () => {
    const target = fakeTarget(() => anAnswer(503));
    expect(await match(target, desiredUser(), { link: LINK, rematchOn404: true })).toMatchObject({
      kind: 'failed',
      link: LINK,
    });
    expect(target.requests).toHaveLength(1);
  });

  test('that left scope is read, because it is to be disabled', async () => {
    const target = targetHolding({ id: 't-u1' });
    expect(await match(target, desiredUser({ scope: UNASSIGNED }), { link: LINK })).toMatchObject({
      wasRead: true,
    });
  });

  test.each([
    [
      'gone for good: its id is all that a deletion needs',
      desiredUser({ scope: { isActive: false } }, 'hardDeleted'),
      LINK,
    ],
    ['dropped by the input filter', desiredUser({ scope: { isDropped: true } }), LINK],
    ['not mapped', desiredUser({ failure: FAILURE }), LINK],
    ['ignored by its mapping', desiredUser({ isIgnored: true }), LINK],
    [
      'out of scope since an earlier cycle',
      desiredUser({ scope: UNASSIGNED }),
      { ...LINK, isManaged: false },
    ],
    ['a group that left scope', aDesired(aGroup(), [], { scope: UNASSIGNED }), aLink(aGroup())],
    ['a group in the recycle bin', aDesired(aGroup(), [], { scope: { isActive: false } }), aLink(aGroup())],
  ])('is not read when it is %s', async (_, desired, link) => {
    const target = targetHolding();
    expect(await match(target, desired, { link })).toEqual({
      kind: 'linked',
      link,
      target: null,
      wasRead: false,
    });
    expect(target.requests).toEqual([]);
  });

  test('that is back in scope is read again', async () => {
    const target = targetHolding({ id: 't-u1' });
    expect(await match(target, desiredUser(), { link: { ...LINK, isManaged: false } })).toMatchObject({
      kind: 'linked',
      wasRead: true,
    });
  });
});

describe('matching values', () => {
  test('are those of the matching attributes that are one text, by priority', () => {
    const list = aMapping('emails', '[mails]', { matchingPriority: 4 });
    const desired = aDesired(user, [...desiredUser().attributes, anAttribute(list, ['a@x', 'b@x'])]);
    expect(matchingValues(desired).map(({ attribute, value }) => `${attribute}=${value}`)).toEqual([
      'userName=u1@contoso.com',
      'employeeNumber=4711',
      'externalId=ext-1',
    ]);
  });
});

describe('a matching value that its mapping redacts', () => {
  const REDACTED_ID = aMapping('externalId', 'Redact([mailNickname])', { matchingPriority: 1 });
  const targetShowing = (...values: readonly JsonObject[]) =>
    fakeTarget(() => anAnswer(200, aList(...values.map((value, n) => ({ id: `t-${n}`, ...value })))));
  const two = targetShowing({ externalId: 'SPY' }, { externalId: 'OTHER' });
  const unconfirmed = [{ attribute: REDACTED_ID.targetAttributeName, value: 'OLD SPY', caseExact: false }];

  test.each<[string, FakeTarget, string, Partial<MatchingContext>]>([
    ['several resources match', two, 'SPY', {}],
    ['another value is shown', targetShowing({ externalId: 'OTHER' }), 'SPY', {}],
    ['it holds a quotation mark', targetShowing(), 'SPY"', {}],
    ['it is not well-formed', targetShowing(), 'SPY\ud83d', {}],
    ['it is not shown', targetShowing({}), 'SPY"', { filterQuotes: 'raw' }],
    ['a creation was not confirmed', targetShowing({}), 'SPY', { unconfirmed }],
  ])('is in no message where %s', async (_, target, value, context) => {
    const desired = aDesired(user, [anAttribute(REDACTED_ID, value)]);
    const found = await match(target, desired, { mappings: [REDACTED_ID], ...context });
    const message = found.kind === 'failed' ? found.failure.message : '';
    expect(message).toContain('[Redact]');
    expect(message).not.toMatch(/SPY|OTHER/);
  });
});
