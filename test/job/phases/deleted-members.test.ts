import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SourceId } from '../../../src/model/identifiers.ts';
import { startTarget } from '../../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../../support/fake-world.ts';
import { type Lab, type LabOptions, openLab } from '../../support/lab.ts';
import { startSmallScimServer } from '../../support/small-scim-server.ts';

const DAY_MS = 24 * 60 * 60_000;

let clock: FakeWorld;
let lab: Lab;
let ann: SourceId;
let stop: () => Promise<void>;

beforeEach(() => {
  clock = fakeWorld();
});

afterEach(async () => {
  await lab.close();
  await stop();
});

const run = async (): Promise<void> => {
  clock.advance(60_000);
  await lab.run();
};

/** Ann and Ben are members of Team, at a target that keeps the members it deletes, or at one that drops them. */
async function open(keepsMembers: boolean, verify: LabOptions['verify']): Promise<void> {
  const server = keepsMembers ? await startSmallScimServer() : await startTarget();
  stop = () => server.stop();
  lab = openLab({ baseUrl: server.baseUrl, token: 'token' in server ? server.token : 't', clock, verify });
  const { directory } = lab;
  const put = async (name: string): Promise<SourceId> => {
    const attributes = { userPrincipalName: `${name}@contoso.com`, mailNickname: name, displayName: name };
    const id = await directory.put({ type: 'User', attributes }, clock.now());
    await directory.assign(id, null, null, clock.now());
    return id;
  };
  ann = await put('ann');
  const ben = await put('ben');
  const attributes = { displayName: 'Team', securityEnabled: true, mailEnabled: false };
  const team = await directory.put({ type: 'Group', attributes }, clock.now());
  await directory.addMembers(team, [ann, ben], clock.now());
  await directory.assign(team, null, null, clock.now());
  await run();
}

const aboutMembers = (warnings: readonly string[]) => warnings.filter((text) => text.includes('Team (1)'));

test('a deleted user whom the target still shows as a member is told, once', async () => {
  await open(true, 'read');
  await lab.directory.deletePermanently(ann, clock.now());
  await run();
  expect(aboutMembers(lab.warnings())).toEqual([
    expect.stringMatching(/^the target still shows 1 deleted object as a member of 1 group \(Team \(1\)\); /),
  ]);
  await run();
  expect(aboutMembers(lab.warnings())).toEqual([]);
});

test('so is one whose 30 days in the recycle bin have run out', async () => {
  await open(true, 'read');
  await lab.directory.delete(ann, clock.now());
  await run();
  expect(aboutMembers(lab.warnings())).toEqual([]);
  clock.advance(31 * DAY_MS);
  await run();
  expect(aboutMembers(lab.warnings())).toHaveLength(1);
});

test('nothing is told of a target that drops the members it deletes', async () => {
  await open(false, 'read');
  await lab.directory.deletePermanently(ann, clock.now());
  await run();
  expect(aboutMembers(lab.warnings())).toEqual([]);
});

test('where nothing is read back, plan and run say that memberships are left to the target', async () => {
  await open(true, 'response');
  await lab.directory.deletePermanently(ann, clock.now());
  const told = [
    expect.stringMatching(/^1 membership of 1 group \(Team \(1\)\) is of an object .*verify: read looks/),
  ];
  expect(aboutMembers((await lab.plan()).warnings)).toEqual(told);
  await run();
  expect(aboutMembers(lab.warnings())).toEqual(told);
});
