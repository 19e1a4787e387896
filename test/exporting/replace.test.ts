import { expect, test } from 'vitest';
import { withBody } from '../../src/exporting/replace.ts';
import { targetId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Change } from '../../src/model/pipeline.ts';
import { aChange, anAnswer } from '../scim/scim-builders.ts';
import { aMembership, anUpdate } from './change-builders.ts';

/** The members of the PUT of a group, of which the target shows some and the state remembers others. */
async function membersSent(change: Change, shown: JsonObject, remembered: readonly string[]) {
  const put = { method: 'PUT', path: '/Groups/g', query: '', body: null } as const;
  const request = await withBody(put, change, {
    reader: { read: async () => anAnswer(200, { id: 'g', ...shown }) },
    resolve: (id) => targetId(`t-${id}`),
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
