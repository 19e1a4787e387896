import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SourceId, sourceId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-world.ts';
import { type Lab, openLab } from '../support/lab.ts';
import { type GuardedTarget, guardTarget, type Passage, type PassingRequest } from './guarded-target.ts';

const CYCLE_MS = 40 * 60_000;
const DIALECTS = ['legacy', 'aadOptscim062020'] as const;
const ANN: SourceId = sourceId('10000000-0000-4000-8000-000000000001');
const LEAD = { jobTitle: 'Lead', displayName: 'Ann Lee', city: 'Oslo' };

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
});

afterEach(async () => {
  await lab.close();
  await guarded.close();
  await target.stop();
});

/** A user is provisioned. */
async function open(
  patch: (typeof DIALECTS)[number] = 'legacy',
  splitRefused = true,
  absentValuePath: 'path' | 'object' = 'path',
): Promise<void> {
  lab = openLab({
    baseUrl: guarded.baseUrl,
    token: target.token,
    clock,
    verify: 'read',
    dialect: { patch, splitRefused, absentValuePath },
  });
  const attributes = {
    userPrincipalName: 'ann@contoso.com',
    displayName: 'Ann',
    mailNickname: 'ann',
    jobTitle: 'Clerk',
    city: 'Bergen',
  };
  await lab.directory.put({ type: 'User', id: ANN, attributes }, clock.now());
  await lab.directory.assign(ANN, null, null, clock.now());
  await lab.run();
}

const change = (attributes: Readonly<Record<string, string>>): Promise<unknown> =>
  lab.directory.change(ANN, { attributes }, clock.now());

/** The attributes of each PATCH of the next cycle, in its order. */
async function run(full = false): Promise<readonly string[]> {
  clock.advance(CYCLE_MS);
  lab.exchanges();
  await lab.run(full);
  return lab.exchanges().flatMap(({ request: { method, body } }) => {
    if (method !== 'PATCH') return [];
    const operations = body?.Operations as unknown as readonly JsonObject[];
    return [
      operations
        .flatMap(({ path, value }) => (path === undefined ? Object.keys(value as JsonObject) : [path]))
        .map((path) => (String(path).startsWith('addresses') ? 'city' : String(path)))
        .sort()
        .join(' '),
    ];
  });
}

/** Refuses each PATCH that writes one of these attributes. */
const refuse =
  (words: RegExp, status = 400) =>
  ({ method, body }: PassingRequest): Passage =>
    method === 'PATCH' && words.test(body) ? status : 'pass';

/** What the target holds of the user. */
async function held(): Promise<JsonObject> {
  const response = await fetch(`${target.baseUrl}/Users`, {
    headers: { authorization: `Bearer ${target.token}` },
  });
  const { Resources: resources } = (await response.json()) as { Resources: readonly JsonObject[] };
  return resources[0] ?? {};
}

const failureOfAnn = async () => (await lab.state.escrowsOf([ANN]))[0]?.failure;

describe.each(DIALECTS)('an update of which the target refuses a value, in the form %s', (patch) => {
  test.each([400, 409, 422, 501])('is sent again by attribute: all else is written: %i', async (status) => {
    await open(patch);
    await change(LEAD);
    decide = refuse(/title/, status);
    const [whole, ...parts] = await run();
    expect([whole, parts.toSorted()]).toEqual(['city displayName title', ['city', 'displayName', 'title']]);
    expect(await held()).toMatchObject({ displayName: 'Ann Lee', title: 'Clerk' });
    expect(await failureOfAnn()).toMatchObject({
      status,
      message: expect.stringMatching(/^displayName, addresses.* accepted; title refused: /),
    });
    const [entry] = (await lab.log()).slice(-1);
    expect(entry?.provisioningStatusInfo.status).toBe('failure');
    expect(JSON.stringify(entry?.provisioningSteps)).toContain('title refused: ');
  });

  test('sends later what was refused only, at its time, and names it', async () => {
    await open(patch);
    await change(LEAD);
    decide = refuse(/title/);
    await run();
    expect(await run()).toEqual(['title']);
    expect((await failureOfAnn())?.message).toMatch(/^title refused: /);
    expect(await run()).toEqual([]);
    decide = () => 'pass';
    clock.advance(12 * CYCLE_MS);
    expect(await run()).toEqual(['title']);
    expect(await run(true)).toEqual([]);
    expect([await failureOfAnn(), (await held()).title]).toEqual([undefined, 'Lead']);
  });

  test('sends at once what changes meanwhile', async () => {
    await open(patch);
    await change(LEAD);
    decide = refuse(/title/);
    await run();
    await run();
    await change({ city: 'Tromsø' });
    expect((await run()).toSorted()).toEqual(['city', 'city title', 'title']);
    expect(await run()).toEqual([]);
  });

  test('succeeds where each attribute is taken by itself, and writes nothing afterwards', async () => {
    await open(patch);
    await change(LEAD);
    decide = ({ method, body }) =>
      method === 'PATCH' && /title/.test(body) && /Ann Lee/.test(body) ? 400 : 'pass';
    expect(await run()).toHaveLength(4);
    expect([await failureOfAnn(), await held()]).toMatchObject([undefined, { title: 'Lead' }]);
    expect(await run()).toEqual([]);
    expect(await run(true)).toEqual([]);
  });

  test('disables a deleted user whose new name is refused', async () => {
    await open(patch);
    await lab.directory.delete(ANN, clock.now());
    decide = refuse(/userName/);
    expect(await run()).toEqual(['active userName', 'active', 'userName']);
    expect(await held()).toMatchObject({ active: false, userName: 'ann@contoso.com' });
    expect(await run()).toEqual(['userName']);
  });
});

