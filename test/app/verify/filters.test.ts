import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json } from '../../../src/model/json.ts';
import { startTarget } from '../../../src/target/start.ts';
import type { CheckResult } from '../../../src/verify/result.ts';
import {
  type Alter,
  type AlteredAnswer,
  type AlteredRequest,
  scimError,
} from '../../support/altered-target.ts';
import { outcomeOf, verifyAltered } from '../../support/verify-altered.ts';
import { checksIn, unpassed, verifyAt } from '../../support/verify-at.ts';

type List = Record<string, Json> & { totalResults: number; Resources: Record<string, Json>[] };

const listed = (found: readonly Json[]): AlteredAnswer => ({
  status: 200,
  body: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: found.length,
    itemsPerPage: found.length,
    startIndex: 1,
    Resources: found,
  },
});

const NOBODY = listed([]);

const filterOf = ({ method, query }: AlteredRequest): string =>
  method === 'GET' ? (query.get('filter') ?? '') : '';

/** Answers queries otherwise whose filter has a form. */
const answering =
  (form: RegExp, answer: AlteredAnswer): Alter =>
  (request, pass) =>
    form.test(filterOf(request)) ? answer : pass();

/** Changes the list that a query finds something with. */
const listing =
  (change: (list: List, request: AlteredRequest) => void): Alter =>
  async (request, pass) => {
    const answer = await pass();
    const { body } = answer as { body: Json };
    const isList = filterOf(request) !== '' && isJsonObject(body) && Array.isArray(body.Resources);
    if (isList && (body as List).Resources.length > 0) change(body as List, request);
    return answer;
  };

