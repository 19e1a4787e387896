import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SourceId, sourceId } from '../../src/model/identifiers.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-world.ts';
import { type Lab, openLab, RETRIED_SOON } from '../support/lab.ts';

const ALICE: SourceId = sourceId('10000000-0000-4000-8000-000000000001');
const TEAM: SourceId = sourceId('20000000-0000-4000-8000-000000000001');

let target: RunningTarget;
let clock: FakeWorld;
let lab: Lab;
/** Happens at each request, before the next one. */
let strike: () => void;

/** Users and groups are probed. */
const PROBES = 2;

beforeEach(async () => {
  strike = () => {};
  target = await startTarget({ faults: ['500-after-write'], onExchange: () => strike() });
  clock = fakeWorld();
  const { baseUrl, token } = target;
  lab = openLab({ baseUrl, token, clock, job: { safety: RETRIED_SOON } });
  const attributes = { userPrincipalName: 'alice@contoso.com', displayName: 'Alice', mailNickname: 'alice' };
  await lab.directory.put({ type: 'User', id: ALICE, attributes }, clock.now());
  const team = { displayName: 'Team', securityEnabled: true };
  await lab.directory.put({ type: 'Group', id: TEAM, attributes: team }, clock.now());
  for (const id of [ALICE, TEAM]) await lab.directory.assign(id, null, null, clock.now());
  expect((await lab.run()).counts.failed).toBe(2);
  expect((await lab.state.links([ALICE, TEAM])).size).toBe(0);
  target.fault(null);
});

afterEach(async () => {
  await lab.close();
  await target.stop();
});

const next = async () => {
  clock.advance(60_000);
  const planned = await lab.plan();
  lab.exchanges();
  const { state } = await lab.run();
  const sent = lab.exchanges().flatMap(({ request }) => (request.method === 'GET' ? [] : [request]));
  expect(planned.requests).toEqual(sent);
  expect(state).toBe('Succeeded');
  return sent.map(({ method }) => method);
};

describe('an account whose creation was executed and never confirmed', () => {
  it('is found and linked by the next cycle', async () => {
    await next();
    expect(target.resources('User')).toMatchObject([{ userName: 'alice@contoso.com', active: true }]);
    expect((await lab.state.links([ALICE, TEAM])).size).toBe(2);
  });

  it('is disabled when its user has left scope meanwhile, and comes back as the same account', async () => {
    await lab.directory.unassign(ALICE, 'lab', clock.now());
    expect(await next()).toEqual(['PATCH']);
    expect(target.resources('User')).toMatchObject([{ userName: 'alice@contoso.com', active: false }]);
    expect(await next()).toEqual([]);
    await lab.directory.assign(ALICE, null, null, clock.now());
    expect(await next()).toEqual(['PATCH']);
    expect(target.resources('User')).toMatchObject([{ userName: 'alice@contoso.com', active: true }]);
  });

  it('is disabled when its user is in the recycle bin', async () => {
    await lab.directory.delete(ALICE, clock.now());
    expect(await next()).toEqual(['PATCH']);
    expect(target.resources('User')).toMatchObject([{ active: false }]);
  });

  it('is asked for again when the target does not say whether it is there', async () => {
    await lab.directory.unassign(ALICE, 'lab', clock.now());
    let asked = 0;
    strike = () => {
      asked += 1;
      target.fault(asked >= PROBES ? '500' : null);
    };
    clock.advance(60_000);
    expect((await lab.run()).counts.failed).toBe(2);
    strike = () => {};
    target.fault(null);
    expect(await next()).toEqual(['PATCH']);
    expect(target.resources('User')).toMatchObject([{ active: false }]);
  });

  it('is a group that is deleted when it has left scope meanwhile', async () => {
    await lab.directory.unassign(TEAM, 'lab', clock.now());
    expect(await next()).toEqual(['DELETE']);
    expect(target.resources('Group')).toEqual([]);
    expect(await lab.state.escrowCount(false)).toBe(0);
  });
});
