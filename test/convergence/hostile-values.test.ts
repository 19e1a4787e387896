import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Dialect } from '../../src/model/dialect.ts';
import { type SourceId, sourceId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-world.ts';
import { type Lab, openLab, RETRIED_SOON } from '../support/lab.ts';
import { type GuardedTarget, guardTarget } from './guarded-target.ts';

const FILTERING = 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering';

/** Values that mean something in a URL or in a text, each under what it shows. */
const UNQUOTED: Readonly<Record<string, string>> = {
  'an escape of a letter': '%72oot',
  'a percent sign': '50% FTE',
  'an escaped percent sign': '100%25 pure',
  'an escape of a space': 'Sales 50%20 team',
  'an escape of a quotation mark': '%22 or displayName eq %22Administrators',
  'characters of a query': 'R&D/Ops #1 + C?=;x',
  'brackets and keywords': 'a] or (b) and not [c] pr',
  NUL: 'nul\0byte',
  'a line break': 'two\r\nlines',
  'a tab': 'tab\there',
  'a right-to-left override': 'abc\u202edcba',
  'a zero-width space': 'zero\u200bwidth',
  'a line separator': 'line\u2028separator',
  'a space at its end': 'trailing ',
  'composed letters': 'Größe Ø 中文',
  'decomposed letters': 'cafe\u0301',
  'a letter beyond 16 bits': 'smile 😀',
  'dots only': '..',
  'an apostrophe': "o'dell*(x)!~",
};
const QUOTED: Readonly<Record<string, string>> = {
  'quotation marks': 'The "A" Team',
  'another filter': 'x" or displayName eq "Administrators',
  'another filter for users': 'x" or userName eq "root@contoso.com',
  'a backslash': 'back\\slash',
  'a backslash at its end': 'end\\',
  'a backslash before a quotation mark': 'both\\"',
  'an escape of JSON': '\\u0041\\n',
};

let target: RunningTarget;
let guarded: GuardedTarget;
let clock: FakeWorld;
let lab: Lab;
let losesCreations: boolean;

const open = (dialect: Partial<Dialect>): void => {
  lab = openLab({
    baseUrl: guarded.baseUrl,
    token: target.token,
    clock,
    dialect,
    job: { safety: RETRIED_SOON },
  });
};

beforeEach(async () => {
  losesCreations = false;
  target = await startTarget({
    users: [{ id: 'root', userName: 'root@contoso.com', active: true }],
  });
  await fetch(`${target.baseUrl}/Groups`, {
    method: 'POST',
    headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({ displayName: 'Administrators' }),
  });
  guarded = await guardTarget(target, ({ method }) =>
    losesCreations && method === 'POST' ? { lostAnswer: 500 } : 'pass',
  );
  clock = fakeWorld();
});

afterEach(async () => {
  await lab.close();
  await guarded.close();
  await target.stop();
});

/** Assigns a user and a group for each value. */
async function assignAll(values: readonly string[]): Promise<void> {
  for (const [index, value] of values.entries()) {
    const number = String(index).padStart(12, '0');
    const user: SourceId = sourceId(`10000000-0000-4000-8000-${number}`);
    const group: SourceId = sourceId(`20000000-0000-4000-8000-${number}`);
    const userPrincipalName = `${value}@contoso.com`;
    const attributes = { userPrincipalName, displayName: value, mailNickname: `nick${index}` };
    await lab.directory.put({ type: 'User', id: user, attributes }, clock.now());
    await lab.directory.put(
      { type: 'Group', id: group, attributes: { displayName: value, securityEnabled: true } },
      clock.now(),
    );
    await lab.directory.addMembers(group, [user], clock.now());
    for (const id of [user, group]) await lab.directory.assign(id, null, null, clock.now());
  }
}

const cycle = async () => {
  clock.advance(60_000);
  return await lab.run();
};

const names = (type: 'User' | 'Group') =>
  target
    .resources(type)
    .map((one) => one[type === 'User' ? 'userName' : 'displayName'])
    .toSorted();

const isAdministrators = ({ displayName }: JsonObject): boolean => displayName === 'Administrators';

const expectEachOnce = (values: readonly string[]): void => {
  expect(names('User')).toEqual(
    ['root@contoso.com', ...values.map((value) => `${value}@contoso.com`)].toSorted(),
  );
  expect(names('Group')).toEqual(['Administrators', ...values].toSorted());
  const [admins] = target.resources('Group').filter(isAdministrators);
  expect(admins?.members ?? []).toEqual([]);
};

describe('with quotation marks and backslashes escaped', () => {
  const values = Object.values({ ...UNQUOTED, ...QUOTED });

  test('each value is found under itself when the answer to its creation was lost', async () => {
    open({ filterQuotes: 'escape' });
    await assignAll(values);
    losesCreations = true;
    const lost = await cycle();
    expect(lost.counts.failed).toBeGreaterThanOrEqual(values.length * 2);
    losesCreations = false;
    expectEachOnce(values);
    expect(await cycle()).toMatchObject({ state: 'Succeeded', counts: { create: 0, failed: 0 } });
    expectEachOnce(values);
    for (const group of target.resources('Group').filter((one) => !isAdministrators(one)))
      expect(group.members).toHaveLength(1);
  });
});

describe('by default', () => {
  test('a value with a quotation mark or a backslash fails its objects, and nothing is sent for them', async () => {
    open({});
    const values = Object.values(QUOTED);
    await assignAll(values);
    const record = await cycle();
    expect(record.counts).toMatchObject({ create: 0, failed: values.length * 2 });
    expect(lab.exchanges()).toEqual([]);
    expect(names('Group')).toEqual(['Administrators']);
    for (const { provisioningStatusInfo } of await lab.log())
      expect(provisioningStatusInfo.errorInformation).toMatchObject({
        errorCode: FILTERING,
        reason: expect.stringContaining('filterQuotes: escape'),
      });
  });

  test('every other value creates itself once, and takes over no account', async () => {
    open({});
    const values = Object.values(UNQUOTED);
    await assignAll(values);
    expect((await cycle()).counts).toMatchObject({ create: values.length * 2, failed: 0 });
    await lab.restart('ConnectorDataStore', 'Watermark', 'Escrows');
    expect((await cycle()).counts).toMatchObject({ create: 0, failed: 0 });
    expectEachOnce(values);
  });

  test('a name with escapes asks for these very characters', async () => {
    open({});
    await assignAll(['50% FTE', '100%25 pure', '%72oot']);
    await cycle();
    const asked = lab.exchanges().flatMap(({ request }) => (request.method === 'GET' ? [request.query] : []));
    expect(asked.filter((query) => query.startsWith('excluded'))).toEqual([
      'excludedAttributes=members&filter=displayName+eq+%2250%25+FTE%22',
      'excludedAttributes=members&filter=displayName+eq+%22100%2525+pure%22',
      'excludedAttributes=members&filter=displayName+eq+%22%2572oot%22',
    ]);
  });

  test('half of a surrogate pair fails its object, and nothing is sent for it', async () => {
    open({ filterQuotes: 'escape' });
    const before = names('Group');
    await assignAll(['half \ud83d']);
    expect((await cycle()).counts).toMatchObject({ create: 0, failed: 2 });
    expect(names('Group')).toEqual(before);
    expect(lab.exchanges().map(({ request }) => request.method)).not.toContain('POST');
  });
});

describe('a group that was in the target before', () => {
  test('is left alone when its source object failed before anything was sent, and leaves scope', async () => {
    open({});
    const value = 'The "A" Team';
    await assignAll([value]);
    await cycle();
    await fetch(`${target.baseUrl}/Groups`, {
      method: 'POST',
      headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify({ displayName: value }),
    });
    for (const type of ['1', '2'])
      await lab.directory.unassign(
        sourceId(`${type}0000000-0000-4000-8000-000000000000`),
        'lab',
        clock.now(),
      );
    lab = lab.with({ dialect: { filterQuotes: 'escape' } });
    expect(await cycle()).toMatchObject({ counts: { failed: 0, delete: 0, disable: 0 } });
    expect(names('Group')).toEqual(['Administrators', value].toSorted());
  });
});

describe('with quotation marks sent unescaped', () => {
  test('no account is taken over by a value that ends its filter early', async () => {
    await guarded.close();
    // A target that reads the filter as the value would have it.
    const all = { User: target.resources('User'), Group: target.resources('Group') };
    guarded = await guardTarget(target, ({ path }) => {
      const { pathname, searchParams } = new URL(path, 'http://target.example');
      const filter = searchParams.get('filter') ?? '';
      const found = pathname === '/Users' ? all.User : all.Group;
      return / or (userName|displayName) eq "/.test(filter)
        ? { answer: { totalResults: found.length, Resources: found } }
        : 'pass';
    });
    open({ filterQuotes: 'raw' });
    const value = 'x" or displayName eq "Administrators';
    await assignAll([value]);
    expect((await cycle()).counts).toMatchObject({ create: 0, failed: 2 });
    expect(lab.exchanges().map(({ request }) => request.query)).toContain(
      'excludedAttributes=members&filter=displayName+eq+%22x%22+or+displayName+eq+%22Administrators%22',
    );
    expectEachOnce([]);
    for (const { provisioningStatusInfo } of await lab.log())
      expect(provisioningStatusInfo.errorInformation?.errorCode).toBe(FILTERING);
  });
});
