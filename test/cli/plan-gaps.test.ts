import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Directory } from '../../src/io/stores/directory-store.ts';
import { openDirectory } from '../../src/io/stores/sqlite/directory/directory.ts';
import type { SourceId } from '../../src/model/identifiers.ts';

const NOW = '2026-03-01T12:00:00.000Z';

let folder: string;
let directory: Directory;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-gaps-'));
  directory = openDirectory(join(folder, 'directory.db'));
});

afterEach(async () => {
  await directory.close();
  rmSync(folder, { recursive: true, force: true });
});

const user = (name: string): Promise<SourceId> =>
  directory.put({ type: 'User', attributes: { userPrincipalName: `${name}@contoso.com` } }, NOW);

const group = async (
  displayName: string,
  members: readonly SourceId[],
  securityEnabled = true,
): Promise<SourceId> => {
  const id = await directory.put({ type: 'Group', attributes: { displayName, securityEnabled } }, NOW);
  await directory.addMembers(id, members, NOW);
  return id;
};

const assign = (id: SourceId, job: string | null = 'it') => directory.assign(id, job, null, NOW);

const gaps = () => directory.assignmentGaps('it', 2);

describe('what assignments do not reach', () => {
  test('are users of nested groups, at any depth, each counted once', async () => {
    const [ada, bob] = [await user('ada'), await user('bob')];
    const deep = await group('Deep', [ada, bob]);
    const nested = await group('Nested', [ada, deep]);
    await assign(await group('Crew', [nested]));
    expect(await gaps()).toMatchObject({
      nestedUserCount: 2,
      nestedGroupCount: 2,
      nestedGroups: [
        { displayName: 'Deep', userCount: 2 },
        { displayName: 'Nested', userCount: 1 },
      ],
    });
  });

  test('are none who have another path: themselves, as a direct member, or by the nested group', async () => {
    const [ada, bob, cleo] = [await user('ada'), await user('bob'), await user('cleo')];
    await assign(ada);
    const also = await group('Also', [cleo]);
    await assign(also);
    await assign(await group('Crew', [bob, await group('Nested', [ada, bob]), also]));
    expect(await gaps()).toMatchObject({ nestedUserCount: 0, nestedGroups: [] });
  });

  test('are found where groups contain each other', async () => {
    const ring = await group('Ring', [await user('ada')]);
    const crew = await group('Crew', [ring]);
    await directory.addMembers(ring, [crew], NOW);
    await assign(crew);
    expect((await gaps()).nestedUserCount).toBe(1);
  });

  test('are none in the recycle bin, and none of another application', async () => {
    const [ada, bob] = [await user('ada'), await user('bob')];
    await assign(await group('Crew', [await group('Nested', [ada])]));
    await directory.delete(ada, NOW);
    await assign(await group('Elsewhere', [await group('Other', [bob])]), 'other');
    expect((await gaps()).nestedUserCount).toBe(0);
  });

  test('are members of assigned groups without security, which are named', async () => {
    for (const name of ['Party', 'Lunch', 'Chess'])
      await assign(await group(name, [await user(name)], false));
    await assign(await group('Crew', []));
    expect(await gaps()).toMatchObject({ plainGroupCount: 3, plainGroups: ['Chess', 'Lunch'] });
  });
});

describe('how one object is below an assigned group', () => {
  const nestingOf = async (id: SourceId, job = 'it') => (await directory.nestings(job, [id])).get(id);

  test('names the group it is in, and the assigned one above, at any depth', async () => {
    const ada = await user('ada');
    const deep = await group('Deep', [ada]);
    await assign(await group('Crew', [await group('Nested', [deep])]));
    expect(await nestingOf(ada)).toEqual({ group: 'Deep', assignedGroup: 'Crew' });
    expect(await nestingOf(deep)).toEqual({ group: 'Nested', assignedGroup: 'Crew' });
  });

  test('names the first of several groups', async () => {
    const ada = await user('ada');
    const nested = await Promise.all(['Zeta', 'Beta'].map((name) => group(name, [ada])));
    await assign(await group('Crew', nested));
    expect(await nestingOf(ada)).toEqual({ group: 'Beta', assignedGroup: 'Crew' });
  });

  test('is nothing where no group above is assigned to the application, live, and a security group', async () => {
    const ada = await user('ada');
    const nested = await group('Nested', [ada]);
    await group('Unassigned', [nested]);
    await assign(await group('Elsewhere', [nested]), 'other');
    await assign(await group('Party', [nested], false));
    const gone = await group('Gone', [nested]);
    await assign(gone);
    await directory.delete(gone, NOW);
    expect(await nestingOf(ada)).toBeUndefined();
    expect(await nestingOf(ada, 'other')).toEqual({ group: 'Nested', assignedGroup: 'Elsewhere' });
  });

  test('is found where groups contain each other', async () => {
    const ada = await user('ada');
    const ring = await group('Ring', [ada]);
    const crew = await group('Crew', [ring]);
    await directory.addMembers(ring, [crew], NOW);
    await assign(crew);
    expect(await nestingOf(ada)).toEqual({ group: 'Ring', assignedGroup: 'Crew' });
  });
});
