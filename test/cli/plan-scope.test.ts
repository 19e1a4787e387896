import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { guardTarget } from '../convergence/guarded-target.ts';
import { schemaDocument } from '../support/lab.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const person = (name: string, more: JsonObject = {}): JsonObject => ({
  userPrincipalName: `${name}@contoso.com`,
  displayName: name,
  accountEnabled: true,
  ...more,
});

const DIRECTORY: JsonObject = {
  users: [person('ada'), person('bob', { manager: 'ada@contoso.com' }), person('eve')],
  groups: [{ displayName: 'Crew', securityEnabled: true, members: ['ada@contoso.com', 'bob@contoso.com'] }],
  assignments: [{ principal: 'Crew' }],
};

let target: RunningTarget;
let job: SpawnedJob;

const setUp = (tenantUrl: string, token: string) => setUpJob({ tenantUrl, token, directory: DIRECTORY });

beforeEach(async () => {
  target = await startTarget();
  job = await setUp(target.baseUrl, target.token);
});

afterEach(async () => {
  await target.stop();
  job.remove();
});

const labelsOf = (json: JsonObject, part: 'changes' | 'skipped'): readonly unknown[] =>
  (json[part] as readonly { source: { displayName: string } }[]).map(({ source }) => source.displayName);

describe('plan of some objects', () => {
  test('evaluates them and no other object', async () => {
    const { json } = await job.document('plan', 'ada@contoso.com', 'eve@contoso.com');
    expect([labelsOf(json, 'changes'), labelsOf(json, 'skipped')]).toEqual([
      ['ada@contoso.com'],
      ['eve@contoso.com'],
    ]);
  });

  test('evaluates an object that has not changed since the last cycle, and says why nothing is done', async () => {
    await job.entrain('run');
    const { json } = await job.document('plan', 'ada@contoso.com');
    expect(json).toMatchObject({ cycle: { kind: 'incremental' }, changes: [] });
    expect(json.skipped).toMatchObject([{ reason: 'RedundantExport' }]);
  });

  test('refuses a name of no object', async () => {
    const { code, stderr } = await job.entrain('plan', 'nobody@contoso.com');
    expect(code).toBe(2);
    expect(stderr).toContain('there is no object "nobody@contoso.com"');
  });
});

describe('plan --offline', () => {
  test('asks the target for nothing, and says what it could not know', async () => {
    const { code, stdout } = await job.entrain('plan', '--offline');
    expect(code).toBe(0);
    expect(target.requests()).toEqual([]);
    expect(stdout).toContain(
      'warning: offline: 3 objects not linked yet were not looked for in the target and are shown as new',
    );
  });

  test('counts each object once, also one that is matched by several attributes, or by its id', async () => {
    const schema = structuredClone(schemaDocument('config/scim.schema.json')) as unknown as {
      synchronizationRules: {
        objectMappings: {
          sourceObjectName: string;
          attributeMappings: { targetAttributeName: string; matchingPriority: number }[];
        }[];
      }[];
    };
    const priorities: Record<string, Record<string, number>> = {
      User: { userName: 1, displayName: 2 },
      Group: { externalId: 1 },
    };
    for (const mapping of schema.synchronizationRules.flatMap((rule) => rule.objectMappings))
      for (const one of mapping.attributeMappings)
        one.matchingPriority = priorities[mapping.sourceObjectName]?.[one.targetAttributeName] ?? 0;
    job.remove();
    job = await setUpJob({
      tenantUrl: target.baseUrl,
      token: target.token,
      directory: DIRECTORY,
      schema: schema as unknown as JsonObject,
    });
    const { stdout } = await job.entrain('plan', '--offline');
    expect(stdout).toContain('no match found by userName, then displayName');
    expect(stdout).toContain('offline: 3 objects not linked yet were not looked for');
  });

  test('with links and cached state plans as with the target, and has nothing to say', async () => {
    await job.entrain('run');
    await job.withDirectory(async (directory) => {
      const { id } = await directory.named('ada@contoso.com');
      await directory.change(id, { attributes: { jobTitle: 'Lead' } }, new Date().toISOString());
    });
    const offline = (await job.document('plan', '--offline')).json;
    const online = (await job.document('plan')).json;
    expect(offline.changes).toEqual(online.changes);
    expect(offline.changes).toMatchObject([{ action: 'update' }]);
    expect(offline.warnings).toEqual([]);
  });

  test('without cached state says that it cannot compare', async () => {
    await job.entrain('run');
    await job.entrain('restart', '--reset-scope', 'Watermark');
    const { json } = await job.document('plan', '--offline');
    expect(json.warnings).toContainEqual(
      expect.stringMatching(/^offline: the state of 3 linked objects is not cached/),
    );
    expect(
      (json.failed as readonly JsonObject[]).every(({ message }) => /offline/.test(String(message))),
    ).toBe(true);
  });
});

describe('planning', () => {
  test('never writes: with read-only files, and a target that fails on everything but reads', async () => {
    await job.entrain('run');
    const refused: string[] = [];
    const guarded = await guardTarget(target, ({ method, path }) => {
      if (method === 'GET') return 'pass';
      refused.push(`${method} ${path}`);
      return 500;
    });
    const dry = await setUp(guarded.baseUrl, target.token);
    try {
      await dry.entrain('run');
      refused.length = 0;
      const files = [dry.stateFile, join(dry.folder, 'directory.db')];
      for (const file of files) chmodSync(file, 0o400);
      const hashes = () => files.map((file) => createHash('sha256').update(readFileSync(file)).digest('hex'));
      const before = hashes();
      const forms = [
        ['--json'],
        ['--full', '--ndjson'],
        ['--requests', '--all'],
        ['--out', 'p.json', '--html', 'p.html', '--markdown', 'p.md'],
        ['ada@contoso.com'],
        ['--offline'],
      ];
      for (const flags of forms) expect((await dry.entrain('plan', ...flags)).code).toBe(0);
      expect(hashes()).toEqual(before);
      expect(refused).toEqual([]);
    } finally {
      await guarded.close();
      dry.remove();
    }
  });

  test('streams one item a line, which are those of the document', async () => {
    const lines = (await job.entrain('plan', '--ndjson')).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { json } = await job.document('plan');
    const of = (type: string) =>
      lines.flatMap(({ type: own, phase: _phase, ...rest }) => (own === type ? [rest] : []));
    expect([of('change'), of('skipped'), of('failed')]).toEqual([json.changes, json.skipped, json.failed]);
    const { plannedAt: _then, ...head } = lines[0];
    const { basis } = json;
    expect(head).toEqual({ type: 'cycle', job: 'it', kind: 'initial', watermark: null, basis });
    expect(lines.at(-1)).toEqual({
      type: 'summary',
      ...(json.summary as JsonObject),
      waitingFailures: json.waitingFailures,
      estimate: json.estimate,
    });
  });

  test('refuses forms that do not go together, and files that cannot be written', async () => {
    expect((await job.entrain('plan', '--compare', 'x.json', '--out', 'p.json')).code).toBe(2);
    const unlooked = await job.entrain('plan', '--offline', '--out', 'p.json');
    expect([unlooked.code, existsSync(join(job.folder, 'p.json'))]).toEqual([2, false]);
    expect(unlooked.stderr).toContain('plan without --offline to keep it, or write --html');
    const { code, stderr } = await job.entrain('plan', '--html', 'nowhere/plan.html');
    expect(code).toBe(2);
    expect(stderr).toContain('nowhere/plan.html cannot be written (ENOENT)');
  });
});
