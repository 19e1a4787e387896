import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SourceId, sourceId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { startTarget } from '../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-world.ts';
import { generateDirectory } from '../support/generated-directory.ts';
import { type Lab, type LabOptions, openLab } from '../support/lab.ts';
import { startScimmy } from '../support/scimmy-target.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { expectConvergence } from './convergence-script.ts';
import { type GuardedTarget, guardTarget, type Passage, type PassingRequest } from './guarded-target.ts';
import { viewTarget } from './target-view.ts';

const PUT = { updateMethod: 'put' } as const;

describe('a target that takes PUT and no PATCH', () => {
  const withoutPatch = ({ method }: PassingRequest): Passage => (method === 'PATCH' ? 405 : 'pass');

  test.each(['cached', 'live'] as const)('converges with any directory, state %s', async (state) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 10, max: 30 }), async (seed, size) => {
        const target = await startTarget();
        const guarded = await guardTarget(target, withoutPatch);
        const clock = fakeWorld();
        const { baseUrl } = guarded;
        const lab = openLab({ baseUrl, token: target.token, clock, dialect: PUT, state });
        const look = async () => viewTarget(target.resources('User'), target.resources('Group'));
        try {
          const generated = generateDirectory(seed, size);
          await expectConvergence({ lab, clock, generated, random: seededRandom(seed), look }, [15, 15]);
        } finally {
          await lab.close();
          await guarded.close();
          await target.stop();
        }
      }),
      { numRuns: 3 },
    );
  });

  test('converges with any directory where the server is strict and not ours', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 10, max: 25 }), async (seed, size) => {
        const scimmy = await startScimmy();
        const guarded = await guardTarget(scimmy, withoutPatch);
        const clock = fakeWorld();
        const { baseUrl } = guarded;
        const lab = openLab({ baseUrl, token: scimmy.token, clock, dialect: PUT });
        const look = async () => viewTarget(await scimmy.users(), await scimmy.groups());
        try {
          const generated = generateDirectory(seed, size);
          await expectConvergence({ lab, clock, generated, random: seededRandom(seed), look }, [15, 15]);
        } finally {
          await lab.close();
          await guarded.close();
          await scimmy.stop();
        }
      }),
      { numRuns: 3 },
    );
  });
});

