import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SourceId, sourceId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-world.ts';
import { type Lab, openLab, RETRIED_SOON } from '../support/lab.ts';

let target: RunningTarget;
let clock: FakeWorld;
let lab: Lab;

beforeEach(async () => {
  target = await startTarget();
  clock = fakeWorld();
  lab = openLab({
    baseUrl: target.baseUrl,
    token: target.token,
    clock,
    job: { safety: RETRIED_SOON },
  });
});

afterEach(async () => {
  await lab.close();
  await target.stop();
});

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const addAssigned = async (name: string, n: number): Promise<SourceId> => {
  const id = sourceId(`10000000-0000-4000-8000-00000000000${n}`);
  const attributes = { userPrincipalName: `${name}@contoso.com`, displayName: name, mailNickname: name };
  await lab.directory.put({ type: 'User', id, attributes }, clock.now());
  await lab.directory.assign(id, null, null, clock.now());
  return id;
};

const inTarget = (name: string): JsonObject =>
  target.resources('User').find(({ externalId }) => externalId === name) as JsonObject;

describe('a reference to a manager that comes back into scope', () => {
  it('waits while the return fails, and is written once it succeeds', async () => {
    const boss = await addAssigned('boss', 1);
    const worker = await addAssigned('worker', 2);
    await lab.run();
    await lab.directory.unassign(boss, 'lab', clock.now());
    await lab.run();
    const left = inTarget('boss');
    target.remove('User', String(left.id));
    await lab.directory.assign(boss, null, null, clock.now());
    await lab.directory.change(worker, { manager: boss }, clock.now());
    expect((await lab.run()).counts.failed).toBe(2);
    expect(await lab.state.escrowsOf([boss, worker])).toMatchObject([
      { sourceId: boss, isReference: false, failure: { status: 404 } },
      {
        sourceId: worker,
        isReference: true,
        failure: { code: 'UnableToResolveReferenceAttributeValue' },
      },
    ]);

    target.seed('User', left);
    clock.advance(60_000);
    expect(await lab.run()).toMatchObject({ kind: 'incremental', state: 'Succeeded' });
    expect(inTarget('boss').active).toBe(true);
    expect(inTarget('worker')[ENTERPRISE]).toMatchObject({ manager: { value: left.id } });
    expect(await lab.state.escrowsOf([boss, worker])).toEqual([]);
  });

  it('is in the plan of the cycle that brings the manager back, as it is in the run', async () => {
    const boss = await addAssigned('boss', 1);
    const worker = await addAssigned('worker', 2);
    await lab.run();
    await lab.directory.unassign(boss, 'lab', clock.now());
    await lab.run();
    await lab.directory.assign(boss, null, null, clock.now());
    await lab.directory.change(worker, { manager: boss }, clock.now());
    const plan = await lab.plan();
    lab.exchanges();
    await lab.run();
    const writes = lab.exchanges().flatMap(({ request }) => (request.method === 'GET' ? [] : [request]));
    expect(writes).toHaveLength(2);
    expect(plan.requests).toEqual(writes);
  });
});
