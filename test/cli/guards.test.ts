import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const STAFF = Array.from({ length: 40 }, (_, n) => n);
const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const nameOf = (n: number): string => `user${String(n).padStart(2, '0')}@contoso.com`;

/** The first so many of the staff, of which some are assigned. */
const company = (isAssigned: (n: number) => boolean, isThere = (_n: number): boolean => true): JsonObject => {
  const there = STAFF.filter(isThere);
  return {
    users: there.map((n) => ({
      id: idOf(n),
      userPrincipalName: nameOf(n),
      displayName: nameOf(n),
      mailNickname: `user${n}`,
    })),
    assignments: there.filter(isAssigned).map((n) => ({ principal: idOf(n) })),
  };
};

let target: RunningTarget;
let job: SpawnedJob;

const setUp = async (settings: JsonObject): Promise<void> => {
  target = await startTarget();
  job = await setUpJob({
    tenantUrl: target.baseUrl,
    token: target.token,
    directory: company(() => true),
    job: settings,
  });
  expect(await job.document('run')).toMatchObject({ code: 0, json: { counts: { create: 40 } } });
};

const importNew = async (directory: JsonObject): Promise<void> => {
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(join(job.folder, `directory.db${suffix}`), { force: true });
  writeFileSync(join(job.folder, 'people.json'), JSON.stringify(directory));
  expect((await job.entrain('directory', 'import', 'people.json')).code).toBe(0);
};

afterEach(async () => {
  await target.stop();
  job.remove();
});

const read = (file: string): string => readFileSync(join(job.folder, file), 'utf8');

describe.each<{ guard: string; settings: JsonObject; fact: string; by: string }>([
  {
    guard: 'guard of 30 %',
    settings: { guard: { maxDisablesPercent: 30 } },
    fact: '16 of 40 users would be disabled or deleted (40.0 %), the limit is 30 %',
    by: 'held back by guard.maxDisablesPercent',
  },
  {
    guard: 'threshold of three',
    settings: { accidentalDeletions: { threshold: 3 } },
    fact: '16 objects would be disabled or deleted, the threshold is 3',
    by: 'held back by the accidental deletion threshold',
  },
])('sixteen of forty users who leave, with a $guard', ({ settings, fact, by }) => {
  const words = `${fact}; none of them is carried out; allow them with "entrain restart --reset-scope ForceDeletes", or correct the cause and restart`;

  beforeEach(async () => {
    await setUp(settings);
    await job.withDirectory(async (directory) => {
      for (const n of STAFF.slice(0, 16))
        await directory.unassign((await directory.named(nameOf(n))).id, 'it', new Date().toISOString());
    });
  });

  test('are reported by every form of the plan as by the run, and by the log', async () => {
    const { stdout } = await job.entrain('plan', '--markdown', 'plan.md', '--html', 'plan.html');
    expect(stdout).toContain(`warning: ${words}`);
    expect(stdout).toContain('0 to disable, 0 to delete · 16 held back · ');
    expect(read('plan.md').replaceAll('\\', '')).toContain(`> - ${words}`);
    expect(read('plan.md').replaceAll('\\', '')).toContain('· 16 held back ·');
    expect(read('plan.html')).toContain(words.replaceAll('"', '&quot;'));
    const { json } = await job.document('plan');
    expect(json).toMatchObject({ warnings: [words], summary: { stagedDelete: 16 } });
    expect((await job.entrain('plan', '--detailed-exitcode')).code).toBe(4);
    const { code, stderr } = await job.entrain('run');
    expect([code, stderr]).toEqual([4, expect.stringContaining(words)]);
    const logs = await job.entrain('logs', '--json', '--action', 'stagedDelete', '--limit', '1');
    expect(logs.stdout).toContain(`${by}: ${fact}`);
  });

  test('are not warned of once they are allowed', async () => {
    await job.entrain('run');
    await job.entrain('restart', '--reset-scope', 'ForceDeletes');
    expect(await job.document('plan')).toMatchObject({ json: { warnings: [], summary: { disable: 16 } } });
    expect((await job.entrain('plan', '--detailed-exitcode')).code).toBe(10);
  });
});

describe('a guard that refuses a cycle', () => {
  test('of too many updates is reported by the plan', async () => {
    await setUp({ guard: { maxUpdatesPercent: 10 } });
    await job.withDirectory(async (directory) => {
      for (const n of STAFF.slice(0, 16))
        await directory.change(
          (await directory.named(nameOf(n))).id,
          { attributes: { displayName: `New ${n}` } },
          new Date().toISOString(),
        );
    });
    const { json } = await job.document('plan');
    const words = expect.stringMatching(
      /^16 of 40 users would be updated \(40\.0 %\), the limit is 10 %; nothing/,
    );
    expect(json).toMatchObject({ warnings: [words], summary: { update: 16 } });
    expect((await job.entrain('plan', '--detailed-exitcode')).code).toBe(4);
  });

  test('of a source that shrank is reported by the plan', async () => {
    await setUp({});
    await job.withDirectory(async (directory) => {
      for (const n of STAFF.slice(0, 25))
        await directory.deletePermanently((await directory.named(nameOf(n))).id, new Date().toISOString());
    });
    const { stdout } = await job.entrain('plan');
    expect(stdout).toMatch(
      /warning: 25 of 40 users and groups are gone .*, the limit is 50 %; nothing was done; if that is right, allow/,
    );
    expect((await job.entrain('plan', '--detailed-exitcode')).code).toBe(4);
    expect((await job.entrain('run')).code).toBe(4);
  });
});

describe('a directory that was lost and is imported again', () => {
  const EIGHT =
    /8 linked users have no object in this directory \((user3[2-9]@contoso\.com(, | and )){3}5 more\): no cycle disables them; import a directory that holds them as leavers, or handle these accounts in the target/;

  test('with eight users less is warned of once, by plan and run', async () => {
    await setUp({});
    await importNew(
      company(
        () => true,
        (n) => n < 32,
      ),
    );
    expect(await job.document('plan')).toMatchObject({ json: { warnings: [expect.stringMatching(EIGHT)] } });
    expect(await job.document('run')).toMatchObject({
      code: 0,
      json: { warnings: [expect.stringMatching(EIGHT)] },
    });
    expect(await job.document('run')).toMatchObject({ code: 0, json: { warnings: [] } });
    expect(target.resources('User').every(({ active }) => active === true)).toBe(true);
  });

  test('is warned of too where the cycle stages others', async () => {
    await setUp({ guard: { maxDisablesPercent: 30 } });
    await importNew(
      company(
        (n) => n >= 16,
        (n) => n < 32,
      ),
    );
    const { code, stderr } = await job.entrain('run');
    expect([code, stderr]).toEqual([4, expect.stringMatching(EIGHT)]);
  });

  test('and lacks more than half promises nothing that the next cycle does not do', async () => {
    await setUp({});
    await importNew(
      company(
        () => true,
        (n) => n < 15,
      ),
    );
    const { code, stderr } = await job.entrain('run');
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /25 of 40 users and groups are gone .* no cycle disables or deletes them: import a directory that holds them as leavers, or continue without them with "entrain restart --reset-scope ForceDeletes" and handle their accounts/,
    );
  });

  test('and holds everybody is not warned of', async () => {
    await setUp({});
    await importNew(company(() => true));
    expect(await job.document('run')).toMatchObject({ code: 0, json: { warnings: [] } });
  });
});
