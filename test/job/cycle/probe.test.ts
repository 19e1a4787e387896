import { describe, expect, test } from 'vitest';
import { probeTarget, requireHealthy } from '../../../src/job/cycle/probe.ts';
import { QuarantineError } from '../../../src/model/errors.ts';
import { aList, anAnswer, noAnswer } from '../../scim/scim-builders.ts';
import { aJob, aMapping, anObjectMapping, userMapping } from '../../support/builders.ts';
import { type FakeTarget, fakeTarget, targetHolding } from '../../support/fake-target.ts';
import { fakeWorld } from '../../support/fake-world.ts';

const probe = (target: FakeTarget, job = aJob()) => probeTarget(job, target, fakeWorld());

describe('the probe', () => {
  test('asks for a user and a group that cannot exist, by the first matching attribute', async () => {
    const target = targetHolding();
    expect((await probe(target)).map(({ objectType, failure }) => [objectType, failure])).toEqual([
      ['User', null],
      ['Group', null],
    ]);
    expect(target.requests.map(({ method, path, query }) => `${method} ${path}?${query}`)).toEqual([
      'GET /Users?filter=userName+eq+%2200000000-0000-4000-8000-000000000001%22',
      'GET /Groups?excludedAttributes=members&filter=displayName+eq+%2200000000-0000-4000-8000-000000000002%22',
    ]);
  });

  test('asks for no group where groups are not mapped', async () => {
    const target = targetHolding();
    expect(await probe(target, aJob({ group: null }))).toHaveLength(1);
    const off = anObjectMapping('Group', [], { enabled: false });
    expect(await probe(target, aJob({ group: off }))).toHaveLength(1);
  });

  test('takes the matching attribute with the lowest priority number', async () => {
    const target = targetHolding();
    const attributeMappings = [
      aMapping('externalId', '[objectId]', { matchingPriority: 2 }),
      aMapping('emails[type eq "work"].value', '[mail]', { matchingPriority: 1 }),
    ];
    await probe(target, aJob({ user: userMapping({ attributeMappings }), group: null }));
    expect(target.requests[0]?.query).toMatch(/^filter=emails/);
  });

  test('asks nothing where nothing matches', async () => {
    const target = targetHolding();
    const user = userMapping({ attributeMappings: [aMapping('title', '[jobTitle]')] });
    expect(await probe(target, aJob({ user, group: null }))).toEqual([]);
  });

  test.each([
    ['refuses the credentials', anAnswer(401), 'SystemForCrossDomainIdentityManagementInvalidCredentials'],
    ['is not at this place', anAnswer(404), 'SystemForCrossDomainIdentityManagementServiceIncompatible'],
    ['does not answer', noAnswer('refused'), 'WebExceptionProtocolError'],
    [
      'answers with a resource anyway',
      anAnswer(200, aList({ id: '1' })),
      'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering',
    ],
  ])('ends at the first failure when the target %s', async (_, response, code) => {
    const results = await probe(fakeTarget(() => response));
    expect(results).toMatchObject([{ objectType: 'User', response, failure: { code } }]);
    const error = (() => {
      try {
        requireHealthy(results);
      } catch (thrown) {
        return thrown;
      }
      return null;
    })();
    expect(error).toBeInstanceOf(QuarantineError);
    expect(error).toMatchObject({ reason: 'EncounteredQuarantineException', code });
  });

  test.each([404, 501])('names the way out where the target answers %i for groups', async (status) => {
    const target = fakeTarget(({ path }) => (path === '/Users' ? anAnswer(200, aList()) : anAnswer(status)));
    const [users, groups] = await probe(target);
    expect(users?.failure).toBeNull();
    expect(groups?.failure?.message).toMatch(
      /switch their mapping off: "enabled": false in the object mapping/,
    );
  });

  test('that passes lets the cycle begin', async () => {
    const results = await probe(targetHolding());
    expect(requireHealthy(results)).toBeUndefined();
    expect(results).toHaveLength(2);
  });
});
