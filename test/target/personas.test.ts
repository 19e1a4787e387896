import { describe, expect, test } from 'vitest';
import { TOLERANT } from '../../src/target/persona.ts';
import { PERSONAS } from '../../src/target/personas.ts';
import { aTarget, ENTERPRISE, GROUP, USER } from './client.ts';

const ids = (count: number): readonly { value: string }[] =>
  Array.from({ length: count }, (_, index) => ({ value: `u-${index}` }));

describe('a persona', () => {
  test('is chosen by its name or given as a value', async () => {
    const plain = await aTarget();
    expect(
      (await plain.patch(`/Users/${await plain.createUser('a')}`, { op: 'add', value: {} })).status,
    ).toBe(200);
    const silent = await aTarget({ persona: { ...TOLERANT, patchStatus: { User: 204, Group: 204 } } });
    const id = await silent.createUser('a');
    expect((await silent.patch(`/Users/${id}`, { op: 'add', value: {} })).status).toBe(204);
  });

  test('that does not exist is refused with the list of those that do', async () => {
    const names = PERSONAS.map(({ name }) => name).join(', ');
    await expect(aTarget({ persona: 'nobody' })).rejects.toThrow(
      `there is no persona "nobody"; the personas are ${names}`,
    );
  });

  test.each(PERSONAS.map(({ name }) => name))('%s finds, creates, reads and deletes a user', async (name) => {
    const target = await aTarget({ persona: name });
    const made = await target.send('POST', '/Users', {
      schemas: [USER],
      userName: 'alice',
      displayName: 'Alice Smith',
      name: { givenName: 'Alice', familyName: 'Smith' },
    });
    expect(made.status).toBe(201);
    const found = await target.send('GET', '/Users?filter=userName+eq+%22ALICE%22');
    expect(found.body.Resources.map(({ id }: { id: string }) => id)).toEqual([made.body.id]);
    expect((await target.send('DELETE', `/Users/${made.body.id}`)).status).toBe(204);
    expect((await target.send('GET', `/Users/${made.body.id}`)).status).toBe(404);
  });
});

describe('slack-like', () => {
  test('takes a userName of 21 characters and refuses one of 22', async () => {
    const target = await aTarget({ persona: 'slack-like' });
    const id = await target.createUser('u'.repeat(21));
    const created = await target.send('POST', '/Users', { userName: 'u'.repeat(22) });
    const renamed = await target.patch(`/Users/${id}`, {
      op: 'replace',
      path: 'userName',
      value: 'v'.repeat(22),
    });
    for (const { status, body } of [created, renamed])
      expect([status, body.scimType, body.detail]).toEqual([
        400,
        'invalidValue',
        expect.stringContaining('21 characters'),
      ]);
  });

  test('refuses a body larger than 64 KiB', async () => {
    const target = await aTarget({ persona: 'slack-like' });
    const title = 'x'.repeat(64 * 1024);
    const answer = await target.send('POST', '/Users', { userName: 'a', title });
    expect([answer.status, answer.body.status]).toEqual([413, '413']);
  });

  test('takes 20 requests a minute, and says when the next one will be taken', async () => {
    let now = 1_000_000;
    const clock = { now: () => now, wait: async () => {} };
    const target = await aTarget({ persona: 'slack-like', clock });
    const read = () => target.send('GET', '/Users?count=1');
    for (let index = 0; index < 20; index += 1) expect((await read()).status).toBe(200);
    now += 12_500;
    const refused = await read();
    expect([refused.status, refused.body.status]).toEqual([429, '429']);
    expect(refused.headers.get('retry-after')).toBe('48');
    now += 48_000;
    expect((await read()).status).toBe(200);
  });
});

