import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { schemaDocument } from '../support/lab.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const ONLY_THERE = 'attributes that only the other schema maps';

const person = (name: string, department: string): JsonObject => ({
  userPrincipalName: `${name}@contoso.com`,
  displayName: name,
  department,
  jobTitle: 'Engineer',
  accountEnabled: true,
});

let target: RunningTarget;
let job: SpawnedJob;

beforeEach(async () => {
  target = await startTarget();
  job = await setUpJob({
    tenantUrl: target.baseUrl,
    token: target.token,
    directory: {
      users: [person('ada', 'Sales'), person('bob', 'Research'), person('cleo', 'Sales')],
      assignments: ['ada', 'bob', 'cleo'].map((name) => ({ principal: `${name}@contoso.com` })),
    },
  });
});

afterEach(async () => {
  await target.stop();
  job.remove();
});

/** Writes the generic schema with something edited. */
const edited = (edit: (mapping: Record<string, unknown>) => void): string => {
  const schema = structuredClone(schemaDocument('config/scim.schema.json')) as unknown as {
    synchronizationRules: { objectMappings: Record<string, unknown>[] }[];
  };
  for (const mapping of schema.synchronizationRules.flatMap(({ objectMappings }) => objectMappings))
    if (mapping.sourceObjectName === 'User') edit(mapping);
  const file = join(job.folder, 'edited.json');
  writeFileSync(file, JSON.stringify(schema));
  return file;
};

const salesOnly = (mapping: Record<string, unknown>): void => {
  const clause = {
    operatorName: 'EQUALS',
    sourceOperandName: 'department',
    targetOperand: { values: ['Sales'] },
  };
  mapping.scope = {
    categoryFilterGroups: [],
    groups: [{ name: 'Sales only', clauses: [clause] }],
    inputFilterGroups: [],
  };
};

const shouted = (mapping: Record<string, unknown>): void => {
  for (const one of mapping.attributeMappings as Record<string, unknown>[])
    if (one.targetAttributeName === 'title')
      one.source = {
        expression: 'Append([jobTitle], " II")',
        name: 'Append',
        type: 'Function',
        parameters: [],
      };
};

