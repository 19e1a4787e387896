import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { schemaDocument } from '../support/lab.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const person = (name: string, more: JsonObject = {}): JsonObject => ({
  userPrincipalName: `${name}@contoso.com`,
  displayName: name,
  department: 'Sales',
  accountEnabled: true,
  ...more,
});

/** A company in which somebody is left out for each reason. */
const DIRECTORY: JsonObject = {
  users: [
    person('ada'),
    person('bob', { department: 'Research' }),
    person('cleo', { accountEnabled: false }),
    person('dan'),
    person('eve'),
    person('fay'),
    person('gus'),
  ],
  groups: [
    { displayName: 'Crew', securityEnabled: true, members: ['Support'] },
    { displayName: 'Support', securityEnabled: true, members: ['eve@contoso.com'] },
    { displayName: 'Party', securityEnabled: false, members: ['fay@contoso.com'] },
  ],
  appRoles: [{ value: 'member', displayName: 'Member', isEnabled: true, allowedMemberTypes: ['User'] }],
  assignments: [
    ...['ada', 'bob', 'cleo'].map((name) => ({ principal: `${name}@contoso.com`, role: 'member' })),
    { principal: 'Crew', role: 'member' },
    { principal: 'Party', role: 'member' },
    { principal: 'gus@contoso.com' },
  ],
};

interface ObjectMapping {
  readonly sourceObjectName: string;
  enabled: boolean;
  scope: unknown;
}

/** The generic schema with a scoping filter of users, and with groups or without. */
const schema = (hasGroups = true): JsonObject => {
  const document = structuredClone(schemaDocument('config/scim.schema.json')) as unknown as {
    synchronizationRules: { objectMappings: ObjectMapping[] }[];
  };
  const clause = {
    operatorName: 'EQUALS',
    sourceOperandName: 'department',
    targetOperand: { values: ['Sales'] },
  };
  for (const mapping of document.synchronizationRules.flatMap(({ objectMappings }) => objectMappings))
    if (mapping.sourceObjectName === 'User')
      mapping.scope = {
        categoryFilterGroups: [],
        groups: [{ name: 'Sales only', clauses: [clause] }],
        inputFilterGroups: [],
      };
    else mapping.enabled = hasGroups;
  return document as unknown as JsonObject;
};

let target: RunningTarget;
let job: SpawnedJob;

const setUp = (hasGroups = true) =>
  setUpJob({
    tenantUrl: target.baseUrl,
    token: target.token,
    directory: DIRECTORY,
    schema: schema(hasGroups),
  });

beforeEach(async () => {
  target = await startTarget();
  job = await setUp();
});

afterEach(async () => {
  await target.stop();
  job.remove();
});

/** The part of a report about who is left alone. */
const leftAlone = (stdout: string): string =>
  /Left alone, and why\n(?<lines>(?: {2}.*\n)+)/.exec(stdout)?.groups?.lines ?? '';

const EVERYBODY = [
  '  not assigned (1)',
  '    User   dan@contoso.com',
  '  in a nested group only (2): what is in a nested group is not assigned',
  '    User   eve@contoso.com                       a member of the nested group "Support" in the assigned group "Crew"',
  '    Group  Support                               a group in the assigned group "Crew"',
  '  in a group that is not security-enabled (2): only security groups assign their members',
  '    User   fay@contoso.com                       assigned only through group "Party", which is not security-enabled',
  '    Group  Party                                 assigned, but the group is not security-enabled',
  '  Default Access only (1): excludeDefaultAccess leaves them out where the application has roles',
  '    User   gus@contoso.com',
  '  scoping filter not passed (1)',
  '    User   bob@contoso.com                       department EQUALS "Sales" is false (department is "Research")',
  '  blocked from signing in (1): no account is created',
  '    User   cleo@contoso.com',
  '',
].join('\n');

