import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImportRequest } from '../../../../src/io/sources/import/import.ts';
import { importFiles } from '../../../../src/io/sources/import/import.ts';
import { exportLines } from '../../../../src/io/stores/sqlite/directory/export.ts';
import { plainReading } from '../../../../src/model/csv-reading.ts';
import { ConfigurationError } from '../../../../src/model/errors.ts';
import { allOf } from '../../../support/all-of.ts';
import {
  aDirectory,
  aFile,
  labelsSince,
  NOW,
  temporaryFolder,
  viewOf,
} from '../../stores/sqlite/directory/temporary.ts';

const FIXTURES = new URL('../../../../fixtures/directories/', import.meta.url).pathname;
const fixture = (...names: string[]): string[] => names.map((name) => join(FIXTURES, name));
const SALES = '5f0b1c3e-0002-4a6d-9c21-000000000001';
const EVERYONE = '5f0b1c3e-0002-4a6d-9c21-000000000002';
const GRAPH = fixture(
  'graph/users.json',
  `graph/members-${SALES}.json`,
  `graph/members-${EVERYONE}.json`,
  'graph/app-role-assigned-to.json',
  'graph/service-principal.json',
  'graph/groups.json',
);

const aStore = (): string => join(temporaryFolder(), 'directory.db');

const request = (files: readonly string[], more: Partial<ImportRequest> = {}): ImportRequest => ({
  files,
  format: null,
  csv: () => plainReading('users'),
  job: null,
  mirror: false,
  force: false,
  now: NOW,
  ...more,
});

const imported = (store: string, document: unknown, more: Partial<ImportRequest> = {}) =>
  importFiles(store, request([aFile('directory.json', JSON.stringify(document, null, 1))], more));

async function exported(store: string): Promise<Record<string, readonly Record<string, unknown>[]>> {
  const directory = aDirectory(store);
  const document = JSON.parse((await allOf(exportLines(directory))).join('\n'));
  for (const part of Object.values(document) as Record<string, unknown>[][]) {
    part.sort((one, other) => key(one).localeCompare(key(other)));
  }
  return document;
}

const key = (one: Record<string, unknown>): string => String(one.id ?? one.principal);

async function issuesOf(work: Promise<unknown>): Promise<readonly string[]> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigurationError)) throw error ?? new Error('it was imported');
  return error.issues.map((one) => `${one.line ?? '-'} ${one.path} | ${one.message}`);
}

const people = (count: number): { userPrincipalName: string; displayName: string }[] =>
  Array.from({ length: count }, (_, i) => ({
    userPrincipalName: `user${i}@contoso.com`,
    displayName: `User ${i}`,
  }));

describe('the three formats', () => {
  it('hold the same company', async () => {
    const [json, csv, graph] = [aStore(), aStore(), aStore()];
    await importFiles(json, request(fixture('company.json')));
    await importFiles(csv, request(fixture('csv/users.csv')));
    await importFiles(csv, request(fixture('csv/groups.csv'), { csv: () => plainReading('groups') }));
    await importFiles(csv, request(fixture('csv/members.csv'), { csv: () => plainReading('members') }));
    await importFiles(
      csv,
      request(fixture('csv/assignments.csv'), { csv: () => plainReading('assignments') }),
    );
    await importFiles(graph, request(GRAPH));
    const company = await exported(json);
    expect(company.users).toHaveLength(3);
    expect(await exported(graph)).toEqual(company);
    expect({
      ...(await exported(csv)),
      appRoles: company.appRoles,
      assignments: company.assignments,
    }).toEqual(company);
    expect((await exported(csv)).assignments).toHaveLength(2);
  });

  it('export and import again yield the same directory, recycle bin included', async () => {
    const [store, copy] = [aStore(), aStore()];
    await importFiles(store, request(fixture('company.json'), { job: 'leapsome' }));
    const directory = aDirectory(store);
    await directory.delete((await directory.named('bob@contoso.com')).id, NOW);
    const file = aFile('export.json', (await allOf(exportLines(directory))).join('\n'));
    await importFiles(copy, request([file]));
    expect(await exported(copy)).toEqual(await exported(store));
    expect((await exported(copy)).users?.[1]?.deletedDateTime).toBe(NOW);
  });

  it('a delta page of Graph changes, deletes softly and deletes for good', async () => {
    const store = aStore();
    await importFiles(store, request(GRAPH));
    const counts = await importFiles(store, request(fixture('graph/users-delta.json')));
    expect(counts.users).toMatchObject({ changed: 1, removed: 2 });
    const directory = aDirectory(store);
    const alice = await viewOf(directory, (await directory.named('alice@contoso.com')).id);
    expect(alice.attributes.department).toBe('Support');
    expect(alice.attributes.displayName).toBe('Alice Adams');
    expect(alice.manager).toBeNull();
    expect((await directory.named('bob@contoso.com')).presence).toBe('softDeleted');
    expect(await directory.count('User')).toBe(2);
  });

  it('a page of members that does not tell its group says how to', async () => {
    const page = aFile('members.json', '{"@odata.context":"x#directoryObjects","value":[{"id":"a"}]}');
    const [issue] = await issuesOf(importFiles(aStore(), request([page])));
    expect(issue).toContain("put the group's object id into the file name");
  });
});

