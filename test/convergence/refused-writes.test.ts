import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SourceId, sourceId } from '../../src/model/identifiers.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-world.ts';
import { type Lab, openLab } from '../support/lab.ts';
import { type GuardedTarget, guardTarget, type Passage, type PassingRequest } from './guarded-target.ts';

const HOUR = 60 * 60_000;
const CYCLE_MS = 40 * 60_000;

const BOSS: SourceId = sourceId('10000000-0000-4000-8000-000000000001');
const ANN: SourceId = sourceId('10000000-0000-4000-8000-000000000002');
const TEAM: SourceId = sourceId('20000000-0000-4000-8000-000000000001');

let target: RunningTarget;
let guarded: GuardedTarget;
let clock: FakeWorld;
let lab: Lab;
let decide: (request: PassingRequest) => Passage;

beforeEach(async () => {
  target = await startTarget();
  decide = () => 'pass';
  guarded = await guardTarget(target, (request) => decide(request));
  clock = fakeWorld();
  lab = openLab({ baseUrl: guarded.baseUrl, token: target.token, clock });
});

afterEach(async () => {
  await lab.close();
  await guarded.close();
  await target.stop();
});

const addUser = async (
  id: SourceId,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const named = {
    userPrincipalName: `${name}@contoso.com`,
    displayName: name,
    mailNickname: name,
    ...attributes,
  };
  await lab.directory.put({ type: 'User', id, attributes: named }, clock.now());
  await lab.directory.assign(id, null, null, clock.now());
};

/** Runs a cycle every 40 minutes for so long. @returns the writes by the hour at which they were sent */
const runFor = async (durationMs: number): Promise<readonly (readonly [hours: number, write: string])[]> => {
  const began = Date.parse(clock.now());
  const writes: [number, string][] = [];
  while (Date.parse(clock.now()) - began < durationMs) {
    await lab.run();
    const hours = Math.round(((Date.parse(clock.now()) - began) / HOUR) * 10) / 10;
    for (const { request } of lab.exchanges())
      if (request.method !== 'GET') writes.push([hours, JSON.stringify(request.body)]);
    clock.advance(CYCLE_MS);
  }
  return writes;
};

const hoursOf = (writes: readonly (readonly [number, string])[], words: string): readonly number[] =>
  writes.flatMap(([hours, write]) => (write.includes(words) ? [hours] : []));

/** In the next cycle, then 6, 12 and 24 hours after the last attempt, in the first cycle that comes then. */
const LADDER = [0, 0.7, 6.7, 18.7, 42.7];

describe('a write that the target refuses', () => {
  it('is sent again on the ladder, and not with each cycle in which its manager is waited for', async () => {
    await addUser(BOSS, 'boss');
    await addUser(ANN, 'ann', { jobTitle: 'Clerk' });
    await lab.directory.change(ANN, { manager: BOSS }, clock.now());
    decide = ({ method, body }) => (method === 'POST' && body.includes('"boss"') ? 400 : 'pass');
    await lab.run();
    await lab.directory.change(ANN, { attributes: { jobTitle: 'Lead' } }, clock.now());
    decide = ({ body }) => (body.includes('"boss"') || body.includes('Lead') ? 400 : 'pass');
    lab.exchanges();
    clock.advance(CYCLE_MS);
    expect(hoursOf(await runFor(48 * HOUR), 'Lead')).toEqual(LADDER);
  });

  it('is a rename of a group that is not sent again because a member is waited for', async () => {
    await addUser(BOSS, 'boss');
    await lab.directory.put(
      { type: 'Group', id: TEAM, attributes: { displayName: 'Old', securityEnabled: true } },
      clock.now(),
    );
    await lab.directory.assign(TEAM, null, null, clock.now());
    await lab.directory.addMembers(TEAM, [BOSS], clock.now());
    decide = ({ method, body }) => (method === 'POST' && body.includes('"boss"') ? 400 : 'pass');
    await lab.run();
    await lab.directory.change(TEAM, { attributes: { displayName: 'New' } }, clock.now());
    decide = ({ body }) => (body.includes('"boss"') || body.includes('"New"') ? 501 : 'pass');
    lab.exchanges();
    clock.advance(CYCLE_MS);
    expect(hoursOf(await runFor(48 * HOUR), '"New"')).toEqual(LADDER);
  });

  it('is sent at once when the source gives it another value, and when all failures are to be tried', async () => {
    await addUser(ANN, 'ann', { jobTitle: 'Clerk' });
    await lab.run();
    await lab.directory.change(ANN, { attributes: { jobTitle: 'Lead' } }, clock.now());
    decide = ({ body }) => (body.includes('title') ? 400 : 'pass');
    await runFor(2 * CYCLE_MS);
    expect(await runFor(2 * CYCLE_MS)).toEqual([]);
    await lab.directory.change(ANN, { attributes: { jobTitle: 'Chief' } }, clock.now());
    expect(hoursOf(await runFor(CYCLE_MS), 'Chief')).toEqual([0]);
    await lab.run(true);
    expect(lab.exchanges().filter(({ request }) => request.method === 'PATCH')).toHaveLength(1);
  });

  it('is shown in a plan as one that waits, with the time, and counts as no failure', async () => {
    await addUser(ANN, 'ann', { jobTitle: 'Clerk' });
    await lab.run();
    decide = ({ body }) => (body.includes('Lead') ? 400 : 'pass');
    await lab.directory.change(ANN, { attributes: { jobTitle: 'Lead' } }, clock.now());
    await runFor(2 * CYCLE_MS);
    await lab.directory.put(
      { type: 'Group', id: TEAM, attributes: { displayName: 'T', securityEnabled: true } },
      clock.now(),
    );
    await lab.directory.assign(TEAM, null, null, clock.now());
    await lab.directory.addMembers(TEAM, [ANN], clock.now());
    await lab.directory.unassign(ANN, 'lab', clock.now());
    const { items, counts } = await lab.plan();
    expect(items.find((item) => item.kind === 'skip' && item.isWaiting)).toMatchObject({
      reason: expect.stringMatching(/attempt 2; it is tried again after 2026-/),
    });
    expect(counts.failed).toBe(0);
  });
});

