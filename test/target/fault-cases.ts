import { expect } from 'vitest';
import { type Answer, type Client, ENTERPRISE, USER } from './client.ts';

/** What a target with a fault does to requests that it concerns; it holds the user u-1 and the group g-1. */
type Meets = (target: Client) => Promise<void>;

const FOUND = '/Users?filter=userName+eq+%22a%40x%22';
const NOT_FOUND = '/Users?filter=userName+eq+%22nobody%22';

const create = (target: Client): Promise<Answer> =>
  target.send('POST', '/Users', { schemas: [USER], userName: 'b@x', active: true });

const retitle = (target: Client): Promise<Answer> =>
  target.patch('/Users/u-1', { op: 'Replace', path: 'title', value: 'New' });

const userNames = (target: Client): readonly unknown[] =>
  target.resources('User').map(({ userName }) => userName);

const titleOf = (target: Client): unknown => target.resources('User')[0]?.title;

/** Reads and writes get this status as a SCIM error, and nothing is written. */
const refuses =
  (status: number, headers: Readonly<Record<string, string>> = {}): Meets =>
  async (target) => {
    for (const answer of [await target.send('GET', FOUND), await create(target)]) {
      expect([answer.status, answer.body.status]).toEqual([status, String(status)]);
      for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).toBe(value);
    }
    expect(userNames(target)).toEqual(['a@x']);
  };

const refusesWrites =
  (status: number): Meets =>
  async (target) => {
    for (const answer of [await create(target), await retitle(target)])
      expect([answer.status, answer.body.status]).toEqual([status, String(status)]);
    expect(target.resources('User')).toHaveLength(1);
    expect(titleOf(target)).toBeUndefined();
  };

const refusesFilters =
  (status: number, scimType?: string): Meets =>
  async (target) => {
    for (const path of [FOUND, NOT_FOUND]) {
      const { status: given, body } = await target.send('GET', path);
      expect([given, body.status, body.scimType]).toEqual([status, String(status), scimType]);
    }
  };

