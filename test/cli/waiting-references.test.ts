import { afterEach, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type SmallScimServer, startSmallScimServer } from '../support/small-scim-server.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

let server: SmallScimServer;
let job: SpawnedJob;

afterEach(async () => {
  await server.stop();
  job.remove();
});

const person = (name: string, values: JsonObject = {}): JsonObject => ({
  userPrincipalName: `${name}@contoso.com`,
  displayName: name,
  mailNickname: name,
  accountEnabled: true,
  ...values,
});

/** The first cycle leaves something waiting for a user whom the target does not create. */
async function begin(directory: JsonObject): Promise<void> {
  server = await startSmallScimServer('unmailed', 'fixed');
  job = await setUpJob({ tenantUrl: server.baseUrl, token: 'token', directory });
  expect((await job.entrain('run')).code).toBe(3);
}

/** Runs cycles until nothing of the object itself is due, then some more. @returns the writes of each */
async function writesOf(cycles: number): Promise<readonly (readonly string[])[]> {
  const writes: (readonly string[])[] = [];
  for (let n = 0; n < cycles; n += 1) {
    server.sent();
    await job.entrain('run');
    writes.push(server.sent());
  }
  return writes;
}

const waitingOf = async () => {
  const { json } = await job.document('run');
  return json.waitingFailures;
};

test('a group whose memberships wait for a member is not renamed again before its time', async () => {
  await begin({
    users: [person('ada', { mail: 'ada@contoso.com' }), person('bob')],
    groups: [{ displayName: 'Old', securityEnabled: true, members: ['ada@contoso.com', 'bob@contoso.com'] }],
    assignments: [{ principal: 'Old' }],
  });
  await job.entrain('directory', 'set', 'Old', 'displayName=New');
  expect(await writesOf(4)).toEqual([['POST Users', 'PATCH displayName'], ['PATCH displayName'], [], []]);
  expect(await waitingOf()).toMatchObject({ count: 3, isInNextCycle: true });
  const { stdout } = await job.entrain('logs', '--status', 'failure');
  expect(stdout).toContain('among them bob@contoso.com; their memberships are tried again once they succeed');
});

test('a user whose manager waits is not written again before the time of the refused title', async () => {
  await begin({
    users: [person('boss'), person('ada', { mail: 'ada@contoso.com', manager: 'boss@contoso.com' })],
    assignments: [{ principal: 'ada@contoso.com' }, { principal: 'boss@contoso.com' }],
  });
  await job.entrain('directory', 'set', 'ada@contoso.com', 'jobTitle=Lead');
  expect(await writesOf(4)).toEqual([['POST Users', 'PATCH title'], ['PATCH title'], [], []]);
  const { stdout } = await job.entrain('logs', '--status', 'failure');
  expect(stdout).toMatch(/manager refers to boss@contoso\.com, which could not be provisioned/);
});
