import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importFiles } from '../../../../src/io/sources/import/import.ts';
import { plainReading } from '../../../../src/model/csv-reading.ts';
import { ConfigurationError } from '../../../../src/model/errors.ts';
import { allOf } from '../../../support/all-of.ts';
import { aDirectory, aFile, NOW, temporaryFolder } from '../../stores/sqlite/directory/temporary.ts';

const aStore = (): string => join(temporaryFolder(), 'directory.db');

const take = (store: string, document: unknown, mirror: boolean, force = false) =>
  importFiles(store, {
    files: [aFile('directory.json', JSON.stringify(document))],
    format: null,
    csv: () => plainReading('users'),
    job: null,
    mirror,
    force,
    now: NOW,
  });

const refusalOf = (work: Promise<unknown>): Promise<readonly string[]> =>
  work.then(
    () => [],
    (error: unknown) => {
      if (error instanceof ConfigurationError) return error.issues.map(({ message }) => message);
      throw error;
    },
  );

/** What of a store has an effect, by kind, each thing under a name of its own. */
async function held(store: string): Promise<Readonly<Record<string, ReadonlySet<string>>>> {
  const directory = aDirectory(store);
  const live = await Promise.all(
    (['User', 'Group'] as const).map(
      async (type) =>
        new Map(
          (await allOf(directory.stored(type, 1_000))).flat().flatMap((one) => {
            return one.presence === 'live' ? [[String(one.id), one.label] as const] : [];
          }),
        ),
    ),
  );
  const [users = new Map(), groups = new Map()] = live;
  const memberships: string[] = [];
  for (const group of groups.keys())
    for (const { id } of (await allOf(directory.members(group as never, 1_000))).flat())
      if (users.has(id)) memberships.push(`${group} ${id}`);
  return { users: new Set(users.keys()), groups: new Set(groups.keys()), memberships: new Set(memberships) };
}

const user = (n: number) => ({ userPrincipalName: `user${n}@contoso.com` });
const group = (n: number, members: readonly number[]) => ({
  displayName: `Group ${n}`,
  members: members.map((one) => user(one).userPrincipalName),
});

const users = (from: number, count: number) => Array.from({ length: count }, (_, n) => user(from + n));

describe('a mirror import', () => {
  it('that replaces all users is refused, although the totals are the same', async () => {
    const store = aStore();
    await take(store, { users: users(0, 40) }, false);
    const before = await held(store);
    const [message] = await refusalOf(take(store, { users: users(100, 40) }, true));
    expect(message).toContain('would remove 40 of 40 users; at most 20');
    expect(message).toContain('--force');
    expect(await held(store)).toEqual(before);
    await take(store, { users: users(100, 40) }, true, true);
    expect((await held(store)).users?.size).toBe(40);
  });

  it('may remove half, and not one more', async () => {
    const store = aStore();
    await take(store, { users: users(0, 10) }, false);
    expect(await refusalOf(take(store, { users: users(0, 4) }, true))).toHaveLength(1);
    expect(await refusalOf(take(store, { users: users(0, 5) }, true))).toEqual([]);
  });

  it('that marks all users as deleted is refused like one that lacks all', async () => {
    const store = aStore();
    await take(store, { users: users(0, 4) }, false);
    const deleted = users(0, 4).map((one) => ({ ...one, deletedDateTime: NOW }));
    expect(await refusalOf(take(store, { users: deleted }, true))).toEqual([
      expect.stringContaining('remove 4 of 4 users'),
    ]);
  });

  it('that empties the groups, or ends the assignments, is refused by what it ends', async () => {
    const store = aStore();
    const whole = {
      users: users(0, 4),
      groups: [group(1, [0, 1, 2, 3])],
      assignments: users(0, 4).map((one) => ({ principal: one.userPrincipalName })),
    };
    await take(store, whole, false);
    const emptied = { ...whole, groups: [group(1, [])] };
    expect(await refusalOf(take(store, emptied, true))).toEqual([
      expect.stringContaining('remove 4 of 4 memberships'),
    ]);
    expect(await refusalOf(take(store, { ...whole, assignments: [] }, true))).toEqual([
      expect.stringContaining('remove 4 of 4 assignments'),
    ]);
  });

  it('that removes one group of many, with nearly all members, is refused by the members', async () => {
    const store = aStore();
    const small = Array.from({ length: 5 }, (_, n) => group(n + 1, [0]));
    const all = Array.from({ length: 20 }, (_, n) => n);
    await take(store, { users: users(0, 20), groups: [group(0, all), ...small] }, false);
    expect(await refusalOf(take(store, { users: users(0, 20), groups: small }, true))).toEqual([
      expect.stringContaining('remove 20 of 25 memberships'),
    ]);
  });

  it('that takes a role and thereby its assignments away is refused by the assignments', async () => {
    const store = aStore();
    const roles = [{ value: 'Reader' }, { value: 'Writer' }];
    const assignments = users(0, 4).map((one) => ({ principal: one.userPrincipalName, role: 'Reader' }));
    await take(store, { users: users(0, 4), appRoles: roles, assignments }, false);
    expect(await refusalOf(take(store, { appRoles: roles.slice(1) }, true))).toEqual([
      expect.stringContaining('remove 4 of 4 assignments'),
    ]);
  });

  it('never removes more than half of what there was of any kind, whatever the file holds', async () => {
    const people = fc.uniqueArray(fc.nat(11), { maxLength: 12 });
    const company = fc.record({
      users: people,
      groups: fc.uniqueArray(fc.record({ n: fc.nat(3), members: people }), {
        selector: ({ n }) => n,
        maxLength: 4,
      }),
      deleted: people,
    });
    const documentOf = (of: { users: number[]; groups: { n: number; members: number[] }[] }) => ({
      users: of.users.map(user),
      groups: of.groups.map(({ n, members }) =>
        group(
          n,
          members.filter((one) => of.users.includes(one)),
        ),
      ),
    });
    await fc.assert(
      fc.asyncProperty(company, company, async (first, second) => {
        const store = aStore();
        await take(store, documentOf(first), false);
        const before = await held(store);
        const later = documentOf(second);
        const marked = later.users.map((one, index) =>
          second.deleted.includes(second.users[index] as number) ? { ...one, deletedDateTime: NOW } : one,
        );
        const refusal = await refusalOf(take(store, { ...later, users: marked }, true));
        const after = await held(store);
        if (refusal.length > 0) expect(after).toEqual(before);
        for (const kind of ['users', 'groups']) {
          const lost = [...(before[kind] ?? [])].filter((one) => !after[kind]?.has(one)).length;
          expect(lost * 2).toBeLessThanOrEqual(before[kind]?.size ?? 0);
        }
        // What someone held who went is the loss of the user.
        const ended = [...(before.memberships ?? [])].filter(
          (one) => !after.memberships?.has(one) && after.users?.has(one.split(' ')[1] as string),
        );
        expect(ended.length * 2).toBeLessThanOrEqual(before.memberships?.size ?? 0);
      }),
      { numRuns: 60 },
    );
  });
});
