import { describe, expect, test } from 'vitest';
import { aTarget, ENTERPRISE, GROUP, USER } from './client.ts';

describe('creating a user', () => {
  test('answers 201 with the resource and its location, and reads back the same', async () => {
    const target = await aTarget();
    const made = await target.send('POST', '/Users', {
      schemas: [USER, ENTERPRISE],
      externalId: 'alice',
      userName: 'Alice@contoso.com',
      active: true,
      emails: [{ primary: true, type: 'work', value: 'alice@contoso.com' }],
      meta: { resourceType: 'User' },
      name: { givenName: 'Alice', familyName: 'Smith' },
      roles: [],
      [ENTERPRISE]: { department: 'Sales' },
    });
    expect(made.status).toBe(201);
    expect(made.headers.get('content-type')).toMatch(/^application\/scim\+json/);
    expect(made.headers.get('location')).toBe(`${target.baseUrl}/Users/${made.body.id}`);
    expect(made.body).toMatchObject({
      schemas: [USER, ENTERPRISE],
      userName: 'Alice@contoso.com',
      emails: [{ primary: true, type: 'work', value: 'alice@contoso.com' }],
      [ENTERPRISE]: { department: 'Sales' },
      meta: { resourceType: 'User', location: `${target.baseUrl}/Users/${made.body.id}` },
    });
    expect(made.body).not.toHaveProperty('roles');
    const read = await target.send('GET', `/Users/${made.body.id}`);
    expect(read.status).toBe(200);
    expect(read.body).toEqual(made.body);
  });

  test('is refused when another user has the userName in another case', async () => {
    const target = await aTarget();
    await target.createUser('alice@contoso.com');
    const second = await target.send('POST', '/Users', { schemas: [USER], userName: 'ALICE@contoso.com' });
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      scimType: 'uniqueness',
      status: '409',
    });
    expect(target.resources('User')).toHaveLength(1);
  });

  test.each([{}, { userName: '' }, { userName: 7 }, [], 'text'])(
    'is refused without a userName: %j',
    async (body) => {
      const target = await aTarget();
      const answer = await target.send('POST', '/Users', JSON.stringify(body));
      expect(answer.status).toBe(400);
      expect(target.resources('User')).toEqual([]);
    },
  );

  test('takes names in any case, text booleans, a bare manager, a custom extension, and forgets a password', async () => {
    const target = await aTarget();
    const custom = 'urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User';
    const made = await target.send('POST', '/Users', {
      UserName: 'bob',
      Active: 'False',
      title: null,
      password: 'hunter2',
      roles: [{ primary: 'True', value: 'Admin', display: 'Admin' }],
      [custom]: { tag: '701984' },
      [ENTERPRISE.toUpperCase()]: { Manager: 'm-1' },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      schemas: [USER, custom, ENTERPRISE],
      userName: 'bob',
      active: false,
      roles: [{ primary: true, value: 'Admin', display: 'Admin' }],
      [custom]: { tag: '701984' },
      [ENTERPRISE]: { manager: { value: 'm-1' } },
    });
    expect(made.body).not.toHaveProperty('title');
    expect(made.body).not.toHaveProperty('password');
    expect(JSON.stringify(target.requests())).not.toContain('hunter2');
  });
});