describe('plan --compare', () => {
  test('names who an edited filter would disable, and does nothing about it', async () => {
    await job.entrain('run');
    const before = target.requests().length;
    const { code, stdout } = await job.entrain('plan', '--compare', edited(salesOnly));
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /○ disable {2}User {3}bob@contoso\.com +left scope: .*\n +today left alone: source and target already agree\n +active +"True" → "False"\n/,
    );
    expect(stdout).not.toContain('ada@');
    expect(stdout).toContain('\n1 affected: 0 would be created, 0 updated, 1 disabled');
    expect(
      target
        .requests()
        .slice(before)
        .every(({ method }) => method === 'GET'),
    ).toBe(true);
    expect((await job.document('plan')).json).toMatchObject({ cycle: { kind: 'incremental' }, changes: [] });
  });

  test('names the attributes that an edited mapping would write', async () => {
    await job.entrain('run');
    const { json } = await job.document('plan', '--compare', edited(shouted));
    expect(json).toMatchObject({ summary: { update: 3, disable: 0, create: 0 } });
    expect(json.affected).toContainEqual({
      source: { id: expect.any(String), displayName: 'ada@contoso.com' },
      objectType: 'User',
      part: 'object',
      before: { action: 'nothing', reason: 'source and target already agree', values: {} },
      after: { action: 'update', reason: 'linked', values: { title: 'Engineer II' } },
      differences: [
        { attribute: 'title', held: 'Engineer', before: 'Engineer', after: 'Engineer II', isWritten: true },
      ],
    });
    expect(json.changes).toEqual([
      {
        objectType: 'User',
        part: 'mapping',
        attribute: 'title',
        before: '[jobTitle]',
        after: 'Append([jobTitle], " II")',
      },
    ]);
  });

  test('before the first cycle shows which users would not be created', async () => {
    const { stdout } = await job.entrain('plan', '--compare', edited(salesOnly), '--detailed-exitcode');
    expect(stdout).toMatch(
      /· skip {5}User {3}bob@contoso\.com .*is false \(department is "Research"\)\n +today create: no match found by userName\n/,
    );
    expect((await job.entrain('plan', '--compare', edited(salesOnly), '--detailed-exitcode')).code).toBe(10);
  });

  test('says what changed in the schema, and shows what the target holds, is sent today, and then', async () => {
    await job.entrain('run');
    await job.withDirectory(async (directory) => {
      const { id } = await directory.named('ada@contoso.com');
      await directory.change(id, { attributes: { jobTitle: 'Lead' } }, '2026-01-01T00:00:00.000Z');
    });
    const { stdout } = await job.entrain('plan', '--compare', edited(shouted));
    expect(stdout).toContain(
      'Changes of the schema\n  User mapping title changed: [jobTitle] → Append([jobTitle], " II")\n\nObjects\n',
    );
    expect(stdout).toContain('title            "Lead" → "Lead II" (the target holds "Engineer" now)\n');
    expect(stdout).toContain('title            "Engineer" → "Engineer II"\n');
  });

  test('needs no target with --offline', async () => {
    const { code, stdout } = await job.entrain('plan', '--compare', edited(shouted), '--offline');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\+ create {3}User {3}ada@contoso\.com .*\n +today create: .*\n +title +"Engineer" → "Engineer II"\n/,
    );
    expect(stdout).toContain('  warning: offline: 3 objects not linked yet were not looked for');
    expect(target.requests()).toEqual([]);
  });

  test('goes to Markdown and HTML like any plan', async () => {
    await job.entrain('run');
    const files = ['--html', 'plan.html', '--markdown', 'plan.md'];
    expect((await job.entrain('plan', '--compare', edited(shouted), ...files)).code).toBe(0);
    const [page = '', markdown = ''] = ['plan.html', 'plan.md'].map((file) =>
      readFileSync(join(job.folder, file), 'utf8'),
    );
    expect(page).toContain(
      '<li>User mapping title changed: [jobTitle] → Append([jobTitle], &quot; II&quot;)</li>',
    );
    expect(page).toContain('<tr><th scope="row">title</th><td>Engineer</td><td>Engineer II</td></tr>');
    expect(page).toContain('<th scope="col">today</th><th scope="col">then</th>');
    expect(markdown).toMatch(/^## Plan for job it · were .* saved in place of /);
    expect(markdown).toContain('- User mapping title changed: ');
    expect(markdown).toMatch(
      /\| update \| User `ada@contoso.com` \| linked \| today left alone: .* \| `title` `Engineer` → `Engineer II` \|/,
    );
  });

  test('says so when no object would be affected', async () => {
    const { code, stdout } = await job.entrain(
      'plan',
      '--compare',
      edited(() => {}),
      '--detailed-exitcode',
    );
    expect([code, stdout.includes('no object would be affected')]).toEqual([0, true]);
  });

  test('after a run, compares linked users and groups offline and online by what the schema changes alone', async () => {
    writeFileSync(
      join(job.folder, 'group.json'),
      JSON.stringify({
        groups: [{ displayName: 'Staff', securityEnabled: true, members: ['ada@contoso.com'] }],
        assignments: [{ principal: 'Staff', job: 'it' }],
      }),
    );
    expect((await job.entrain('directory', 'import', 'group.json')).code).toBe(0);
    expect((await job.entrain('run')).code).toBe(0);
    const same = edited(() => {});
    for (const how of [['--offline'], []]) {
      const { code, stdout } = await job.entrain('plan', '--compare', same, '--detailed-exitcode', ...how);
      expect([code, stdout]).toEqual([0, expect.stringContaining('no object would be affected')]);
    }
  });

  describe('with a group whose members the other schema swaps', () => {
    beforeEach(async () => {
      const members = ['ada', 'bob', 'cleo'].map((name) => `${name}@contoso.com`);
      const group = { displayName: 'Staff', securityEnabled: true, members };
      writeFileSync(
        join(job.folder, 'group.json'),
        JSON.stringify({ groups: [group], assignments: [{ principal: 'Staff', job: 'it' }] }),
      );
      expect((await job.entrain('directory', 'import', 'group.json')).code).toBe(0);
    });

    test('names the members in one row of the group, and counts the group once', async () => {
      const files = ['--html', 'plan.html', '--markdown', 'plan.md'];
      const { stdout } = await job.entrain('plan', '--offline', '--compare', edited(salesOnly), ...files);
      expect(stdout).toMatch(
        /~ update {3}Group {2}Staff +memberships\n +today update\n +members only today {2}\+ bob@contoso\.com\n/,
      );
      expect(stdout.match(/Staff/g)).toHaveLength(1);
      expect(stdout).not.toContain('not evaluated');
      expect(stdout).toContain('\n2 affected: 0 would be created, 1 updated, ');
      const [page = '', markdown = ''] = ['plan.html', 'plan.md'].map((file) =>
        readFileSync(join(job.folder, file), 'utf8'),
      );
      expect(page).toContain(
        '<tr><th scope="row">members added under one schema only</th><td>bob@contoso.com</td>',
      );
      expect(markdown).toContain(
        '| update | Group `Staff` memberships |  | today update | members only today  + bob&#64;contoso.com |',
      );
    });

    test('gives programs the ids and names of the members', async () => {
      const { json } = await job.document('plan', '--offline', '--compare', edited(salesOnly));
      const none = { count: 0, first: [] };
      expect(json.affected).toContainEqual(
        expect.objectContaining({
          part: 'memberships',
          members: {
            onlyBefore: {
              added: { count: 1, first: [{ id: expect.any(String), displayName: 'bob@contoso.com' }] },
              removed: none,
            },
            onlyAfter: { added: none, removed: none },
          },
        }),
      );
    });
  });

  test('has no list of objects where the schemas plan the same', async () => {
    const files = ['--html', 'plan.html', '--markdown', 'plan.md'];
    const { stdout } = await job.entrain(
      'plan',
      '--compare',
      edited(() => {}),
      ...files,
    );
    expect(stdout).toMatch(
      /\nChanges of the schema\n {2}none\n\nthe two schemas plan the same: no object would be affected\n$/,
    );
    for (const file of ['plan.html', 'plan.md']) {
      const text = readFileSync(join(job.folder, file), 'utf8');
      expect(text).toContain('the two schemas plan the same');
      expect(text).not.toMatch(/### Objects|<h2>Objects/);
    }
    const offline = await job.entrain(
      'plan',
      '--offline',
      '--compare',
      edited(() => {}),
    );
    expect(offline.stdout).not.toContain(ONLY_THERE);
  });

  test('warns of unknown values offline where the other schema maps another attribute, and nowhere else', async () => {
    type Mappings = Record<string, unknown>[];
    const warnsOf = async (edit: (mappings: Mappings) => void): Promise<boolean> => {
      const file = edited((mapping) => edit(mapping.attributeMappings as Mappings));
      return (await job.entrain('plan', '--offline', '--compare', file)).stdout.includes(ONLY_THERE);
    };
    const at = (mappings: Mappings, name: string) =>
      mappings.findIndex(({ targetAttributeName }) => targetAttributeName === name);
    expect(await warnsOf((all) => void all.splice(at(all, 'title'), 1))).toBe(false);
    expect(
      await warnsOf((all) => void Object.assign(all[at(all, 'title')] ?? {}, { defaultValue: 'Clerk' })),
    ).toBe(false);
    expect(
      await warnsOf((all) => void all.push({ ...all[at(all, 'title')], targetAttributeName: 'nickName' })),
    ).toBe(true);
  });

  test('reports every error of the other schema', async () => {
    const file = edited((mapping) => {
      for (const one of mapping.attributeMappings as { source: unknown }[])
        one.source = { expression: 'Nonsense(', name: '', type: 'Function', parameters: [] };
    });
    const { code, stderr } = await job.entrain('plan', '--compare', file);
    expect(code).toBe(2);
    expect(stderr.match(/Nonsense/g)?.length).toBeGreaterThan(2);
  });
});