describe('plan --why', () => {
  test.each([
    ['with a target', []],
    ['without one', ['--offline']],
  ])('lists everybody who is left out, by reason: %s', async (_, flags) => {
    const { code, stdout } = await job.entrain('plan', '--why', ...flags);
    expect([code, leftAlone(stdout)]).toEqual([0, EVERYBODY]);
    expect(stdout).toContain(
      '\nskipped: 1 not assigned · 2 in a nested group only · 2 in a group that is not security-enabled · 1 Default Access only · 1 scoping filter not passed · 1 blocked from signing in\n',
    );
  });

  test('is offered by a plan that lists nobody', async () => {
    const { stdout } = await job.entrain('plan');
    expect(leftAlone(stdout)).toBe('');
    expect(stdout).toMatch(/\nskipped: 1 not assigned · .*; --why lists them\n/);
  });

  test('counts those whom a long list leaves out, and --all shows them', async () => {
    await job.withDirectory(async (directory) => {
      for (let index = 0; index < 25; index++)
        await directory.put(
          { type: 'User', attributes: { userPrincipalName: `extra${index}@contoso.com` } },
          '2026-01-01T00:00:00.000Z',
        );
    });
    const { stdout } = await job.entrain('plan', '--why', '--offline');
    expect(stdout).toContain('  not assigned (26)\n');
    expect(stdout).toContain('    … and 6 more; --json lists all\n');
    const all = await job.entrain('plan', '--why', '--offline', '--all');
    expect(all.stdout.match(/ extra\d+@/g)).toHaveLength(25);
  });

  test('of an incremental cycle says what it does not cover, and how everybody is listed', async () => {
    await job.entrain('run');
    const { stdout } = await job.entrain('plan', '--why');
    expect(leftAlone(stdout)).toMatch(
      /^ {2}nobody\n {2}Only what changed since watermark \d+ was looked at; "entrain plan --full --why" lists everybody\.\n$/,
    );
    const full = await job.entrain('plan', '--full', '--why');
    expect(leftAlone(full.stdout)).toContain('    User   dan@contoso.com\n');
    expect(leftAlone(full.stdout)).toContain('  nothing to change (2)\n    User   ada@contoso.com\n');
  });

  test('goes to Markdown and to HTML', async () => {
    await job.entrain('plan', '--why', '--offline', '--markdown', 'plan.md', '--html', 'plan.html');
    const [markdown = '', html = ''] = ['plan.md', 'plan.html'].map((file) =>
      readFileSync(join(job.folder, file), 'utf8'),
    );
    expect(markdown).toContain('### Left alone, and why\n');
    expect(markdown).toContain('scoping filter not passed (1)\n\n| object | detail |\n');
    expect(markdown).toContain('| User `bob@contoso.com` | department EQUALS "Sales" is false');
    expect(html).toMatch(/data-action="skip" aria-pressed="true"/);
    await job.entrain('plan', '--offline', '--html', 'plan.html');
    expect(readFileSync(join(job.folder, 'plan.html'), 'utf8')).toMatch(
      /data-action="skip" aria-pressed="false"/,
    );
  });

  test('has its causes in the JSON of every plan', async () => {
    const { json } = await job.document('plan', '--offline');
    expect(json.skipped).toContainEqual({
      objectType: 'User',
      source: { id: expect.any(String), displayName: 'eve@contoso.com' },
      reason: 'NotEffectivelyEntitled',
      cause: 'nestedGroup',
      detail:
        'not assigned to the application: a member of the nested group "Support" in the assigned group "Crew"',
    });
  });
});

describe('an object that is named', () => {
  test('is told why it is left alone, also where no cycle would read it', async () => {
    await job.entrain('run');
    for (const flags of [[], ['--offline']]) {
      const { stdout } = await job.entrain('plan', 'dan@contoso.com', 'ada@contoso.com', 'Support', ...flags);
      expect(leftAlone(stdout)).toBe(
        [
          '  not assigned (1)',
          '    User   dan@contoso.com',
          '  in a nested group only (1): what is in a nested group is not assigned',
          '    Group  Support                               a group in the assigned group "Crew"',
          '  nothing to change (1)',
          '    User   ada@contoso.com',
          '',
        ].join('\n'),
      );
    }
  });

  test('is told so by a run, too', async () => {
    const { code, stdout } = await job.entrain('run', 'eve@contoso.com', 'bob@contoso.com');
    expect(code).toBe(0);
    expect(leftAlone(stdout)).toBe(
      [
        '  in a nested group only (1): what is in a nested group is not assigned',
        '    User   eve@contoso.com                       a member of the nested group "Support" in the assigned group "Crew"',
        '  scoping filter not passed (1)',
        '    User   bob@contoso.com                       department EQUALS "Sales" is false (department is "Research")',
        '',
      ].join('\n'),
    );
  });

  test('that was deleted is told so', async () => {
    await job.entrain('directory', 'delete', 'dan@contoso.com');
    const { stdout } = await job.entrain('plan', 'dan@contoso.com', '--offline');
    expect(leftAlone(stdout)).toBe(
      [
        '  deleted in the source (1): and not in the target',
        '    User   dan@contoso.com                       not assigned to the application; deleted in the source (recycle bin)',
        '',
      ].join('\n'),
    );
  });

  test('of a type that the schema does not provision is told so', async () => {
    job.remove();
    job = await setUp(false);
    const { stdout } = await job.entrain('plan', 'Crew', '--offline');
    expect(stdout).toContain(
      'warning: the schema has no enabled Group mapping, so that "Crew" is not provisioned; enable the mapping in the schema\n',
    );
    expect((await job.entrain('run', 'Crew')).stderr).toContain('the schema has no enabled Group mapping');
  });

  test('is shown at once on a page', async () => {
    await job.entrain('plan', 'dan@contoso.com', '--offline', '--html', 'plan.html');
    expect(readFileSync(join(job.folder, 'plan.html'), 'utf8')).toMatch(
      /data-action="skip" aria-pressed="true"/,
    );
  });
});

describe('the head of a plan', () => {
  test('names target, schema, directory and time in every form', async () => {
    const { stdout } = await job.entrain('plan', '--offline', '--markdown', 'plan.md', '--html', 'plan.html');
    const forms = [
      stdout,
      ...['plan.md', 'plan.html'].map((file) => readFileSync(join(job.folder, file), 'utf8')),
    ];
    for (const form of forms) {
      expect(form).toContain(`${target.baseUrl} (offline: it was not asked)`);
      expect(form).toMatch(/schema\.json \(\S+, [0-9a-f]{8}\)/);
      expect(form).toMatch(/directory\.db \(up to change \d+\)/);
      expect(form).toMatch(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/);
      expect(form).toContain('initial cycle (there is no watermark)');
    }
  });
});

describe('run --dry-run', () => {
  test('takes --offline and --why, as plan does', async () => {
    const { code, stdout } = await job.entrain('run', '--dry-run', '--offline', '--why');
    expect([code, leftAlone(stdout)]).toEqual([0, EVERYBODY]);
    expect(target.requests()).toEqual([]);
  });

  test('is needed for --offline, because a run writes', async () => {
    const { code, stderr } = await job.entrain('run', '--offline');
    expect(code).toBe(2);
    expect(stderr).toContain('add --dry-run, or leave --offline out');
  });
});