describe('a deletion that was executed and never confirmed', () => {
  it('is followed by the question whether the object is still there, and not by a second deletion', async () => {
    await addUser(ANN, 'ann');
    await lab.run();
    await lab.directory.deletePermanently(ANN, clock.now());
    decide = ({ method }) => (method === 'DELETE' ? { lostAnswer: 500 } : 'pass');
    clock.advance(CYCLE_MS);
    await lab.run();
    lab.exchanges();
    clock.advance(CYCLE_MS);
    expect((await lab.run()).counts).toMatchObject({ failed: 0, delete: 1 });
    expect(lab.exchanges().map(({ request }) => request.method)).toEqual(['GET']);
    expect((await lab.state.links([ANN])).size).toBe(0);
    expect((await lab.log()).at(-1)).toMatchObject({
      provisioningAction: 'delete',
      provisioningStatusInfo: { status: 'success' },
    });
  });

  it('is sent again where the object is still there', async () => {
    await addUser(ANN, 'ann');
    await lab.run();
    await lab.directory.deletePermanently(ANN, clock.now());
    decide = ({ method }) => (method === 'DELETE' ? 500 : 'pass');
    clock.advance(CYCLE_MS);
    await lab.run();
    decide = () => 'pass';
    lab.exchanges();
    clock.advance(CYCLE_MS);
    await lab.run();
    expect(lab.exchanges().map(({ request }) => request.method)).toEqual(['GET', 'DELETE']);
    expect(target.resources('User')).toEqual([]);
  });
});

it('a new user with the name of a hard-deleted one fails with the account in the way, and is created next', async () => {
  await addUser(BOSS, 'ann');
  await lab.run();
  await lab.directory.deletePermanently(BOSS, clock.now());
  await addUser(ANN, 'ann');
  clock.advance(CYCLE_MS);
  await lab.run();
  expect((await lab.state.escrowsOf([ANN]))[0]?.failure.message).toMatch(
    /the target still holds the account of .*, deleted permanently, under userName .* is created once that account is gone/,
  );
  clock.advance(CYCLE_MS);
  expect(await lab.run()).toMatchObject({ state: 'Succeeded', counts: { create: 1 } });
});

it('no refused write is repeated before its time, and each comes in the first cycle after it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 6, maxLength: 14 }),
      fc.constantFrom(400, 403, 409, 422, 501),
      async (gaps, status) => {
        const id = sourceId(clock.guid());
        await addUser(id, `u${id}`, { jobTitle: 'Clerk' });
        decide = () => 'pass';
        await lab.run();
        await lab.directory.change(id, { attributes: { jobTitle: `Lead ${id}` } }, clock.now());
        decide = ({ body }) => (body.includes(`Lead ${id}`) ? status : 'pass');
        const waits = [0, 6, 12, 24].map((hours) => hours * HOUR);
        let dueAt = 0;
        let attempts = 0;
        lab.exchanges();
        for (const gap of gaps) {
          clock.advance(gap * HOUR);
          // Something else about the object changes each time, so that it is read in every cycle.
          await lab.directory.unassign(id, 'lab', clock.now());
          await lab.directory.assign(id, null, null, clock.now());
          await lab.run();
          const isSent = lab
            .exchanges()
            .some(({ request }) => JSON.stringify(request.body).includes(`Lead ${id}`));
          const now = Date.parse(clock.now());
          expect(isSent).toBe(now >= dueAt);
          if (!isSent) continue;
          dueAt = now + (waits[Math.min(attempts, 3)] as number);
          attempts += 1;
        }
        await lab.directory.deletePermanently(id, clock.now());
        decide = () => 'pass';
        await lab.run();
        lab.exchanges();
      },
    ),
    { numRuns: 15 },
  );
});
