import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

/** The name that a deleted user had. */
const nameBefore = (userName: unknown): string => String(userName).replace(/^[0-9a-f]{32}/, '');

const DAY = 24 * 60 * 60_000;

let target: RunningTarget;
let job: SpawnedJob;

beforeEach(async () => {
  target = await startTarget();
  const users = ['ada', 'bob'].map((name) => ({
    userPrincipalName: `${name}@contoso.com`,
    displayName: name,
  }));
  job = await setUpJob({
    tenantUrl: target.baseUrl,
    token: target.token,
    directory: {
      users,
      assignments: users.map(({ userPrincipalName }) => ({ principal: userPrincipalName })),
    },
  });
  expect((await job.entrain('run')).code).toBe(0);
  // Ada is deleted, and the cycle that disables her runs; then the clock jumps forward by 40 days: all of it is 40 days old.
  expect((await job.entrain('directory', 'delete', 'ada@contoso.com')).code).toBe(0);
  expect((await job.entrain('run')).code).toBe(0);
  inThePast(40 * DAY);
});
afterEach(async () => {
  await target.stop();
  job.remove();
});

/** Makes everything that is stored so much older. */
function inThePast(ms: number): void {
  const directory = new Database(join(job.folder, 'directory.db'));
  directory.exec(`UPDATE object SET deleted_at = deleted_at - ${ms}; UPDATE change SET at = at - ${ms}`);
  directory.close();
  const state = new Database(job.stateFile);
  const cycles = state.prepare('SELECT id, document FROM cycle').all() as { id: string; document: string }[];
  for (const { id, document } of cycles) {
    const cycle = JSON.parse(document) as { startedAt: string; endedAt: string };
    const older = (instant: string): string => new Date(Date.parse(instant) - ms).toISOString();
    const moved = { ...cycle, startedAt: older(cycle.startedAt), endedAt: older(cycle.endedAt) };
    state
      .prepare('UPDATE cycle SET started_at = ?, document = ? WHERE id = ?')
      .run(Date.parse(moved.startedAt), JSON.stringify(moved), id);
  }
  state.exec(`UPDATE log_entry SET at = at - ${ms}`);
  state.close();
}

const accounts = (): readonly string[] =>
  target
    .resources('User')
    .map(({ userName, active }) => `${nameBefore(userName)} ${active}`)
    .sort();
const logged = async (): Promise<number> =>
  ((await job.document('logs', '--limit', '100')).json.value as readonly unknown[]).length;

test('a run after a jump of the clock hard-deletes no user and keeps the log; the next one does', async () => {
  const before = await logged();
  const { stdout } = await job.entrain('plan');
  expect(stdout).toMatch(
    /the clock says .*, 40 days after the last cycle that ended well began .*1 object .*--accept-clock/,
  );
  expect(stdout).toMatch(/0 to delete/);
  const { code, json } = await job.document('run');
  expect([code, json.warnings]).toEqual([0, [expect.stringContaining('--accept-clock')]]);
  expect(accounts()).toEqual(['ada@contoso.com false', 'bob@contoso.com true']);
  expect(await logged()).toBeGreaterThanOrEqual(before);
  expect(await job.document('run')).toMatchObject({ code: 0, json: { counts: { delete: 1 } } });
  expect(accounts()).toEqual(['bob@contoso.com true']);
  expect(await logged()).toBeLessThan(before);
});

test('--accept-clock says that the clock is right', async () => {
  expect(await job.document('plan', '--accept-clock')).toMatchObject({ json: { summary: { delete: 1 } } });
  expect(await job.document('run', '--accept-clock')).toMatchObject({
    code: 0,
    json: { counts: { delete: 1 }, warnings: [] },
  });
  expect(accounts()).toEqual(['bob@contoso.com true']);
});

test.each([
  { options: [], left: ['ada@contoso.com false', 'bob@contoso.com true'] },
  { options: ['--accept-clock'], left: ['bob@contoso.com true'] },
])('a daemon begins likewise with $options', async ({ options, left }) => {
  const daemon = job.start('start', ...options);
  if (options.length === 0) await daemon.says('is not deleted for good in this cycle');
  await daemon.says('the cycle ended');
  daemon.child.kill('SIGTERM');
  await daemon.ended;
  expect(accounts()).toEqual(left);
});
