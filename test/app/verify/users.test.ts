import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../../src/model/json.ts';
import { startTarget } from '../../../src/target/start.ts';
import type { CheckResult } from '../../../src/verify/result.ts';
import { type Alter, type AlteredAnswer, scimError } from '../../support/altered-target.ts';
import { startNaiveScimServer } from '../../support/naive-scim-server.ts';
import { outcomeOf, verifyAltered } from '../../support/verify-altered.ts';
import { checksIn, unpassed, verifyAt } from '../../support/verify-at.ts';

/** Refuses creations. */
const refusing =
  (isRefused: (body: JsonObject) => boolean, status = 400): Alter =>
  ({ method, body }, pass) =>
    method === 'POST' && isRefused(JSON.parse(body)) ? scimError(status) : pass();

/** Changes every user that is shown. */
const showing =
  (change: (user: Record<string, Json>) => void): Alter =>
  async (_request, pass) => {
    const answer = await pass();
    for (const user of usersIn(answer)) change(user);
    return answer;
  };

const usersIn = ({ status, body }: AlteredAnswer): readonly Record<string, Json>[] => {
  if (status >= 300 || !isJsonObject(body as Json)) return [];
  const { Resources: list } = body as { Resources?: Record<string, Json>[] };
  return list ?? [body as Record<string, Json>];
};

const isUserRead = (method: string, path: string): boolean => method === 'GET' && /^\/Users\/./.test(path);

/** A user has another id once its name has changed. */
const moving = (): Alter => {
  let isMoved = false;
  return async ({ method, path, body }, pass) => {
    const answer = await pass();
    if (method === 'PATCH' && body.includes('userName')) isMoved = true;
    if (isMoved && isUserRead(method, path)) return scimError(404);
    if (isMoved && method === 'GET') for (const user of usersIn(answer)) user.id = 'moved';
    return answer;
  };
};

/** A conflict is answered as if another user had been made. */
const accepting =
  (created: (body: JsonObject) => JsonObject): Alter =>
  async ({ body }, pass) => {
    const answer = await pass();
    return answer.status === 409 ? { status: 201, body: created(JSON.parse(body)) } : answer;
  };

/** A mistake, and what the one check says that finds it. */
const MISTAKES: readonly (readonly [string, string, Alter])[] = [
  [
    'answers a creation without an id',
    'USR-01 fail: The creation of a user is answered with no id; expected a text',
    async ({ method }, pass) => {
      const answer = await pass();
      if (method === 'POST') for (const user of usersIn(answer)) delete user.id;
      return answer;
    },
  ],
  [
    'answers a creation with 200',
    'USR-01 warn: The creation of a user is answered 200 instead of 201',
    async ({ method }, pass) => {
      const answer = await pass();
      return method === 'POST' && answer.status === 201 ? { ...answer, status: 200 } : answer;
    },
  ],
  [
    'shows a title in upper case',
    'USR-02 fail: accepted with 201, and kept otherwise: title is',
    showing((user) => {
      if (typeof user.title === 'string') user.title = user.title.toUpperCase();
    }),
  ],
  [
    'does not keep the title',
    'USR-02 fail: accepted with 201, and not done: title is absent instead of',
    showing((user) => void delete user.title),
  ],
  [
    'demands a name',
    'USR-03 fail: The creation of a user with userName, active and externalId is answered 400',
    refusing(({ name }) => name === undefined),
  ],
  [
    'refuses an empty list',
    'USR-04 fail: The creation of a user with an empty list of roles is answered 400',
    refusing(({ roles }) => Array.isArray(roles) && roles.length === 0),
  ],
  [
    'refuses a boolean as a text',
    'USR-05 warn: The creation of a user with the text True as the primary of a role is answered 400',
    refusing((body) => JSON.stringify(body).includes('"primary":"True"')),
  ],
  [
    'keeps a boolean as a text',
    'USR-05 warn: accepted with 201, and not done: roles[type eq "WindowsAzureActiveDirectoryRole"].primary is "True"',
    showing(({ roles }) => {
      for (const role of (roles ?? []) as Record<string, Json>[]) role.primary = 'True';
    }),
  ],
  [
    'refuses attributes that it does not know',
    'USR-06 warn: The creation of a user with unknown attributes is answered 400',
    refusing((body) => JSON.stringify(body).includes('entrainVerify')),
  ],
  [
    'answers a second creation with the first user',
    'USR-07 fail: The second creation of a user is answered 201 with the first one; expected 409',
    (() => {
      const ids = new Map<string, string>();
      return async ({ method, body }, pass) => {
        const answer = await pass();
        if (method !== 'POST') return answer;
        const { userName } = JSON.parse(body);
        if (answer.status === 201) ids.set(userName, String(usersIn(answer)[0]?.id));
        return answer.status === 409 ? { status: 201, body: { id: ids.get(userName), userName } } : answer;
      };
    })(),
  ],
  [
    'answers a second creation with 400',
    'USR-07 fail: The second creation of a user is answered 400 (refused); expected 409',
    async (_request, pass) => {
      const answer = await pass();
      return answer.status === 409 && JSON.stringify(answer.body).includes('usr07') ? scimError(400) : answer;
    },
  ],
  [
    'takes a name in another case for another name',
    'USR-08 warn: The creation of a user whose userName differs in case alone is answered 201; expected 409',
    async (request, pass) => {
      const isTwin = request.body.includes('USR08@');
      return isTwin ? accepting(({ userName = '' }) => ({ id: 'twin', userName }))(request, pass) : pass();
    },
  ],
  [
    'does not show users by their ids',
    'USR-10 fail: The read of a user by its id is answered 404',
    async ({ method, path }, pass) => (isUserRead(method, path) ? scimError(404) : pass()),
  ],
  [
    'lists no schemas',
    'USR-10 warn: schemas does not list urn:ietf:params:scim:schemas:core:2.0:User and urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    showing((user) => void delete user.schemas),
  ],
  [
    'answers 400 to an id of another form',
    'USR-11 fail: The read of an id that is no GUID is answered 400',
    ({ path }, pass) => (path === '/Users/not-a-guid' ? scimError(400) : pass()),
  ],
  [
    'answers 404 without a detail',
    'USR-12 warn: The read of a random GUID is answered 404 without a detail',
    async (_request, pass) => {
      const answer = await pass();
      return answer.status === 404 ? scimError(404, '') : answer;
    },
  ],
  [
    'escapes apostrophes',
    'USR-13 fail: accepted with 201, and not done: displayName is',
    showing((user) => {
      const { displayName } = user;
      if (typeof displayName === 'string') user.displayName = displayName.replaceAll("'", '&#39;');
    }),
  ],
  [
    'refuses what is not ASCII',
    'USR-13 fail: The creation of a user with unusual names is answered 500',
    refusing((body) => /[^ -~]/.test(JSON.stringify(body)), 500),
  ],
  [
    'creates every user as an active one',
    'USR-14 warn: accepted with 201, and not done: active is true instead of false, a boolean',
    showing((user) => {
      user.active = true;
    }),
  ],
  ['makes ids of names', 'USR-16 fail: the user has another id once its userName has changed', moving()],
];