describe('a user that is there', () => {
  test('is replaced by PUT as a whole, keeping its id and birth', async () => {
    const target = await aTarget();
    const id = await target.createUser('alice', { title: 'Engineer' });
    const before = (await target.send('GET', `/Users/${id}`)).body;
    const put = await target.send('PUT', `/Users/${id}`, { id: 'other', userName: 'alice2', nickName: 'Al' });
    expect(put.status).toBe(200);
    expect(put.body).toMatchObject({ id, userName: 'alice2', nickName: 'Al' });
    expect(put.body.meta.created).toBe(before.meta.created);
    expect(put.body).not.toHaveProperty('title');
    expect(await target.createUser('alice')).not.toBe(id);
  });

  test('cannot be replaced so that it takes the userName of another', async () => {
    const target = await aTarget();
    await target.createUser('alice');
    const id = await target.createUser('bob');
    expect((await target.send('PUT', `/Users/${id}`, { userName: 'Alice' })).status).toBe(409);
    expect((await target.send('GET', `/Users/${id}`)).body.userName).toBe('bob');
  });

  test('is deleted once, then is not there for anyone', async () => {
    const target = await aTarget();
    const id = await target.createUser('alice');
    const deleted = await target.send('DELETE', `/Users/${id}`);
    expect([deleted.status, deleted.body]).toEqual([204, null]);
    expect((await target.send('DELETE', `/Users/${id}`)).status).toBe(404);
    expect((await target.send('GET', `/Users/${id}`)).status).toBe(404);
    expect((await target.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'x' })).status).toBe(
      404,
    );
    expect((await target.send('GET', '/Users?filter=userName+eq+%22alice%22')).body.totalResults).toBe(0);
  });

  test('leaves its groups when it is deleted', async () => {
    const target = await aTarget();
    const [alice, bob] = [await target.createUser('alice'), await target.createUser('bob')];
    const group = await target.createGroup('Sales', [alice, bob]);
    await target.send('DELETE', `/Users/${alice}`);
    expect((await target.send('GET', `/Groups/${group}`)).body.members).toEqual([{ value: bob }]);
  });
});

describe('what an answer holds', () => {
  test('is cut down to the attributes asked for; schemas and id always stay', async () => {
    const target = await aTarget();
    const id = await target.createUser('alice', {
      name: { givenName: 'A', familyName: 'S' },
      emails: [{ type: 'work', value: 'a@x', primary: true }],
      [ENTERPRISE]: { department: 'Sales', division: 'EU' },
    });
    const names = `NAME.givenName,emails.value,emails.type,${ENTERPRISE}:department`;
    const { body } = await target.send('GET', `/Users/${id}?attributes=${encodeURIComponent(names)}`);
    expect(body).toEqual({
      schemas: [USER, ENTERPRISE],
      id,
      name: { givenName: 'A' },
      emails: [{ value: 'a@x', type: 'work' }],
      [ENTERPRISE]: { department: 'Sales' },
    });
    const only = await target.send(
      'GET',
      `/Users?attributes=id&filter=${encodeURIComponent('userName eq "alice"')}`,
    );
    expect(only.body.Resources).toEqual([{ schemas: [USER, ENTERPRISE], id }]);
  });

  test('lacks the attributes that are excluded', async () => {
    const target = await aTarget();
    const id = await target.createUser('alice', { title: 'T', emails: [{ type: 'work', value: 'a@x' }] });
    const { body } = await target.send('GET', `/Users/${id}?excludedAttributes=Title,emails.type,id,meta`);
    expect(body).toEqual({
      schemas: [USER],
      id,
      userName: 'alice',
      active: true,
      emails: [{ value: 'a@x' }],
    });
  });

  test('lacks the members of a group when they are excluded, by id and by filter', async () => {
    const target = await aTarget();
    const id = await target.createGroup('Sales', ['u-1']);
    expect((await target.send('GET', `/Groups/${id}`)).body.members).toEqual([{ value: 'u-1' }]);
    expect((await target.send('GET', `/Groups/${id}?excludedAttributes=members`)).body).not.toHaveProperty(
      'members',
    );
    const list = await target.send(
      'GET',
      '/Groups?excludedAttributes=members&filter=displayName+eq+%22SALES%22',
    );
    expect(list.body.totalResults).toBe(1);
    expect(list.body.Resources[0]).not.toHaveProperty('members');
  });
});

