import { describe, expect, test } from 'vitest';
import { createLanes, exportChanges } from '../../src/exporting/export.ts';
import { DEFAULT_DIALECT } from '../../src/model/dialect.ts';
import { type SourceId, targetId } from '../../src/model/identifiers.ts';
import type { Change } from '../../src/model/pipeline.ts';
import type { ScimResponse } from '../../src/model/scim.ts';
import { aList, anAnswer } from '../scim/scim-builders.ts';
import { fakeTarget } from '../support/fake-target.ts';
import { aMembership, anUpdate, aReference, membersHeld, NEVER_SEEN } from './change-builders.ts';

const MANAGER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';

/** Carries a change out against a target that is asked first, and answers by the id that it is asked about. */
async function sentTo(change: Change, answer: (query: string) => ScimResponse, referenceCheck = true) {
  const target = fakeTarget(({ method, query }) => (method === 'GET' ? answer(query) : anAnswer(204)));
  const [outcome] = await exportChanges([change], {
    target,
    reader: target,
    verify: 'off',
    dialect: { ...DEFAULT_DIALECT, referenceCheck },
    resolve: (id: SourceId) => targetId(`t-${id}`),
    confirms: true,
    claim: () => null,
    membersBefore: membersHeld(() => []),
    ...NEVER_SEEN,
    lanes: createLanes(1),
    now: () => '2026-01-01T00:00:00.000Z',
    signal: new AbortController().signal,
  });
  expect(outcome?.result).toBe('success');
  return target.requests.map(({ method, path, query, body }) =>
    method === 'GET' ? `GET ${path}?${query}` : `${method} ${path} ${JSON.stringify(body?.Operations)}`,
  );
}

const YES = anAnswer(200, aList({ id: 'x' }));
const NO = anAnswer(200, aList());
const ASKED = 'GET /Users?attributes=id&filter=id+eq+%22t-ola%22+and+manager+eq+%22t-mia%22';
const WRITTEN = `PATCH /Users/t-ola [{"op":"Add","path":"${MANAGER}","value":"t-mia"}]`;

describe('where the dialect of 2018 asks before it writes', () => {
  const manager = aReference('ola', MANAGER, 'add', 'mia');

  test('a manager that is held already is not written', async () => {
    expect(await sentTo(manager, () => YES)).toEqual([ASKED]);
  });

  test.each([
    ['is not held', NO],
    ['the target says nothing about', anAnswer(400)],
  ])('a manager who %s is written', async (_, response) => {
    expect(await sentTo(manager, () => response)).toEqual([ASKED, WRITTEN]);
  });

  test('only missing members are added, and only held ones are removed', async () => {
    const isHeld = (query: string) => (/members\+eq\+%22t-(b|c)%22/.test(query) ? YES : NO);
    const sent = await sentTo(aMembership('g', ['a', 'b'], ['c', 'd']), isHeld);
    expect(sent.filter((request) => request.startsWith('PATCH'))).toEqual([
      'PATCH /Groups/t-g [{"op":"Add","path":"members","value":[{"value":"t-a"}]}]',
      'PATCH /Groups/t-g [{"op":"Remove","path":"members","value":[{"value":"t-c"}]}]',
    ]);
    expect(sent).toHaveLength(6);
  });

  test('nothing is asked of attributes', async () => {
    expect(await sentTo(anUpdate('User', 't-ola', []), () => NO)).toEqual([]);
  });
});

test('by default the target is not queried', async () => {
  expect(await sentTo(aReference('ola', MANAGER, 'add', 'mia'), () => YES, false)).toEqual([WRITTEN]);
});
