import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SourceId, sourceId } from '../../../src/model/identifiers.ts';
import { type RunningTarget, startTarget } from '../../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../../support/fake-world.ts';
import { type Lab, openLab } from '../../support/lab.ts';

let target: RunningTarget;
let clock: FakeWorld;
let lab: Lab;

beforeEach(async () => {
  target = await startTarget();
  clock = fakeWorld();
  lab = openLab({ baseUrl: target.baseUrl, token: target.token, clock });
});

afterEach(async () => {
  await lab.close();
  await target.stop();
});

const guid = (n: number): SourceId => sourceId(`10000000-0000-4000-8000-${String(n).padStart(12, '0')}`);

async function addUser(
  n: number,
  attributes: Record<string, string | boolean> = {},
  manager?: SourceId,
): Promise<SourceId> {
  return await lab.directory.put(
    {
      type: 'User',
      id: guid(n),
      attributes: {
        userPrincipalName: `user${n}@contoso.com`,
        displayName: `User ${n}`,
        mailNickname: `user${n}`,
        ...attributes,
      },
      ...(manager === undefined ? {} : { manager }),
    },
    clock.now(),
  );
}

const assign = (id: SourceId) => lab.directory.assign(id, null, null, clock.now());

const sent = () => lab.exchanges().map(({ request }) => `${request.method} ${request.path}`);

describe('an initial cycle', () => {
  it('queries each assigned user, creates the missing ones, and then has nothing left to do', async () => {
    for (const n of [1, 2, 3]) await assign(await addUser(n));
    await addUser(4);
    const cycle = await lab.run();
    expect(cycle).toMatchObject({ kind: 'initial', state: 'Succeeded' });
    expect(cycle.counts).toMatchObject({ imported: 4, create: 3, skipped: 1, failed: 0 });
    expect(sent()).toEqual([...Array(3).fill('GET /Users'), ...Array(3).fill('POST /Users')]);
    expect(target.resources('User').map(({ userName }) => userName)).toEqual([
      'user1@contoso.com',
      'user2@contoso.com',
      'user3@contoso.com',
    ]);
    const again = await lab.run();
    expect(again).toMatchObject({ kind: 'incremental', counts: { imported: 0, requests: 2 } });
    expect(sent()).toEqual([]);
    expect((await lab.plan(true)).requests).toEqual([]);
  });

  it('writes managers and members once both ends exist', async () => {
    const boss = await addUser(1);
    const worker = await addUser(2, {}, boss);
    const group = await lab.directory.put(
      { type: 'Group', id: guid(9), attributes: { displayName: 'Everybody', securityEnabled: true } },
      clock.now(),
    );
    await lab.directory.addMembers(group, [boss, worker], clock.now());
    await assign(group);
    const plan = await lab.plan();
    expect(plan.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /Users',
      'POST /Users',
      'POST /Groups',
      `PATCH /Users/{id of ${worker}}`,
      `PATCH /Groups/{id of ${group}}`,
    ]);
    await lab.run();
    const [first, second] = target.resources('User');
    expect(second).toMatchObject({
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: { value: first?.id } },
    });
    expect(target.resources('Group')[0]).toMatchObject({
      members: [{ value: first?.id }, { value: second?.id }],
    });
    expect((await lab.plan(true)).requests).toEqual([]);
  });
});
