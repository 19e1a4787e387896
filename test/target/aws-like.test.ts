import { describe, expect, test } from 'vitest';
import { aTarget, GROUP, USER } from './client.ts';

const ids = (count: number): readonly { value: string }[] =>
  Array.from({ length: count }, (_, index) => ({ value: `u-${index}` }));

describe('aws-like', () => {
  const alice = {
    schemas: [USER],
    userName: 'alice',
    displayName: 'A',
    name: { givenName: 'A', familyName: 'S' },
  };

  test('takes 100 members in one request and refuses 101, whatever the operations', async () => {
    const target = await aTarget({ persona: 'aws-like' });
    const id = await target.createGroup('Sales');
    const add = (count: number) => ({ op: 'Add', path: 'members', value: ids(count) });
    const removal = { op: 'remove', path: 'members[value eq "u-1"]' };
    expect((await target.patch(`/Groups/${id}`, add(100))).status).toBe(204);
    for (const operations of [
      [add(101)],
      [add(100), removal],
      [{ op: 'add', value: { members: ids(101) } }],
    ]) {
      const { status, body } = await target.patch(`/Groups/${id}`, ...operations);
      expect([status, body.scimType]).toEqual([400, 'tooMany']);
    }
    const post = await target.send('POST', '/Groups', { displayName: 'Big', members: ids(101) });
    expect([post.status, post.body.scimType]).toEqual([400, 'tooMany']);
    expect(target.resources('Group')).toHaveLength(1);
    expect(target.resources('Group')[0]?.members).toHaveLength(100);
  });

  test.each([
    { op: 'replace', path: 'members', value: [{ value: 'u-1' }] },
    { op: 'remove', path: 'members' },
    { op: 'replace', path: 'description', value: 'x' },
  ])('refuses on a group: %j', async (operation) => {
    const target = await aTarget({ persona: 'aws-like' });
    const id = await target.createGroup('Sales', ['u-0']);
    expect((await target.patch(`/Groups/${id}`, operation)).status).toBe(400);
    expect(target.resources('Group')[0]?.members).toEqual([{ value: 'u-0' }]);
  });

  test('never answers with members', async () => {
    const target = await aTarget({ persona: 'aws-like' });
    const id = await target.createGroup('Sales', ['u-0']);
    expect((await target.send('GET', `/Groups/${id}`)).body).not.toHaveProperty('members');
  });

  test('has no PUT', async () => {
    const target = await aTarget({ persona: 'aws-like' });
    const { id } = target.seed('User', alice);
    expect((await target.send('PUT', `/Users/${id}`, { ...alice, title: 'T' })).status).toBe(405);
    expect(target.resources('User')[0]).not.toHaveProperty('title');
  });

  test.each([{ displayName: '' }, { name: { givenName: 'A' } }, { name: undefined }])(
    'needs all names of a user: %j',
    async (change) => {
      const target = await aTarget({ persona: 'aws-like' });
      expect((await target.send('POST', '/Users', { ...alice, ...change })).status).toBe(400);
      expect(target.resources('User')).toEqual([]);
    },
  );

  test('takes one e-mail address, forgets photos, and refuses what would be a second address', async () => {
    const target = await aTarget({ persona: 'aws-like' });
    const emails = [{ type: 'work', value: 'a@x' }];
    const made = await target.send('POST', '/Users', { ...alice, emails, photos: [{ value: 'http://x/p' }] });
    expect([made.status, made.body.emails, made.body.photos]).toEqual([201, emails, undefined]);
    const second = { op: 'Add', path: 'emails[type eq "home"].value', value: 'b@x' };
    expect((await target.patch(`/Users/${made.body.id}`, second)).status).toBe(400);
  });

  test('filters by eq and and only, and gives at most 50 on a page', async () => {
    const target = await aTarget({ persona: 'aws-like' });
    for (let index = 0; index < 51; index += 1) target.seed('User', { ...alice, userName: `u${index}` });
    const ask = (filter: string) => target.send('GET', `/Users?filter=${encodeURIComponent(filter)}`);
    expect((await ask('userName eq "u7" and displayName eq "A"')).body.totalResults).toBe(1);
    for (const filter of [
      'userName sw "u"',
      'userName eq "u1" or userName eq "u2"',
      'not (userName eq "u1")',
    ]) {
      const { status, body } = await ask(filter);
      expect([filter, status, body.scimType]).toEqual([filter, 400, 'invalidFilter']);
    }
    const page = await target.send('GET', '/Users?count=1000');
    expect([page.body.Resources.length, page.body.totalResults]).toEqual([50, 51]);
  });

  test('takes a group of the shape that Entra sends', async () => {
    const target = await aTarget({ persona: 'aws-like' });
    const made = await target.send('POST', '/Groups', {
      schemas: [GROUP],
      displayName: 'Sales',
      externalId: 'g',
    });
    expect(made.status).toBe(201);
    const rename = { op: 'Replace', path: 'displayName', value: 'New' };
    expect((await target.patch(`/Groups/${made.body.id}`, rename)).status).toBe(204);
  });
});
