import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { schemaDocument } from '../support/lab.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

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
      /○ disable {2}User {3}bob@contoso\.com +left scope: .*\n +instead of nothing \(source and target already agree\)\n +active {2}\(not written\) → "False"\n/,
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
    });
  });

  test('before the first cycle shows which users would not be created', async () => {
    const { stdout } = await job.entrain('plan', '--compare', edited(salesOnly), '--detailed-exitcode');
    expect(stdout).toMatch(/· nothing {2}User {3}bob@contoso\.com .*is false \(department is "Research"\)\n +instead of create\n/);
    expect((await job.entrain('plan', '--compare', edited(salesOnly), '--detailed-exitcode')).code).toBe(10);
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
