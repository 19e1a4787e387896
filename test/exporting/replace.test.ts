import { expect, test } from 'vitest';
import { withBody } from '../../src/exporting/replace.ts';
import { targetId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { AttributeChange, Change, UpdateChange } from '../../src/model/pipeline.ts';
import { aChange, anAnswer } from '../scim/scim-builders.ts';
import { aMembership, anUpdate } from './change-builders.ts';

/** The members of the PUT of a group, of which the target shows some and the state remembers others. */
async function membersSent(change: Change, shown: JsonObject, remembered: readonly string[]) {
  const put = { method: 'PUT', path: '/Groups/g', query: '', body: null } as const;
  const request = await withBody(put, change, {
    reader: { read: async () => anAnswer(200, { id: 'g', displayName: 'Team', ...shown }) },
    resolve: (id) => targetId(id === 'g' ? id : `t-${id}`),
    membersBefore: async function* () {
      yield remembered.map(targetId);
    },
  } as Parameters<typeof withBody>[2]);
  return 'code' in request ? request : request.body?.members;
}

const renamed = anUpdate('Group', 'g', [aChange('replace', 'displayName', 'Crew')]);

test('a group of which no members are known, and that hides them, is sent without any', async () => {
  expect(await membersSent(renamed, {}, [])).toBeUndefined();
});

test.each<[string, Change, JsonObject, readonly string[], readonly JsonObject[]]>([
  ['that hides its members keeps those written before', renamed, {}, ['t-a'], [{ value: 't-a' }]],
  [
    'that hides its members loses only the one removed',
    aMembership('g', ['c'], ['a']),
    {},
    ['t-a', 't-b'],
    [{ value: 't-c' }, { value: 't-b' }],
  ],
  [
    'that shows members keeps each as it is, and strangers too',
    aMembership('g', ['c', 'a'], ['b']),
    { members: [{ value: 't-a', display: 'Ann' }, { value: 'x' }, { value: 't-b' }] },
    ['t-a', 't-b'],
    [{ value: 't-a', display: 'Ann' }, { value: 'x' }, { value: 't-c' }],
  ],
])('a group %s', async (_, change, shown, remembered, sent) => {
  expect(await membersSent(change, shown, remembered)).toEqual(sent);
});

/** What a PUT of the user u comes to, whose title changes; the target shows this, and is known to hold these values. */
async function put(
  shown: JsonObject,
  held: Readonly<Record<string, string>> = {},
  mapped: readonly AttributeChange[] = [],
) {
  const change = anUpdate('User', 'u', [aChange('replace', 'title', 'Lead')]);
  const { desired } = change.matched;
  const withState = {
    ...change,
    matched: {
      ...change.matched,
      desired: { ...desired, attributes: mapped.map((one) => ({ ...one, followsSoftDelete: false })) },
      match: { ...change.matched.match, target: { id: change.targetId, attributes: held } },
    },
  } as UpdateChange;
  return withBody({ method: 'PUT', path: '/Users/u', query: '', body: null }, withState, {
    reader: { read: async () => anAnswer(200, shown) },
    resolve: targetId,
    membersBefore: async function* () {},
  } as unknown as Parameters<typeof withBody>[2]);
}

test('a user is not written over with the resource of another', async () => {
  expect(await put({ id: 'v', userName: 'ben' })).toMatchObject({
    code: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
    message: expect.stringMatching(/asked for the resource "u" and answered with "v"/),
  });
});

test('a user is not replaced by an extract without userName', async () => {
  expect(await put({ id: 'u', active: true })).toMatchObject({
    message: expect.stringMatching(/shows no userName in \/Users\/u; .* nothing was sent/),
  });
});

test('mapped values that the target held and does not show are sent again', async () => {
  const name = aChange('replace', 'name.familyName', 'Lee');
  const title = aChange('replace', 'title', 'Lead');
  const password = aChange('replace', 'password', 'secret');
  const onlyOnCreation = {
    ...password,
    mapping: { ...password.mapping, flowType: 'ObjectAddOnly' as const },
  };
  const held = { 'name.familyName': 'Old', title: 'Clerk', password: 'secret' };
  const request = await put({ id: 'u', userName: 'ann' }, held, [name, title, onlyOnCreation]);
  expect(request).toMatchObject({ body: { userName: 'ann', title: 'Lead', name: { familyName: 'Lee' } } });
  expect(JSON.stringify(request)).not.toContain('password');
});
