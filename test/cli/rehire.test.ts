import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type SmallScimServer, startSmallScimServer } from '../support/small-scim-server.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const NAME = 'dana@contoso.com';
const OLD = '00000000-0000-4000-8000-000000000001';
const NEW = '00000000-0000-4000-8000-000000000002';

const company = (id: string, displayName: string): JsonObject => ({
  users: [{ id, userPrincipalName: NAME, displayName, mailNickname: 'dana', accountEnabled: true }],
  assignments: [{ principal: id }],
});

let server: SmallScimServer;
let job: SpawnedJob;

beforeEach(async () => {
  server = await startSmallScimServer();
  job = await setUpJob({ tenantUrl: server.baseUrl, token: 'token', directory: company(OLD, 'Old Dana') });
  expect((await job.entrain('run')).code).toBe(0);
});

afterEach(async () => {
  await server.stop();
  job.remove();
});

const change = async (...args: readonly string[]): Promise<void> => {
  expect((await job.entrain('directory', ...args)).code).toBe(0);
};

/** The old user is deleted for good, and a new one with the same name is assigned. */
async function replaceDana(): Promise<void> {
  await change('delete', NAME, '--permanently');
  const file = join(job.folder, 'hired.json');
  writeFileSync(file, JSON.stringify(company(NEW, 'New Dana')));
  await change('import', file);
}

const WAITS =
  /… wait +User +dana@contoso\.com +waits \(EntryConflict\): the target still holds the account of dana@contoso\.com, deleted permanently, under userName "dana@contoso\.com"; deletions are sent last in a cycle, and New Dana \(dana@contoso\.com\) is created once that account is gone/;

test('a new user with the name of one deleted for good waits for the next cycle, in plan and run', async () => {
  await replaceDana();
  expect((await job.entrain('plan')).stdout).toMatch(WAITS);
  expect((await job.document('plan')).json).toMatchObject({
    failed: [{ code: 'EntryConflict', waitsForNextCycle: true }],
    waitingFailures: { count: 0 },
  });
  const { stdout } = await job.entrain('run');
  expect(stdout).toMatch(WAITS);
  expect(stdout).not.toMatch(/make the values? unique/);
  expect(stdout).toContain('1 failure waits; the next is tried again in the next cycle');
  expect(server.find(NAME)).toBeUndefined();

  const plan = await job.entrain('plan');
  expect(plan.stdout).toContain('1 to create');
  expect(plan.stdout).toContain('1 failure waits; the next is tried again in the next cycle');
  expect((await job.document('plan')).json).toMatchObject({
    waitingFailures: { count: 1, isInNextCycle: true },
  });
  const next = await job.entrain('run');
  expect(next.code).toBe(0);
  expect(next.stdout).toContain('1 created');
  expect(server.find(NAME)?.displayName).toBe('New Dana');
});