describe('an import', () => {
  it('that brings nothing new leaves no trace in the feed', async () => {
    const store = aStore();
    await importFiles(store, request(fixture('company.json')));
    const directory = aDirectory(store);
    const before = await directory.watermark();
    for (const mirror of [false, true]) {
      const counts = await importFiles(store, request(fixture('company.json'), { mirror }));
      expect(Object.values(counts).map(({ added, changed, removed }) => added + changed + removed)).toEqual([
        0, 0, 0, 0, 0,
      ]);
    }
    expect(await directory.watermark()).toBe(before);
  });

  it('tells each change once, also when a manager is found only at the end', async () => {
    const store = aStore();
    const users = (manager: string | null) => [
      { userPrincipalName: 'alice@contoso.com', manager },
      { userPrincipalName: 'bob@contoso.com' },
      { userPrincipalName: 'carol@contoso.com' },
    ];
    await imported(store, { users: users('bob@contoso.com') });
    const directory = aDirectory(store);
    expect(await directory.watermark()).toBe(3);
    expect((await viewOf(directory, (await directory.named('alice@contoso.com')).id)).manager).toBe(
      (await directory.named('bob@contoso.com')).id,
    );
    const counts = await imported(store, { users: users('carol@contoso.com') });
    expect(counts.users.changed).toBe(1);
    expect(await directory.watermark()).toBe(4);
    expect(await labelsSince(directory, 'User', 3)).toEqual(['alice@contoso.com']);
    await imported(store, { users: users(null) });
    expect((await viewOf(directory, (await directory.named('alice@contoso.com')).id)).manager).toBeNull();
  });

  it('follows a userPrincipalName to who holds it in the end, when two users swap theirs', async () => {
    const store = aStore();
    await imported(store, {
      users: [
        { id: 'a', userPrincipalName: 'a@x' },
        { id: 'b', userPrincipalName: 'b@x' },
      ],
    });
    await imported(store, {
      users: [
        { id: 'c', userPrincipalName: 'c@x', manager: 'a@x' },
        { id: 'a', userPrincipalName: 'b@x' },
        { id: 'b', userPrincipalName: 'a@x' },
      ],
    });
    const directory = aDirectory(store);
    const { id } = await directory.named('c@x');
    expect((await directory.storedObjects([id])).get(id)?.manager).toBe('b');
  });

  it('makes up the same id for the same name every time', async () => {
    const [one, two] = [aStore(), aStore()];
    for (const store of [one, two])
      await imported(store, { users: people(2), groups: [{ displayName: 'Sales' }] });
    expect(await exported(one)).toEqual(await exported(two));
    expect((await exported(one)).users?.[0]?.id).toMatch(/^[0-9a-f-]{14}5[0-9a-f]{3}-[89ab]/);
  });

  it('keeps attributes that a file does not name, and clears those it names without a value', async () => {
    const store = aStore();
    const user = {
      userPrincipalName: 'alice@contoso.com',
      city: 'Berlin',
      department: 'Sales',
      otherMails: ['a@x'],
    };
    await imported(store, { users: [user] });
    const csv = aFile('users.csv', 'userPrincipalName,city,accountEnabled\nalice@contoso.com,,FALSE\n');
    await importFiles(store, request([csv]));
    const [alice] = (await exported(store)).users ?? [];
    expect(alice).toMatchObject({ department: 'Sales', otherMails: ['a@x'], accountEnabled: false });
    expect(alice).not.toHaveProperty('city');
  });

  it('brings back who is in the recycle bin and in the file', async () => {
    const store = aStore();
    await imported(store, { users: people(1) });
    const directory = aDirectory(store);
    const { id } = await directory.named('user0@contoso.com');
    await directory.delete(id, NOW);
    await imported(store, { users: people(1) });
    expect((await viewOf(directory, id)).presence).toBe('live');
  });

  it('creates a store that only its owner can read', async () => {
    const store = aStore();
    await imported(store, { users: people(1) });
    expect(statSync(store).mode & 0o777).toBe(0o600);
  });
});

