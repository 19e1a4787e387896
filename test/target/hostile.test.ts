import { describe, expect, test } from 'vitest';
import { aTarget, GROUP } from './client.ts';

describe('a request that is not let in', () => {
  test.each(['', 'Bearer wrong', 'Basic dG9rZW4=', 'Bearer', 'token'])(
    '%j is answered 401',
    async (authorization) => {
      const target = await aTarget({ token: 'token' });
      const answer = await target.send('POST', '/Users', { userName: 'eve' }, { authorization });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error']);
      expect(target.resources('User')).toEqual([]);
    },
  );

  test('also where there is no endpoint', async () => {
    const target = await aTarget({ token: 'token' });
    expect((await target.send('GET', '/Nothing', undefined, { authorization: 'Bearer x' })).status).toBe(401);
  });
});

describe('a body that cannot be read', () => {
  test.each([
    ['{"userName":', 400],
    ['', 400],
    ['{"userName":"a","__proto__":{"admin":true}}', 400],
    [`{"userName":"a","title":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400],
    [JSON.stringify({ userName: 'a', title: 'x'.repeat(9 * 1024 * 1024) }), 413],
  ])('%.40s is refused as a SCIM error', async (body, status) => {
    const target = await aTarget();
    const answer = await target.send('POST', '/Users', body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/scim\+json/);
    expect(answer.body.status).toBe(String(status));
    expect(target.resources('User')).toEqual([]);
  });

  test('is refused with 415 when it is not JSON, and taken as application/json', async () => {
    const target = await aTarget();
    const send = async (type: string) =>
      (await target.send('POST', '/Users', '{"userName":"a"}', { 'content-type': type })).status;
    expect(await send('text/plain')).toBe(415);
    expect(await send('application/json')).toBe(201);
  });
});

describe('an address that is odd', () => {
  test('with broken escapes is answered 400', async () => {
    const target = await aTarget();
    const answer = await target.send('GET', '/Users/%E0%A4%A');
    expect([answer.status, answer.body.status]).toEqual([400, '400']);
  });

  test('finds an id with a slash, a space and letters beyond ASCII', async () => {
    const target = await aTarget();
    target.seed('User', { id: 'user/ä 7', userName: 'a' });
    const { status, body } = await target.send('GET', '/Users/user%2F%C3%A4%207');
    expect([status, body.id]).toEqual([200, 'user/ä 7']);
    expect(body.meta.location).toBe(`${target.baseUrl}/Users/user%2F%C3%A4%207`);
  });

  test('with a method it does not take is answered 405', async () => {
    const target = await aTarget();
    expect((await target.send('DELETE', '/Users')).status).toBe(405);
    expect((await target.send('POST', '/Users/u-1', {})).status).toBe(405);
  });
});

describe('abuse', () => {
  test('more than 1,000 e-mail addresses are refused', async () => {
    const target = await aTarget();
    const emails = Array.from({ length: 1001 }, (_, index) => ({ value: `a${index}@x` }));
    expect((await target.send('POST', '/Users', { userName: 'a', emails })).status).toBe(400);
  });

  test('more than 10,000 operations are refused', async () => {
    const target = await aTarget();
    const id = await target.createUser('a');
    const operations = Array.from({ length: 10_001 }, () => ({ op: 'add', path: 'title', value: 'T' }));
    const { status, body } = await target.patch(`/Users/${id}`, ...operations);
    expect([status, body.scimType]).toEqual([400, 'tooMany']);
  });
});

test('one PATCH fills a group with 50,000 members, and another takes out one of them', async () => {
  const target = await aTarget();
  const group = target.seed('Group', { schemas: [GROUP], displayName: 'All' }).id;
  const value = Array.from({ length: 50_000 }, (_, index) => ({ value: `u-${index}` }));
  expect((await target.patch(`/Groups/${group}`, { op: 'Add', path: 'members', value })).status).toBe(204);
  await target.patch(`/Groups/${group}`, { op: 'remove', path: 'members[value eq "u-0"]' });
  const { body } = await target.send('GET', `/Groups/${group}`);
  expect([body.members.length, body.members[0]]).toEqual([49_999, { value: 'u-1' }]);
});
