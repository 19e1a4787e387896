import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Directory, openDirectory } from '../../src/io/stores/sqlite/directory/directory.ts';
import type { SourceId } from '../../src/model/identifiers.ts';

const NOW = '2026-03-01T12:00:00.000Z';

let folder: string;
let directory: Directory;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-gaps-'));
  directory = openDirectory(join(folder, 'directory.db'));
});

afterEach(() => {
  directory.close();
  rmSync(folder, { recursive: true, force: true });
});

const user = (name: string): SourceId =>
  directory.put({ type: 'User', attributes: { userPrincipalName: `${name}@contoso.com` } }, NOW);

const group = (displayName: string, members: readonly SourceId[], securityEnabled = true): SourceId => {
  const id = directory.put({ type: 'Group', attributes: { displayName, securityEnabled } }, NOW);
  directory.addMembers(id, members, NOW);
  return id;
};

const assign = (id: SourceId, job: string | null = 'it') => directory.assign(id, job, null, NOW);

const gaps = () => directory.assignmentGaps('it', 2);

describe('what assignments do not reach', () => {
  test('are users of nested groups, at any depth, each counted once', () => {
    const [ada, bob] = [user('ada'), user('bob')];
    const deep = group('Deep', [ada, bob]);
    const nested = group('Nested', [ada, deep]);
    assign(group('Crew', [nested]));
    expect(gaps()).toMatchObject({
      nestedUserCount: 2,
      nestedGroupCount: 2,
      nestedGroups: [
        { displayName: 'Deep', userCount: 2 },
        { displayName: 'Nested', userCount: 1 },
      ],
    });
  });

  test('are none who have another path: themselves, as a direct member, or by the nested group', () => {
    const [ada, bob, cleo] = [user('ada'), user('bob'), user('cleo')];
    assign(ada);
    const also = group('Also', [cleo]);
    assign(also);
    assign(group('Crew', [bob, group('Nested', [ada, bob]), also]));
    expect(gaps()).toMatchObject({ nestedUserCount: 0, nestedGroups: [] });
  });

  test('are found where groups contain each other', () => {
    const ring = group('Ring', [user('ada')]);
    const crew = group('Crew', [ring]);
    directory.addMembers(ring, [crew], NOW);
    assign(crew);
    expect(gaps().nestedUserCount).toBe(1);
  });

  test('are none in the recycle bin, and none of another application', () => {
    const [ada, bob] = [user('ada'), user('bob')];
    assign(group('Crew', [group('Nested', [ada])]));
    directory.delete(ada, NOW);
    assign(group('Elsewhere', [group('Other', [bob])]), 'other');
    expect(gaps().nestedUserCount).toBe(0);
  });

  test('are members of assigned groups without security, which are named', () => {
    for (const name of ['Party', 'Lunch', 'Chess']) assign(group(name, [user(name)], false));
    assign(group('Crew', []));
    expect(gaps()).toMatchObject({ plainGroupCount: 3, plainGroups: ['Chess', 'Lunch'] });
  });
});