describe('files with errors', () => {
  it('change nothing, and every issue has line, path, value and expectation', async () => {
    const store = aStore();
    await imported(store, { users: people(3) });
    const directory = aDirectory(store);
    const before = await directory.watermark();
    const file = aFile(
      'broken.json',
      `{"users": [
        {"userPrincipalName": "new@contoso.com", "city": {"name": "Berlin"}},
        {"displayName": "Nobody"},
        {"userPrincipalName": "new2@contoso.com", "accountEnabled": "perhaps"},
        7
      ],
      "group": []
      }`,
    );
    expect(await issuesOf(importFiles(store, request([file])))).toEqual([
      '2 users[0].city | city: {"name":"Berlin"} is not a text, true, false, a number, a list of texts, or null',
      '3 users[1].userPrincipalName | a user needs an id or a userPrincipalName; this one has neither',
      '4 users[2].accountEnabled | accountEnabled: "perhaps" is neither true nor false',
      '5 users[3] | 7 is not an object',
      '7 group | "group" is no part of a directory: expected users, groups, appRoles, assignments',
    ]);
    expect(await directory.watermark()).toBe(before);
    expect(await directory.count('User')).toBe(3);
  });

  it('name references that lead nowhere, roles that do not exist, and ambiguous names', async () => {
    const users = [
      { id: 'a', userPrincipalName: 'same@contoso.com', manager: 'boss@contoso.com' },
      { id: 'b', userPrincipalName: 'same@contoso.com' },
    ];
    const issues = await issuesOf(
      imported(aStore(), {
        users,
        groups: [{ displayName: 'Sales', members: ['Sales', 'nobody'] }],
        appRoles: [{ value: 'admin', displayName: 'Administrator' }],
        assignments: [{ principal: 'same@contoso.com' }, { principal: 'a', role: 'owner' }],
      }),
    );
    expect(issues.map((one) => one.replace(/^\d+ /, ''))).toEqual([
      `users[0].manager | there is no object "boss@contoso.com"; expected an object id, a userPrincipalName or a group's displayName`,
      'groups[0].members[0] | Sales cannot be a member of itself',
      `groups[0].members[1] | there is no object "nobody"; expected an object id, a userPrincipalName or a group's displayName`,
      'assignments[0] | "same@contoso.com" is ambiguous: 2 users are called so; name one by its object id: a, b',
      'assignments[1] | there is no role "owner": expected one of "admin"',
    ]);
  });

  it('an unknown part of the json format is named', async () => {
    expect(await issuesOf(imported(aStore(), { user: [{ id: 'a' }, { id: 'b' }] }))).toEqual([
      '2 user | "user" is no part of a directory: expected users, groups, appRoles, assignments',
    ]);
  });

  it('that are no JSON have line and column, and leave no store', async () => {
    const store = aStore();
    const file = aFile('broken.json', '{"users": [\n  {"id": "a"},\n  {"id": b}\n]}');
    const [issue] = await issuesOf(importFiles(store, request([file])));
    expect(issue).toMatch(/^3 {2}\| this is not JSON: /);
    expect(existsSync(store)).toBe(false);
  });

  it('in another encoding are refused rather than spoilt', async () => {
    const csv = aFile('users.csv', Buffer.from('userPrincipalName,city\na@x,M\xfcnchen\n', 'latin1'));
    expect(await issuesOf(importFiles(aStore(), request([csv])))).toEqual([
      expect.stringContaining(
        '2  | the byte 0xFC is no character of UTF-8; if the file was written by Windows',
      ),
    ]);
    const json = aFile('users.json', Buffer.from('{"users":[\n{"id":"a","city":"M\xfcnchen"}]}', 'latin1'));
    expect(await issuesOf(importFiles(aStore(), request([json])))).toEqual([
      '2  | this is not UTF-8; save the file in that encoding',
    ]);
  });

  it('a CSV file says which rows and columns are wrong', async () => {
    const uneven = aFile('users.csv', 'userPrincipalName,city\na@x,Berlin\nb@x\n');
    expect(await issuesOf(importFiles(aStore(), request([uneven])))).toEqual([
      expect.stringMatching(/^3 {2}\| this row has 1 value where the first line has 2/),
    ]);
    const header = aFile('users.csv', 'full name;city\n');
    expect(await issuesOf(importFiles(aStore(), request([header])))).toEqual([
      expect.stringContaining('"full name" cannot be the name of an attribute'),
      expect.stringContaining('users need a column userPrincipalName or id or objectId'),
    ]);
  });

  it('an object that is there twice is an error, and so are more than 100 issues', async () => {
    const twice = await issuesOf(imported(aStore(), { users: [...people(1), ...people(1)] }));
    expect(twice).toEqual([
      expect.stringContaining(
        '"user0@contoso.com" is there twice: the files hold it already; leave one of them out',
      ),
    ]);
    const many = await issuesOf(imported(aStore(), { users: Array.from({ length: 500 }, () => 1) }));
    expect(many).toHaveLength(100);
  });

  it('a file that is missing is named before anything is read', async () => {
    expect(await issuesOf(importFiles(aStore(), request(['/nowhere/users.json'])))).toEqual([
      '-  | there is no such file',
    ]);
  });
});

