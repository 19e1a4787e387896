import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { compileFilter, parseFilter } from '../../../src/target/resource/filter.ts';
import { aTarget, type Client, ENTERPRISE } from '../client.ts';

describe('a filter over users', () => {
  let target: Client;
  beforeEach(async () => {
    target = await aTarget({
      users: [
        {
          id: 'u-alice',
          userName: 'Alice@contoso.com',
          externalId: 'Ext-1',
          active: true,
          title: 'Lead',
          name: { familyName: 'Smith' },
          emails: [
            { type: 'work', value: 'alice@contoso.com', primary: true },
            { type: 'home', value: 'alice@home.test' },
          ],
          [ENTERPRISE]: { department: 'Sales', manager: { value: 'u-bob' } },
        },
        {
          id: 'u-bob',
          userName: 'bob@contoso.com',
          active: false,
          emails: [{ type: 'work', value: 'alice@home.test' }],
        },
      ],
    });
  });

  const asked = async (filter: string): Promise<readonly string[]> => {
    const { status, body } = await target.send('GET', `/Users?filter=${encodeURIComponent(filter)}`);
    expect(status).toBe(200);
    expect(body.totalResults).toBe(body.Resources.length);
    return body.Resources.map((user: { id: string }) => user.id);
  };

  test.each([
    ['userName eq "ALICE@contoso.com"', ['u-alice']],
    ['USERNAME EQ "alice@contoso.com"', ['u-alice']],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "bob@contoso.com"', ['u-bob']],
    ['userName eq "nobody"', []],
    ['externalId eq "Ext-1"', ['u-alice']],
    ['externalId eq "ext-1"', []],
    ['id eq "u-bob"', ['u-bob']],
    ['id eq "U-BOB"', []],
    ['id eq "u-alice" and manager eq "u-bob"', ['u-alice']],
    ['id eq "u-alice" and manager eq "u-eve"', []],
    ['manager.value eq "u-bob"', ['u-alice']],
    [`${ENTERPRISE}:department eq "sales"`, ['u-alice']],
    [`${ENTERPRISE}:manager.value eq "u-bob"`, ['u-alice']],
    ['emails[type eq "work"].value eq "ALICE@contoso.com"', ['u-alice']],
    ['emails[type eq "work"].value eq "alice@home.test"', ['u-bob']],
    ['emails[type eq "work" and value co "home"]', ['u-bob']],
    ['emails[type eq "x" or type eq "home"].value sw "alice"', ['u-alice']],
    ['emails[primary eq "True"].value pr', ['u-alice']],
    ['emails[not (value eq "alice@home.test")]', ['u-alice']],
    ['emails[type eq "work" or value eq "alice@home.test"]', ['u-alice', 'u-bob']],
    ['emails.type eq "home"', ['u-alice']],
    ['meta.location ew "/Users/u-bob"', ['u-bob']],
    ['emails eq "alice@home.test"', ['u-alice', 'u-bob']],
    ['emails.value ew "@home.test"', ['u-alice', 'u-bob']],
    ['active eq true', ['u-alice']],
    ['active eq "False"', ['u-bob']],
    ['active ne true', ['u-bob']],
    ['title pr', ['u-alice']],
    ['title eq null', ['u-bob']],
    ['title ne "Lead"', ['u-bob']],
    ['not (title pr)', ['u-bob']],
    ['not (userName sw "alice" and active eq true)', ['u-bob']],
    ['name.familyName gt "R" or userName eq "bob@contoso.com"', ['u-alice', 'u-bob']],
    ['meta.created gt "2020-01-01T00:00:00Z" and userName co "BOB"', ['u-bob']],
    ['meta.lastModified lt "2020-01-01T00:00:00Z"', []],
    ['meta.resourceType eq "User"', ['u-alice', 'u-bob']],
  ])('%s', async (filter, ids) => {
    expect(await asked(filter)).toEqual(ids);
  });

  test('finds a user by a new e-mail address, and no longer by the old one', async () => {
    const path = 'emails[type eq "work"].value';
    await target.patch('/Users/u-alice', { op: 'Replace', path, value: 'new@contoso.com' });
    expect(await asked(`${path} eq "new@contoso.com"`)).toEqual(['u-alice']);
    expect(await asked(`${path} eq "alice@contoso.com"`)).toEqual([]);
  });

  test('understands a plus sign as a space and lower-case hex, as Entra encodes', async () => {
    const { body } = await target.send(
      'GET',
      '/Users?filter=emails%5btype+eq+%22work%22%5d.value+eq+%22alice%40contoso.com%22',
    );
    expect(body.Resources.map((user: { id: string }) => user.id)).toEqual(['u-alice']);
  });

  test.each([
    'userName',
    'userName eq',
    'userName is "a"',
    'userName eq "a',
    'userName eq a b',
    '(userName eq "a"',
    'emails[type eq "work"',
    'title gt null',
    '__proto__ eq "a"',
    'emails[type eq "work"] eq "a"',
    `userName eq "${'\n'.repeat(60)}`,
    '('.repeat(5000),
    `${'not ('.repeat(60)}title pr${')'.repeat(60)}`,
  ])('%j is refused as an invalid filter', async (filter) => {
    const answer = await target.send('GET', `/Users?filter=${encodeURIComponent(filter)}`);
    expect(answer.status).toBe(400);
    expect(['invalidFilter', 'invalidPath']).toContain(answer.body.scimType);
  });

  test('a filter given twice is refused', async () => {
    expect((await target.send('GET', '/Users?filter=title+pr&filter=active+pr')).status).toBe(400);
  });
});

