import { describe, expect, test } from 'vitest';
import { TOLERANT } from '../../../src/target/personas/persona.ts';
import { PERSONAS } from '../../../src/target/personas/personas.ts';
import { aTarget, USER } from '../client.ts';

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

  test('keeps one of two work e-mails', async () => {
    const target = await aTarget({ persona: 'leapsome-like' });
    const emails = ['a@x', 'b@x'].map((value) => ({ type: 'work', value }));
    const id = await target.createUser('alice', { emails });
    expect((await target.send('GET', `/Users/${id}`)).body.emails).toEqual(emails.slice(0, 1));
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
    const members = [{ value: 'u-1' }];
    expect([one.body.members, list.body.Resources[0].members]).toEqual([members, members]);
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
    await target.patch(`/Groups/${id}`, { op: 'Remove', path: 'members[value eq "u-0"]', value: 'u-0' });
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
