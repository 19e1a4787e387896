import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failureOfCreated } from '../../src/exporting/created.ts';
import { targetId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { CreateChange } from '../../src/model/pipeline.ts';
import { aMapping, anAttribute } from '../support/builders.ts';
import { aCreation } from './change-builders.ts';

const USER_NAME = aMapping('userName', 'userPrincipalName', { matchingPriority: 1 });
const EXTERNAL_ID = aMapping('externalId', 'mailNickname', { matchingPriority: 2 });
const TITLE = aMapping('title', 'jobTitle');

const creation = (): CreateChange => {
  const change = aCreation('User', []);
  const attributes = [
    anAttribute(USER_NAME, 'ann@contoso.com'),
    anAttribute(EXTERNAL_ID, 'ann'),
    anAttribute(TITLE, 'Editor'),
  ];
  return { ...change, matched: { ...change.matched, desired: { ...change.matched.desired, attributes } } };
};

const judge = (resource: JsonObject, confirms = true) =>
  failureOfCreated(
    creation(),
    { resource, id: targetId('t-1'), status: 201 },
    { confirms, claim: () => null },
  );

describe('the resource that a creation is answered with', () => {
  test.each<[string, JsonObject]>([
    ['shows what was sent', { userName: 'ann@contoso.com', externalId: 'ann' }],
    ['shows it in another case', { userName: 'ANN@contoso.com' }],
    ['shows nothing of it', { id: 't-1' }],
    ['changed one matching value and kept the other', { userName: 'ann', externalId: 'ann' }],
    ['changed what nobody is matched by', { userName: 'ann@contoso.com', title: 'Boss' }],
  ])('is linked where it %s', (_, resource) => {
    expect(judge(resource)).toBeNull();
  });

  test.each<[string, JsonObject]>([
    ['shows another name', { userName: 'root@contoso.com' }],
    [
      'shows another name below the URN of the schema',
      {
        'urn:ietf:params:scim:schemas:core:2.0:User': { userName: 'root@contoso.com' },
      },
    ],
    ['has no value where one was sent', { userName: null }],
    ['shows other values of all matching attributes', { userName: 'root', externalId: 'root' }],
  ])('is not linked where it %s', (_, resource) => {
    expect(judge(resource)).toMatchObject({
      message: expect.stringMatching(
        /"t-1".* userName .*"ann@contoso\.com" was sent.*matching\.confirm: off/,
      ),
      status: 201,
    });
  });

  test('is linked whatever it shows where the job does not confirm matches', () => {
    expect(judge({ userName: 'root@contoso.com' }, false)).toBeNull();
  });

  test('is never linked where it shows other names only, whatever they are', () => {
    const other = fc.string({ unit: 'binary' }).filter((one) => !/^ann/i.test(one));
    fc.assert(
      fc.property(other, other, (userName, externalId) => {
        expect(judge({ userName, externalId })).not.toBeNull();
      }),
    );
  });
});

test('a value that its mapping redacts is not in the message about a resource that shows another one', () => {
  const redacted = aMapping('externalId', 'Redact([mailNickname])', { matchingPriority: 1 });
  const { matched, ...change } = creation();
  const desired = { ...matched.desired, attributes: [anAttribute(redacted, 'SPY')] };
  const failure = failureOfCreated(
    { ...change, matched: { ...matched, desired } },
    { resource: { externalId: 'OTHER' }, id: targetId('t-1'), status: 201 },
    { confirms: true, claim: () => null },
  );
  expect(failure?.message).toContain('shows externalId [Redact] where [Redact] was sent');
});