/** A mistake, and what the one check says that finds it. */
const MISTAKES: readonly (readonly [string, string, Alter])[] = [
  [
    'shows less in a list',
    'FLT-01 fail: the query shows the user without title, name.givenName, name.familyName',
    listing(({ Resources: users }, { query }) => {
      if (query.has('attributes') || query.has('excludedAttributes')) return;
      for (const user of users) for (const name of ['title', 'name']) delete user[name];
    }),
  ],
  [
    'does not decode %20',
    'FLT-02 fail: The query with %20 for each space is answered 400',
    (request, pass) => (request.url.includes('%20eq') ? scimError(400) : pass()),
  ],
  [
    'finds nobody by a name in another case',
    'FLT-03 fail: The query for a userName in another case finds 0 instead of 1',
    (request, pass) => (/"ENTRAIN/.test(filterOf(request)) ? NOBODY : pass()),
  ],
  [
    'does not know externalId',
    'FLT-04 warn: The query by externalId is answered 400 (refused); expected 200',
    answering(/^externalId/, scimError(400)),
  ],
  [
    'does not know value paths',
    'FLT-05 warn: The query by emails[type eq "work"].value is answered 400 (refused); expected 200',
    answering(/^emails\[/, scimError(400)),
  ],
  [
    'compares names of attributes to the letter',
    'FLT-06 warn: The query with username for userName is answered 400',
    answering(/^username/, scimError(400)),
  ],
  [
    'compares operators to the letter',
    'FLT-06 warn: The query with +EQ+ for +eq+ is answered 400',
    answering(/ EQ /, scimError(400)),
  ],
  [
    'loses apostrophes and accents',
    "FLT-07 fail: a userName is not found that holds ' or é",
    answering(/['é]/, NOBODY),
  ],
  [
    'loses a number sign alone',
    'FLT-07 warn: a userName is not found that holds #',
    answering(/#/, scimError(400)),
  ],
  [
    'does not know and',
    'FLT-08 warn: The query with and is answered 400',
    answering(/ and /, scimError(400)),
  ],
  [
    'ignores a filter with an unknown attribute',
    'FLT-09 fail: a filter with an unknown attribute finds 1 users',
    answering(/^entrainVerify/, listed([{ id: 'u-1', userName: 'eve@contoso.com' }])),
  ],
  [
    'hides who is disabled',
    'FLT-10 fail: a user is not found any more once it is disabled',
    listing((list) => {
      list.Resources = list.Resources.filter(({ active }) => active !== false);
      Object.assign(list, { totalResults: list.Resources.length });
    }),
  ],
  [
    'shows in lists that everybody is active',
    'FLT-10 fail: the query shows a user that is disabled without active: false',
    listing(({ Resources: users }) => {
      for (const user of users) if ('active' in user) user.active = true;
    }),
  ],
  [
    'leaves the schema of a list out',
    'FLT-11 fail: The query for a userName is answered without urn:ietf:params:scim:api:messages:2.0:ListResponse in schemas',
    listing((list) => void delete list.schemas),
  ],
  [
    'counts everybody',
    'FLT-11 fail: The query for a userName is answered with totalResults 40, and 1 entries',
    listing((list) => {
      list.totalResults = 40;
    }),
  ],
  [
    'leaves the size of a page out',
    'FLT-11 warn: The query for a userName is answered without itemsPerPage as numbers',
    listing((list) => void delete list.itemsPerPage),
  ],
  [
    'ignores what is excluded',
    'FLT-12 warn: excludedAttributes=emails shows it all the same',
    listing(({ Resources: users }, { query }) => {
      if (query.has('excludedAttributes')) for (const user of users) user.emails = [];
    }),
  ],
];

const unmet = (results: readonly CheckResult[]): readonly string[] =>
  results
    .filter(({ state }) => state === 'fail' || state === 'warn')
    .map((result) => `${result.check.id} ${outcomeOf([result])}`);

const SCHEMAS = [
  'config/scim.schema.json',
  'config/leapsome.schema.json',
  'fixtures/schemas/customappsso.schema.json',
  'fixtures/schemas/scoping-filters.schema.json',
  'fixtures/schemas/verify-full.schema.json',
];

describe('the checks of filters', () => {
  it.each(SCHEMAS)('pass for a target that takes %s', async (schemaFile) => {
    const { baseUrl, token, stop } = await startTarget();
    const { result } = await verifyAt({ baseUrl, token, schemaFile, request: { only: ['FLT'] } });
    expect(unpassed(result)).toEqual([]);
    expect(result.results).toHaveLength(12);
    await stop();
  });

  it.each(MISTAKES)('find a server that %s, by one of them', async (_mistake, found, alter) => {
    expect(unmet(await verifyAltered(alter, ['FLT']))).toEqual([expect.stringContaining(found)]);
  });

  it('make a must of what the job matches by', async () => {
    const schemaFile = 'fixtures/schemas/scoping-filters.schema.json';
    const results = await verifyAltered(answering(/^externalId/, NOBODY), ['FLT'], { schemaFile });
    expect(unmet(results)).toEqual(['FLT-04 fail: The query by externalId finds 0 instead of 1']);
  });

  it('do not blame the filter for a value that is not kept', async () => {
    const alter: Alter = async (request, pass) => {
      if (/^externalId/.test(filterOf(request))) return NOBODY;
      const answer = await pass();
      if (isJsonObject(answer.body as Json)) delete (answer.body as Record<string, Json>).externalId;
      return answer;
    };
    expect(outcomeOf(await verifyAltered(alter, ['FLT-04']))).toBe(
      'skip: externalId is not shown as it was sent',
    );
  });

  it('query for users of others where nothing may be written, and show none of their values', async () => {
    const { baseUrl, token, stop, seed, requests } = await startTarget();
    seed('User', { userName: 'alice@contoso.com', displayName: 'Alice' });
    const verified = await verifyAt({ baseUrl, token, request: { only: ['FLT'], isReadOnly: true } });
    expect(checksIn(verified.result, 'pass')).toEqual(['FLT-01', 'FLT-03', 'FLT-09', 'FLT-11']);
    expect(requests().filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(JSON.stringify(verified)).not.toMatch(/alice/i);
    await stop();
  });
});