const unmet = (results: readonly CheckResult[]): readonly string[] =>
  results
    .filter(({ state }) => state === 'fail' || state === 'warn')
    .map((result) => `${result.check.id} ${outcomeOf([result])}`);

const SCHEMAS = [
  'config/leapsome.schema.json',
  'fixtures/schemas/customappsso.schema.json',
  'fixtures/schemas/scoping-filters.schema.json',
  'fixtures/schemas/verify-full.schema.json',
];

describe('the checks of users', () => {
  it.each(['config/scim.schema.json', ...SCHEMAS])('pass for a target that takes %s', async (schemaFile) => {
    const { baseUrl, token, stop, resources } = await startTarget();
    const { result } = await verifyAt({ baseUrl, token, schemaFile, request: { only: ['USR'] } });
    expect(unpassed(result)).toEqual([]);
    expect(result.results).toHaveLength(16);
    expect([result.cleanUp.left, resources('User')]).toEqual([[], []]);
    await stop();
  });

  // The front passes no headers on, and its URL is not that of the target.
  it.each(MISTAKES)('find a server that %s, by one of them', async (_mistake, found, alter) => {
    const results = unmet(await verifyAltered(alter, ['USR'], { request: { skip: ['USR-09'] } }));
    expect(results).toEqual([expect.stringContaining(found)]);
  });

  it('find a Location that leads to another host, and do not follow it', async () => {
    const results = await verifyAltered((_request, pass) => pass(), ['USR-09']);
    expect(outcomeOf(results)).toBe('warn: Location is missing');
    const internal: Alter = async ({ method }, pass) => {
      const answer = await pass();
      const headers = { location: 'http://internal.example:8080/Users/1' };
      return method === 'POST' ? { ...answer, headers } : answer;
    };
    expect(outcomeOf(await verifyAltered(internal, ['USR-09']))).toBe(
      'warn: Location is http://internal.example:8080/Users/1, which is not below the base URL',
    );
  });

  it('tell the content type that is read apart where the least of a user is refused too', async () => {
    const { baseUrl, token, stop, size } = await startNaiveScimServer('namesRequired', 'scimJsonUnparsed');
    const { result } = await verifyAt({ baseUrl, token, request: { only: ['USR'] } });
    expect(checksIn(result, 'fail', 'warn')).toEqual(['USR-15', 'USR-03']);
    expect(size()).toBe(0);
    await stop();
  });

  it('delete both of two users with one name', async () => {
    const { baseUrl, token, stop, size } = await startNaiveScimServer('duplicateTaken');
    const { result } = await verifyAt({ baseUrl, token, request: { only: ['USR-07'] } });
    expect([checksIn(result, 'fail'), result.cleanUp.left, size()]).toEqual([['USR-07'], [], 0]);
    await stop();
  });

  it('read the users of others alone where nothing may be written', async () => {
    const { baseUrl, token, stop, seed, requests } = await startTarget();
    seed('User', { userName: 'alice@contoso.com', displayName: 'Alice' });
    const { result } = await verifyAt({ baseUrl, token, request: { only: ['USR'], isReadOnly: true } });
    expect(checksIn(result, 'pass')).toEqual(['USR-10', 'USR-11', 'USR-12']);
    expect(requests().filter(({ method }) => method !== 'GET')).toEqual([]);
    await stop();
  });
});