describe('a list', () => {
  test('comes in pages that together hold everyone once, with the right total', async () => {
    const target = await aTarget();
    const names = Array.from({ length: 7 }, (_, index) => `user-${index}`);
    for (const userName of names) target.seed('User', { userName });
    const pages = [];
    for (const start of [1, 4, 7]) pages.push(await target.send('GET', `/Users?startIndex=${start}&count=3`));
    expect(pages.map(({ body }) => [body.totalResults, body.startIndex, body.itemsPerPage])).toEqual([
      [7, 1, 3],
      [7, 4, 3],
      [7, 7, 1],
    ]);
    expect(
      pages.flatMap(({ body }) => body.Resources.map((user: { userName: string }) => user.userName)),
    ).toEqual(names);
  });

  test('takes a start below one as one, a negative count as none, and goes on beyond the end', async () => {
    const target = await aTarget({ users: [{ userName: 'a' }, { userName: 'b' }] });
    const page = async (query: string) => (await target.send('GET', `/Users?${query}`)).body;
    expect(await page('startIndex=-3&count=1')).toMatchObject({
      totalResults: 2,
      startIndex: 1,
      itemsPerPage: 1,
    });
    expect(await page('count=-1')).toMatchObject({ totalResults: 2, itemsPerPage: 0, Resources: [] });
    expect(await page('startIndex=9')).toMatchObject({ totalResults: 2, itemsPerPage: 0, Resources: [] });
    expect((await target.send('GET', '/Users?count=many')).status).toBe(400);
  });
});

describe('discovery', () => {
  test('says what the target is able to do', async () => {
    const target = await aTarget();
    const { body } = await target.send('GET', '/ServiceProviderConfig');
    expect(body).toMatchObject({ patch: { supported: true }, bulk: { supported: false } });
  });

  test('lists the schemas without a null, each also by its URN', async () => {
    const target = await aTarget();
    const { body } = await target.send('GET', '/Schemas');
    expect(body.Resources.map((schema: { id: string }) => schema.id)).toEqual([USER, GROUP, ENTERPRISE]);
    expect(JSON.stringify(body)).not.toContain('null');
    expect((await target.send('GET', `/Schemas/${USER}`)).body.id).toBe(USER);
    expect((await target.send('GET', '/Schemas/urn:none')).status).toBe(404);
  });

  test('lists the resource types with their endpoints', async () => {
    const target = await aTarget();
    const { body } = await target.send('GET', '/ResourceTypes');
    expect(body.Resources.map((type: { endpoint: string }) => type.endpoint)).toEqual(['/Users', '/Groups']);
    expect((await target.send('POST', '/ResourceTypes', {})).status).toBe(405);
  });
});

describe('a target in a program', () => {
  test('is seeded and emptied without requests', async () => {
    const target = await aTarget();
    expect(target.seed('User', { id: 'u-1', userName: 'alice' })).toMatchObject({
      id: 'u-1',
      userName: 'alice',
    });
    expect(() => target.seed('User', { userName: 'ALICE' })).toThrow('taken');
    expect(() => target.seed('User', { id: 'u-1', userName: 'other' })).toThrow('there already');
    expect(target.resources('User').map((user) => user.id)).toEqual(['u-1']);
    expect([target.remove('User', 'u-1'), target.remove('User', 'u-1')]).toEqual([true, false]);
    expect(target.requests()).toEqual([]);
  });

  test('records each exchange and tells of it, in order, without the token', async () => {
    const told: string[] = [];
    const target = await aTarget({
      token: 'secret-token',
      onExchange: ({ method, path, status }) => told.push(`${method} ${path} ${status}`),
    });
    await target.send('GET', '/Users?filter=userName+eq+%22x%22');
    await target.send('POST', '/Groups', { displayName: 'Sales' });
    await target.send('GET', '/Nothing');
    expect(told).toEqual(['GET /Users 200', 'POST /Groups 201', 'GET /Nothing 404']);
    const [first, second] = target.requests();
    expect(first).toMatchObject({ query: 'filter=userName+eq+%22x%22', requestBody: null });
    expect(second).toMatchObject({
      requestBody: { displayName: 'Sales' },
      responseBody: { displayName: 'Sales' },
    });
    expect(JSON.stringify(target.requests())).not.toContain('secret-token');
  });
});