describe('an update by PUT', () => {
  const ANN: SourceId = sourceId('10000000-0000-4000-8000-000000000001');
  const BEN: SourceId = sourceId('10000000-0000-4000-8000-000000000002');
  const TEAM: SourceId = sourceId('20000000-0000-4000-8000-000000000001');
  let target: Awaited<ReturnType<typeof startTarget>>;
  let guarded: GuardedTarget;
  let decide: (request: PassingRequest) => Passage;
  let clock: FakeWorld;
  let lab: Lab;

  const open = async (options: Partial<LabOptions> = {}): Promise<void> => {
    lab = openLab({
      baseUrl: guarded.baseUrl,
      token: target.token,
      clock,
      verify: 'read',
      dialect: PUT,
      ...options,
    });
    for (const [id, name] of [
      [ANN, 'ann'],
      [BEN, 'ben'],
    ] as const) {
      const attributes = {
        userPrincipalName: `${name}@contoso.com`,
        displayName: name,
        mailNickname: name,
        jobTitle: 'Clerk',
        mobile: '+47 1',
      };
      await lab.directory.put({ type: 'User', id, attributes }, clock.now());
      await lab.directory.assign(id, null, null, clock.now());
    }
    const attributes = { displayName: 'Team', securityEnabled: true };
    await lab.directory.put({ type: 'Group', id: TEAM, attributes }, clock.now());
    await lab.directory.assign(TEAM, null, null, clock.now());
    await lab.directory.addMembers(TEAM, [ANN], clock.now());
    await run();
  };

  const run = async (full = false): Promise<readonly string[]> => {
    clock.advance(60_000);
    lab.exchanges();
    await lab.run(full);
    return lab
      .exchanges()
      .filter(({ request }) => request.method !== 'GET')
      .map(({ request: { method, path } }) => `${method} /${path.split('/')[1]}`);
  };

  const ann = (): JsonObject =>
    target.resources('User').find(({ userName }) => String(userName).includes('ann@')) ?? {};
  const members = () => target.resources('Group')[0]?.members;

  beforeEach(async () => {
    clock = fakeWorld();
    target = await startTarget();
    decide = () => 'pass';
    guarded = await guardTarget(target, (request) => decide(request));
  });

  afterEach(async () => {
    await lab.close();
    await guarded.close();
    await target.stop();
  });

  test('keeps what the target holds besides, and leaves meta to it', async () => {
    await open();
    await fetch(`${target.baseUrl}/Users/${ann().id}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'add', path: 'nickName', value: 'annie' }],
      }),
    });
    await lab.directory.change(ANN, { attributes: { jobTitle: 'Lead' } }, clock.now());
    let sent: JsonObject = {};
    decide = ({ method, body }) => {
      if (method === 'PUT') sent = JSON.parse(body) as JsonObject;
      return 'pass';
    };
    expect(await run()).toEqual(['PUT /Users']);
    expect(ann()).toMatchObject({ title: 'Lead', nickName: 'annie', active: true });
    expect(sent).toMatchObject({ id: ann().id, schemas: expect.anything(), title: 'Lead' });
    expect(sent).not.toHaveProperty('meta');
    expect([...(await run()), ...(await run(true))]).toEqual([]);
  });

  test('of a cleared value sends the resource without it', async () => {
    await open({ dialect: { ...PUT, clearValues: 'remove' } });
    await lab.directory.change(ANN, { attributes: { jobTitle: null, mobile: null } }, clock.now());
    expect(await run()).toEqual(['PUT /Users']);
    expect(ann()).not.toHaveProperty('title');
    expect(JSON.stringify(ann())).not.toContain('mobile');
    expect([...(await run()), ...(await run(true))]).toEqual([]);
  });

  test('of a group keeps its members, and one request adds and removes them', async () => {
    await open();
    await lab.directory.change(TEAM, { attributes: { displayName: 'Crew' } }, clock.now());
    expect(await run()).toEqual(['PUT /Groups']);
    expect(members()).toMatchObject([{ value: ann().id }]);
    await lab.directory.addMembers(TEAM, [BEN], clock.now());
    await lab.directory.removeMembers(TEAM, [ANN], clock.now());
    expect(await run()).toEqual(['PUT /Groups']);
    expect(JSON.stringify(members())).not.toContain(String(ann().id));
    expect(members()).toHaveLength(1);
    expect([...(await run()), ...(await run(true))]).toEqual([]);
  });

  test('disables who is blocked, and enables who comes back', async () => {
    await open();
    await lab.directory.change(ANN, { attributes: { accountEnabled: false } }, clock.now());
    await run();
    expect(ann()).toMatchObject({ active: false });
    await lab.directory.change(ANN, { attributes: { accountEnabled: true } }, clock.now());
    await run();
    expect(ann()).toMatchObject({ active: true, title: 'Clerk' });
  });

  test('fails where the resource cannot be read, and nothing is sent', async () => {
    await open();
    await lab.directory.change(ANN, { attributes: { jobTitle: 'Lead' } }, clock.now());
    decide = ({ method, path }) => (method === 'GET' && path.startsWith('/Users/') ? 500 : 'pass');
    expect(await run()).toEqual([]);
    expect((await lab.state.escrowsOf([ANN]))[0]?.failure).toMatchObject({ status: 500 });
    decide = () => 'pass';
    expect(await run()).toEqual(['PUT /Users']);
  });

  test('is planned as PUT without a body, which only the target can tell', async () => {
    await open();
    await lab.directory.change(ANN, { attributes: { jobTitle: 'Lead' } }, clock.now());
    const { requests } = await lab.plan();
    expect(requests).toMatchObject([{ method: 'PUT', body: null }]);
  });

  test('that is refused is sent again by attribute where the job says so', async () => {
    await open({ dialect: { ...PUT, splitRefused: true } });
    await lab.directory.change(
      ANN,
      { attributes: { jobTitle: 'Lead', displayName: 'Ann Lee' } },
      clock.now(),
    );
    decide = ({ method, body }) => (method === 'PUT' && body.includes('Lead') ? 400 : 'pass');
    expect(await run()).toHaveLength(3);
    expect(ann()).toMatchObject({ displayName: 'Ann Lee', title: 'Clerk' });
  });
});