const isHtml =
  (status: number): Meets =>
  async (target) => {
    const answer = await target.ask('POST', '/Users', { userName: 'b@x' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('</html>');
    expect(userNames(target)).toEqual(['a@x']);
  };

const reset: Meets = async (target) => {
  await expect(create(target)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
};

/** What each fault does, by its name. */
export const FAULT_CASES: Readonly<Record<string, Meets>> = {
  '400': refusesWrites(400),
  '401': refuses(401, { 'www-authenticate': 'Bearer' }),
  '403': refuses(403),
  '405': refusesWrites(405),
  '422': refusesWrites(422),
  '429': refuses(429, { 'retry-after': '1' }),
  '500': refuses(500),
  '503': refuses(503, { 'retry-after': '1' }),
  '400-on-filter': refusesFilters(400, 'invalidFilter'),
  '404-on-filter': refusesFilters(404),
  '409-on-filter': refusesFilters(409),
  '404-on-id': async (target) => {
    const answers = [await target.send('GET', '/Users/u-1'), await retitle(target)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(titleOf(target)).toBeUndefined();
  },
  conflict: async (target) => {
    const { status, body } = await create(target);
    expect([status, body.scimType]).toEqual([409, 'uniqueness']);
    expect(userNames(target)).toEqual(['a@x']);
  },
  '429-date': async (target) => {
    const { status, headers } = await create(target);
    const after = headers.get('retry-after') ?? '';
    expect([status, new Date(after).toUTCString()]).toEqual([429, after]);
  },
  '429-plain': async (target) => {
    const answer = await target.ask('GET', FOUND);
    expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('x-retry-after')]).toEqual([
      429,
      null,
      '1',
    ]);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toBe('Too many requests.');
  },
  'token-expires': async (target) => {
    const seen: number[] = [];
    for (let index = 0; index < 11; index += 1) seen.push((await target.send('GET', FOUND)).status);
    expect(seen).toEqual([...Array.from({ length: 9 }, () => 200), 401, 401]);
    target.fault('token-expires=2');
    expect([(await create(target)).status, (await retitle(target)).status]).toEqual([201, 401]);
    expect(titleOf(target)).toBeUndefined();
  },
  'patch-501': async (target) => {
    expect((await retitle(target)).status).toBe(501);
    const active = { op: 'Replace', path: 'active', value: 'False' };
    const title = { op: 'Replace', path: 'title', value: 'New' };
    expect((await target.patch('/Users/u-1', active, title)).status).toBe(501);
    expect((await target.patch('/Users/u-1', { op: 'replace', value: { active: true } })).status).toBe(200);
    expect((await target.patch('/Users/u-1', active)).body.active).toBe(false);
    expect(titleOf(target)).toBeUndefined();
  },
  '404-on-empty': async (target) => {
    const answers = [await target.send('GET', NOT_FOUND), await target.send('GET', FOUND)];
    expect(answers.map(({ status }) => status)).toEqual([404, 200]);
  },
  '500-after-write': async (target) => {
    expect([(await create(target)).status, (await retitle(target)).status]).toEqual([500, 500]);
    expect([userNames(target), titleOf(target)]).toEqual([['a@x', 'b@x'], 'New']);
  },
  'reset-after-write': async (target) => {
    await reset(target);
    expect(userNames(target)).toEqual(['a@x', 'b@x']);
    expect(target.requests().at(-1)).toMatchObject({ method: 'POST', status: 201, delivery: 'reset' });
  },
  'empty-200': async (target) => {
    const answers = [await create(target), await retitle(target), await target.send('GET', FOUND)];
    expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [200, null]));
    expect([userNames(target), titleOf(target)]).toEqual([['a@x', 'b@x'], 'New']);
    expect((await create(target)).status).toBe(409);
  },
  'no-location': async (target) => {
    const { status, headers, body } = await create(target);
    expect([status, headers.get('location'), body.userName]).toEqual([201, null, 'b@x']);
    expect(body).not.toHaveProperty('meta');
  },
  'delete-404': async (target) => {
    expect((await target.send('DELETE', '/Users/u-1')).status).toBe(404);
    expect(userNames(target)).toEqual([]);
  },
  'delete-200': async (target) => {
    const { status, body } = await target.send('DELETE', '/Users/u-1');
    expect([status, body]).toEqual([200, { id: 'u-1', deleted: true }]);
    expect(userNames(target)).toEqual([]);
    expect((await target.send('DELETE', '/Users/u-1')).status).toBe(404);
  },
  'ignore-filter': async (target) => {
    const { body } = await target.send('GET', NOT_FOUND);
    expect([body.totalResults, body.Resources[0].userName]).toEqual([1, 'a@x']);
  },
  'two-hits': async (target) => {
    const { body } = await target.send('GET', FOUND);
    const names = body.Resources.map(({ userName }: { userName: string }) => userName);
    const ids = body.Resources.map(({ id }: { id: string }) => id);
    expect([body.totalResults, body.itemsPerPage, names]).toEqual([2, 2, ['a@x', 'a@x']]);
    expect(new Set(ids).size).toBe(2);
    expect((await target.send('GET', NOT_FOUND)).body.totalResults).toBe(0);
  },
  'duplicate-match': async (target) => {
    const { body } = await target.send('GET', FOUND);
    expect([body.totalResults, body.Resources[1]]).toEqual([2, body.Resources[0]]);
    expect((await target.send('GET', NOT_FOUND)).body.totalResults).toBe(0);
  },
  'list-for-id': async (target) => {
    for (const { body } of [await target.send('GET', '/Users/u-1'), await create(target)])
      expect([body.totalResults, body.Resources.length, body.id]).toEqual([1, 1, undefined]);
    expect((await target.send('GET', '/Users/nobody')).status).toBe(404);
  },
  'one-for-list': async (target) => {
    const [found, none] = [await target.send('GET', FOUND), await target.send('GET', NOT_FOUND)];
    expect([found.status, found.body.id, found.body.Resources]).toEqual([200, 'u-1', undefined]);
    expect([none.status, none.body]).toEqual([200, {}]);
  },
  'no-resources': async (target) => {
    const { body } = await target.send('GET', NOT_FOUND);
    expect(body.totalResults).toBe(0);
    expect(body).not.toHaveProperty('Resources');
    expect((await target.send('GET', FOUND)).body.Resources).toHaveLength(1);
  },
  'wrong-total': async (target) => {
    await target.createUser('b@x');
    const { body } = await target.send('GET', '/Users?count=1');
    expect([body.totalResults, body.Resources.length]).toEqual([1, 1]);
  },
  'stale-read': async (target) => {
    const titles = async () => (await target.send('GET', '/Users/u-1')).body.title;
    const retitled = (value: string) => target.patch('/Users/u-1', { op: 'replace', path: 'title', value });
    const { body } = await retitled('1');
    expect([body.title, await titles()]).toEqual(['1', undefined]);
    await retitled('2');
    expect(await titles()).toBe('1');
    const made = (await create(target)).body.id;
    expect((await target.send('GET', `/Users/${made}`)).status).toBe(404);
    expect((await target.send('GET', '/Users?filter=userName+eq+%22b%40x%22')).body.totalResults).toBe(0);
    expect((await create(target)).status).toBe(409);
    target.fault('stale-read=2');
    await target.patch('/Groups/g-1', { op: 'remove', path: 'members[value eq "u-1"]' });
    await retitled('3');
    expect((await target.send('GET', '/Groups/g-1')).body.members).toEqual([{ value: 'u-1' }]);
    await retitled('4');
    expect((await target.send('GET', '/Groups/g-1')).body.members).toBeUndefined();
    expect(await titles()).toBe('2');
    target.fault(null);
    expect(await titles()).toBe('4');
  },
  'no-id': async (target) => {
    const made = await create(target);
    expect([made.status, made.body.userName, made.body.id]).toEqual([201, 'b@x', undefined]);
    const [hit] = (await target.send('GET', FOUND)).body.Resources;
    expect([hit.userName, hit.id]).toEqual(['a@x', undefined]);
  },
  'manager-as-string': async (target) => {
    expect((await target.send('GET', '/Users/u-1')).body[ENTERPRISE]).toEqual({ manager: 'm' });
    expect((await target.send('GET', FOUND)).body.Resources[0][ENTERPRISE]).toEqual({ manager: 'm' });
    expect((await retitle(target)).body[ENTERPRISE]).toEqual({ manager: 'm' });
  },
  'text-booleans': async (target) => {
    expect((await target.send('GET', '/Users/u-1')).body.active).toBe('True');
    const path = '/Users/u-1';
    expect((await target.patch(path, { op: 'replace', path: 'active', value: false })).body.active).toBe(
      'False',
    );
  },
  'members-leak': async (target) => {
    for (const path of ['/Groups/g-1?excludedAttributes=members', '/Groups/g-1'])
      expect((await target.send('GET', path)).body.members).toEqual([{ value: 'u-1' }]);
  },
  slow: async (target) => {
    // The clock's part is tested with a clock of its own.
    target.fault('slow=1');
    expect((await retitle(target)).body.title).toBe('New');
  },
  stall: async (target) => {
    const answer = await target.ask('POST', '/Users', { userName: 'b@x' });
    expect(answer.status).toBe(201);
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(20);
    expect(userNames(target)).toEqual(['a@x', 'b@x']);
    const broken = expect(answer.text()).rejects.toThrow();
    await target.stop();
    await broken;
  },
  reset: async (target) => {
    await reset(target);
    expect(userNames(target)).toEqual(['a@x']);
    expect(target.requests().at(-1)).toMatchObject({ method: 'POST', status: 0, delivery: 'reset' });
  },
  truncate: async (target) => {
    const answer = await target.ask('POST', '/Users', { userName: 'b@x' });
    expect(answer.status).toBe(201);
    await expect(answer.text()).rejects.toThrow();
    expect(userNames(target)).toEqual(['a@x', 'b@x']);
    await expect(target.send('DELETE', '/Users/u-1')).rejects.toThrow();
    expect(userNames(target)).toEqual(['b@x']);
  },
  'not-http': async (target) => {
    await expect(create(target)).rejects.toThrow();
    expect(userNames(target)).toEqual(['a@x']);
  },
  huge: async (target) => {
    const endless = await target.ask('GET', FOUND);
    await endless.body?.cancel();
    target.fault('huge=1');
    const text = await (await target.ask('GET', FOUND)).text();
    expect(text.length).toBeGreaterThan(1024 * 1024);
    expect(text.length).toBeLessThan(1024 * 1024 + 2000);
    expect(JSON.parse(text).totalResults).toBe(1);
    expect(JSON.parse(await (await target.ask('DELETE', '/Users/u-1')).text())).toEqual({});
  },
  html: isHtml(200),
  '502': isHtml(502),
  redirect: async (target) => {
    const answer = await target.ask('GET', FOUND);
    const location = new URL(answer.headers.get('location') ?? '');
    const { port, pathname } = new URL(target.baseUrl);
    expect([answer.status, location.hostname, location.port]).toEqual([307, 'localhost', port]);
    expect([location.pathname, location.searchParams.get('filter')]).toEqual([
      `${pathname}/Users`,
      'userName eq "a@x"',
    ]);
    expect((await target.ask('POST', '/Users', { userName: 'b@x' })).status).toBe(307);
    expect(userNames(target)).toEqual(['a@x']);
  },
  'bad-json': async (target) => {
    const answer = await target.ask('POST', '/Users', { userName: 'b@x' });
    expect(answer.headers.get('content-type')).toMatch(/^application\/scim\+json/);
    const text = await answer.text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(userNames(target)).toEqual(['a@x', 'b@x']);
  },
  'bad-content-type': async (target) => {
    const { headers, body } = await create(target);
    expect([headers.get('content-type'), body.userName]).toEqual(['text/plain; charset=utf-8', 'b@x']);
  },
};