describe('--mirror', () => {
  it('softly deletes the users that the files lack, and leaves alone what the files are not about', async () => {
    const store = aStore();
    await imported(store, {
      users: people(4),
      groups: [{ displayName: 'Sales', members: ['user3@contoso.com'] }],
    });
    const counts = await imported(store, { users: people(3) }, { mirror: true });
    expect(counts.users.removed).toBe(1);
    const directory = aDirectory(store);
    expect((await directory.named('user3@contoso.com')).presence).toBe('softDeleted');
    const sales = await directory.named('Sales');
    expect(sales.presence).toBe('live');
    expect((await allOf(directory.members(sales.id, 10))).flat()).toHaveLength(1);
  });

  it('removes memberships and assignments that the files lack', async () => {
    const store = aStore();
    const groups = (...members: string[]) => [{ displayName: 'Sales', members }];
    const all = ['user0@contoso.com', 'user1@contoso.com'];
    const assignments = all.map((principal) => ({ principal }));
    await imported(store, { users: people(2), groups: groups(...all), assignments });
    const counts = await imported(
      store,
      { users: people(2), groups: groups(all[0] as string), assignments: assignments.slice(1) },
      { mirror: true },
    );
    expect([counts.memberships.removed, counts.assignments.removed]).toEqual([1, 1]);
  });

  it('is refused for files that hold nothing, or less than half of what is there, unless it is forced', async () => {
    const store = aStore();
    await imported(store, { users: people(5) });
    const directory = aDirectory(store);
    for (const document of [{}, { users: [] }, { users: people(2) }]) {
      const [issue] = await issuesOf(imported(store, document, { mirror: true }));
      expect(issue).toContain('--force');
    }
    expect(await directory.count('User')).toBe(5);
    expect((await allOf(directory.stored('User', 10))).flat().every((user) => user.presence === 'live')).toBe(
      true,
    );
    await imported(store, { users: people(2) }, { mirror: true, force: true });
    expect(
      (await allOf(directory.stored('User', 10))).flat().filter((user) => user.presence === 'live'),
    ).toHaveLength(2);
  });
});

describe('a role', () => {
  it('and assignments that name no application belong to the job that is imported for', async () => {
    const store = aStore();
    await imported(
      store,
      {
        users: people(1),
        appRoles: [{ value: 'a' }],
        assignments: [{ principal: 'user0@contoso.com', role: 'a' }],
      },
      { job: 'leapsome' },
    );
    const directory = aDirectory(store);
    const { id } = await directory.named('user0@contoso.com');
    expect((await viewOf(directory, id)).assignments[0]?.role?.value).toBe('a');
    expect((await viewOf(directory, id, { job: 'other', now: NOW })).assignments).toEqual([]);
  });
});