describe('hard-delete-only', () => {
  test('takes active without effect, in POST and in PATCH, and does not declare it', async () => {
    const target = await aTarget({ persona: 'hard-delete-only' });
    const id = await target.createUser('alice', { title: 'T' });
    const { status, body } = await target.patch(
      `/Users/${id}`,
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Replace', path: 'title', value: 'New' },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ title: 'New' });
    expect(body).not.toHaveProperty('active');
    const schema = await target.send('GET', `/Schemas/${USER}`);
    const names = schema.body.attributes.map(({ name }: { name: string }) => name);
    expect(names).toContain('title');
    expect(names).not.toContain('active');
  });
});

describe('leapsome-like', () => {
  test('refuses a second user with the userName of another', async () => {
    const target = await aTarget({ persona: 'leapsome-like' });
    await target.createUser('alice');
    const second = await target.send('POST', '/Users', { userName: 'Alice' });
    expect([second.status, second.body.scimType]).toEqual([409, 'uniqueness']);
  });

  test('keeps the work e-mail and drops the others, under 201 and 200', async () => {
    const target = await aTarget({ persona: 'leapsome-like' });
    const work = { type: 'work', value: 'a@work' };
    const id = await target.createUser('alice', { emails: [{ type: 'home', value: 'a@home' }, work] });
    expect((await target.send('GET', `/Users/${id}`)).body.emails).toEqual([work]);
    const patched = await target.patch(
      `/Users/${id}`,
      { op: 'Add', path: 'emails[type eq "other"].value', value: 'a@other' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'b@work' },
    );
    expect([patched.status, patched.body.emails]).toEqual([200, [{ type: 'work', value: 'b@work' }]]);
    const home = await target.send('POST', '/Users', {
      userName: 'bob',
      emails: [{ type: 'home', value: 'b@home' }],
    });
    expect(home.status).toBe(201);
    expect(home.body).not.toHaveProperty('emails');
  });
});

describe('members-leaking', () => {
  test('answers with members although they are excluded', async () => {
    const target = await aTarget({ persona: 'members-leaking' });
    const id = await target.createGroup('Sales', ['u-1']);
    const one = await target.send('GET', `/Groups/${id}?excludedAttributes=members`);
    const list = await target.send(
      'GET',
      '/Groups?excludedAttributes=members&filter=displayName+eq+%22Sales%22',
    );
    expect([one.body.members, list.body.Resources[0].members]).toEqual([ids(2).slice(1), ids(2).slice(1)]);
  });
});

describe('case-changing', () => {
  test('lowers userName and e-mail addresses, and nothing else', async () => {
    const target = await aTarget({ persona: 'case-changing' });
    const id = await target.createUser('Alice@X', {
      title: 'Boss',
      emails: [{ type: 'work', value: 'Alice@X' }],
    });
    const patched = await target.patch(`/Users/${id}`, { op: 'Replace', path: 'userName', value: 'ALICE@Y' });
    expect(patched.body).toMatchObject({
      userName: 'alice@y',
      title: 'Boss',
      emails: [{ type: 'work', value: 'alice@x' }],
    });
    expect((await target.send('GET', '/Users?filter=userName+eq+%22Alice%40Y%22')).body.totalResults).toBe(1);
    const group = await target.createGroup('Sales');
    expect((await target.send('GET', `/Groups/${group}`)).body.displayName).toBe('Sales');
  });
});

describe('remove-all-on-legacy-remove', () => {
  test('empties a group when one member is removed by value, and not when it is removed by path', async () => {
    const target = await aTarget({ persona: 'remove-all-on-legacy-remove' });
    const id = await target.createGroup('Sales', ['u-0', 'u-1', 'u-2']);
    const members = async () => (await target.send('GET', `/Groups/${id}`)).body.members;
    await target.patch(`/Groups/${id}`, { op: 'remove', path: 'members[value eq "u-0"]' });
    expect(await members()).toEqual([{ value: 'u-1' }, { value: 'u-2' }]);
    const removal = { op: 'Remove', path: 'members', value: [{ value: 'u-1' }] };
    expect((await target.patch(`/Groups/${id}`, removal)).status).toBe(204);
    expect(await members()).toBeUndefined();
  });

  test('removes a listed role as anyone would', async () => {
    const target = await aTarget({ persona: 'remove-all-on-legacy-remove' });
    const id = await target.createUser('alice', { roles: [{ value: 'A' }, { value: 'B' }] });
    const { body } = await target.patch(`/Users/${id}`, {
      op: 'Remove',
      path: 'roles',
      value: [{ value: 'A' }],
    });
    expect(body.roles).toEqual([{ value: 'B' }]);
  });
});

describe('silent-dropper', () => {
  test.each([
    { op: 'Add', path: `${ENTERPRISE}:department`, value: 'IT' },
    { op: 'add', path: `${ENTERPRISE}:manager`, value: { value: 'm' } },
    { op: 'replace', value: { 'name.givenName': 'New' } },
    { op: 'replace', value: { [`${ENTERPRISE}:department`]: 'IT' } },
    { op: 'replace', value: { [ENTERPRISE]: { department: 'IT' } } },
  ])('answers 200 and changes nothing: %j', async (operation) => {
    const target = await aTarget({ persona: 'silent-dropper' });
    const id = await target.createUser('a', { name: { givenName: 'A' }, [ENTERPRISE]: { department: 'HR' } });
    const before = (await target.send('GET', `/Users/${id}`)).body;
    expect(before[ENTERPRISE]).toEqual({ department: 'HR' });
    expect(await target.patch(`/Users/${id}`, operation)).toMatchObject({ status: 200, body: before });
  });

  test('applies the rest of an operation that it drops a part of', async () => {
    const target = await aTarget({ persona: 'silent-dropper' });
    const id = await target.createUser('a', { name: { givenName: 'A' } });
    const { body } = await target.patch(`/Users/${id}`, {
      op: 'replace',
      value: { 'name.givenName': 'New', displayName: 'New' },
    });
    expect(body).toMatchObject({ displayName: 'New', name: { givenName: 'A' } });
  });

  test('keeps a boolean that came as text as text, in POST and in PATCH', async () => {
    const target = await aTarget({ persona: 'silent-dropper' });
    const made = await target.send('POST', '/Users', { userName: 'a', active: 'True' });
    expect(made.body.active).toBe('True');
    const patch = async (value: unknown) =>
      (await target.patch(`/Users/${made.body.id}`, { op: 'Replace', path: 'active', value })).body.active;
    expect([await patch('False'), await patch(false)]).toEqual(['False', false]);
  });

  test('does nothing to a group when the operation is capitalised, and does it in lower case', async () => {
    const target = await aTarget({ persona: 'silent-dropper' });
    const id = await target.createGroup('Sales', ['u-0']);
    const members = async () => (await target.send('GET', `/Groups/${id}`)).body.members;
    expect(await members()).toBeUndefined();
    const change = (op: string) =>
      target.patch(`/Groups/${id}`, { op, path: 'members', value: [{ value: 'u-0' }] });
    expect((await change('Add')).status).toBe(204);
    expect(await members()).toBeUndefined();
    await change('add');
    expect(await members()).toEqual([{ value: 'u-0' }]);
    expect((await change('Remove')).status).toBe(204);
    expect(await members()).toEqual([{ value: 'u-0' }]);
  });
});

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
