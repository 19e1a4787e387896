import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SourceId } from '../../../src/model/identifiers.ts';
import { type RunningTarget, startTarget } from '../../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../../support/fake-world.ts';
import { type Lab, type LabOptions, openLab } from '../../support/lab.ts';
import { type SmallScimServer, startSmallScimServer } from '../../support/small-scim-server.ts';

const DAY_MS = 24 * 60 * 60_000;

let clock: FakeWorld;
let lab: Lab;
let ann: SourceId;
let team: SourceId;
let server: SmallScimServer | RunningTarget;

beforeEach(() => {
  clock = fakeWorld();
});

afterEach(async () => {
  await lab.close();
  await server.stop();
});

const run = async (): Promise<void> => {
  clock.advance(60_000);
  await lab.run();
};

const put = async (name: string): Promise<SourceId> => {
  const attributes = { userPrincipalName: `${name}@contoso.com`, mailNickname: name, displayName: name };
  const id = await lab.directory.put({ type: 'User', attributes }, clock.now());
  await lab.directory.assign(id, null, null, clock.now());
  return id;
};

/** Ann and Ben are members of Team, at a target that keeps the members it deletes, or at one that drops them. */
async function open(keepsMembers: boolean, verify: LabOptions['verify']): Promise<void> {
  server = keepsMembers ? await startSmallScimServer() : await startTarget();
  lab = openLab({ baseUrl: server.baseUrl, token: 'token' in server ? server.token : 't', clock, verify });
  const { directory } = lab;
  ann = await put('ann');
  const ben = await put('ben');
  const attributes = { displayName: 'Team', securityEnabled: true, mailEnabled: false };
  team = await directory.put({ type: 'Group', attributes }, clock.now());
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

describe('a group whose members are deleted on several pages', () => {
  const DELETED = 120;

  const deleteAll = async (keepsMembers: boolean, verify: LabOptions['verify']): Promise<void> => {
    await open(keepsMembers, verify);
    const many: SourceId[] = [];
    for (let n = 0; n < DELETED; n += 1) many.push(await put(`u${n}`));
    // Others stay, so that the loss is not taken for a mistake of the source.
    for (let n = 0; n < DELETED; n += 1) await put(`other${n}`);
    await lab.directory.addMembers(team, many, clock.now());
    await run();
    for (const one of many) await lab.directory.deletePermanently(one, clock.now());
  };
  const about = (warnings: readonly string[]) => warnings.filter((text) => text.includes('Team ('));

  test('is counted once, in plans as in runs', async () => {
    await deleteAll(true, 'response');
    const told = [expect.stringContaining(`${DELETED} memberships of 1 group (Team (${DELETED})) are of`)];
    expect(about((await lab.plan()).warnings)).toEqual(told);
    await run();
    expect(about(lab.warnings())).toEqual(told);
  });

  test('is counted once where the job reads back what it wrote', async () => {
    await deleteAll(true, 'read');
    await run();
    expect(about(lab.warnings())).toEqual([
      expect.stringContaining(`shows ${DELETED} deleted objects as members of 1 group (Team (${DELETED}))`),
    ]);
  });

  test('is read once', async () => {
    await deleteAll(false, 'read');
    const seen = () => ('requests' in server ? server.requests() : []);
    const before = seen().length;
    await run();
    const reads = seen()
      .slice(before)
      .filter(({ method, path }) => method === 'GET' && path.includes('/Groups/'));
    expect(reads).toHaveLength(1);
  });
});