test('any text without quotes or backslashes is found by eq, and not by ne', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (raw) => {
      const text = raw.replace(/["\\]|\p{Cc}/gu, '');
      const passes = (op: string): boolean =>
        compileFilter(parseFilter(`title ${op} "${text}"`), 'User')({ title: text.toUpperCase() });
      // Letters whose upper case folds to other letters (ß → SS) are different text.
      fc.pre(text.toUpperCase().toLowerCase() === text.toLowerCase());
      expect([passes('eq'), passes('ne')]).toEqual([true, false]);
    }),
  );
});

test('brackets and keywords inside a quoted value are text', () => {
  const passes = (title: string): boolean =>
    compileFilter(parseFilter('title eq "a].b and [c] not (d"'), 'User')({ title });
  expect([passes('a].b and [c] not (d'), passes('a')]).toEqual([true, false]);
});

describe('a quoted value with escapes', () => {
  const titles = [
    'The "A" Team',
    'back\\slash',
    'end\\',
    'both\\"',
    'two\nlines',
    'nul\0',
    '\\u0041',
    'a] and (b',
  ];

  test.each(titles)('%j is found by itself alone', (title) => {
    const literal = title.replace(/["\\]/g, '\\$&');
    const test = compileFilter(parseFilter(`title eq "${literal}" and userName sw "u"`), 'User');
    expect(titles.filter((one) => test({ userName: 'u1', title: one }))).toEqual([title]);
  });

  test('is read as a JSON string', () => {
    const test = compileFilter(parseFilter('title eq "\\u0041\\/\\n"'), 'User');
    expect(test({ title: 'A/\n' })).toBe(true);
  });

  test('that is no JSON string is refused', () => {
    expect(() => parseFilter('title eq "back\\slash"')).toThrow('no JSON string');
    expect(() => parseFilter('title eq "The "A" Team"')).toThrow('cannot be read');
  });

  test('names one member in the path of a PATCH', async () => {
    const ids = ['a"b', 'a\\b', 'x"] or members[value pr', 'a]b'];
    const target = await aTarget({ users: ids.map((id, index) => ({ id, userName: `user${index}` })) });
    for (const id of ids) {
      const group = await target.createGroup(`Group of ${id}`, ids);
      await target.patch(`/Groups/${group}`, {
        op: 'remove',
        path: `members[value eq ${JSON.stringify(id)}]`,
      });
      const { body } = await target.send('GET', `/Groups/${group}`);
      expect(body.members.map(({ value }: { value: string }) => value).toSorted()).toEqual(
        ids.filter((one) => one !== id).toSorted(),
      );
    }
  });
});