describe('an update that is sent again by attribute', () => {
  test('is sent as a whole only by default', async () => {
    await open('legacy', false);
    await change(LEAD);
    decide = refuse(/title/);
    expect(await run()).toHaveLength(1);
    expect(await held()).toMatchObject({ displayName: 'Ann' });
  });

  test.each([401, 403, 404, 500])('is not where the answer concerns no attribute: %i', async (status) => {
    await open();
    await change(LEAD);
    decide = refuse(/title/, status);
    await run().catch(() => null);
    expect(await held()).toMatchObject({ displayName: 'Ann' });
  });

  test('manages a user who is back in scope, so that the account is disabled again later', async () => {
    await open();
    await lab.directory.unassign(ANN, 'lab', clock.now());
    await run();
    await lab.directory.assign(ANN, null, null, clock.now());
    await change({ jobTitle: 'Lead' });
    decide = refuse(/title/);
    expect(await run()).toEqual(['active title', 'active', 'title']);
    expect(await held()).toMatchObject({ active: true });
    await lab.directory.unassign(ANN, 'lab', clock.now());
    await run();
    expect(await held()).toMatchObject({ active: false });
  });

  test('links an account that was found, and writes only the rest later', async () => {
    await open();
    await lab.restart('Full');
    await change(LEAD);
    decide = refuse(/title/);
    expect(await run()).toHaveLength(4);
    expect((await lab.state.links([ANN])).get(ANN)).toMatchObject({ isManaged: true });
    expect(await run()).toEqual(['title']);
  });

  test('ends at a fault of the target, and says what was not sent', async () => {
    await open();
    await change({ ...LEAD, department: 'Sales' });
    decide = ({ method, body }) => {
      if (method !== 'PATCH') return 'pass';
      if (/title/.test(body)) return 400;
      return /addresses/.test(body) ? 500 : 'pass';
    };
    await run();
    expect((await failureOfAnn())?.message).toMatch(/ not sent; title refused: .*; addresses.* failed: /);
    decide = refuse(/title/);
    await run();
    expect(await run()).toEqual(['title']);
    expect(await run()).toEqual([]);
    expect(await held()).toMatchObject({
      displayName: 'Ann Lee',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Sales' },
    });
  });

  test('heals where the answer to a part was lost', async () => {
    await open();
    await change(LEAD);
    decide = ({ method, body }) => {
      if (method !== 'PATCH') return 'pass';
      if (/title/.test(body)) return 400;
      return /displayName/.test(body) ? 'reset' : 'pass';
    };
    await run();
    decide = refuse(/title/);
    await run();
    await run();
    expect(await held()).toMatchObject({ displayName: 'Ann Lee', title: 'Clerk' });
    decide = () => 'pass';
    clock.advance(40 * CYCLE_MS);
    await run();
    expect(await held()).toMatchObject({ displayName: 'Ann Lee', title: 'Lead' });
    expect(await run(true)).toEqual([]);
  });

  test('records what was accepted when the run is stopped in between', async () => {
    await open();
    await change(LEAD);
    const stop = new AbortController();
    decide = ({ method, body }) => {
      if (method !== 'PATCH') return 'pass';
      if (!/title/.test(body)) stop.abort();
      return /title/.test(body) ? 400 : 'pass';
    };
    clock.advance(CYCLE_MS);
    await lab.run(false, stop.signal);
    decide = refuse(/title/);
    expect((await run()).toSorted()).toEqual(['city', 'city title', 'title']);
    expect(await held()).toMatchObject({ displayName: 'Ann Lee', title: 'Clerk' });
  });
});

describe.each(DIALECTS)('a target that refuses what it carried out, in the form %s', (patch) => {
  const mobiles = async () =>
    ((await held()).phoneNumbers as unknown as readonly JsonObject[])
      .filter(({ type }) => type === 'mobile')
      .map(({ value }) => value);

  test.each([true, false])(
    'gets an entry that is added as an object once, splitRefused %s',
    async (splits) => {
      await open(patch, splits, 'object');
      await change({ mobile: '+47 1', jobTitle: 'Lead' });
      decide = ({ method, body }) =>
        method === 'PATCH' && /title/.test(body) ? { lostAnswer: 400 } : 'pass';
      // The whole adds it; its part writes the entry that is there by then.
      expect((await run()).slice(1)).not.toContain('phoneNumbers');
      expect(await mobiles()).toEqual(['+47 1']);
      decide = () => 'pass';
      await change({ mobile: '+47 2' });
      await run();
      expect(await mobiles()).toEqual(['+47 2']);
      expect(await run(true)).toEqual([]);
    },
  );
});
