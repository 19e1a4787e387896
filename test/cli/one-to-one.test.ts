import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { aRecording } from '../io/stores/recordings.ts';
import { fakeWorld } from '../support/fake-world.ts';
import { type Lab, openLab } from '../support/lab.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { type ListeningServer, listenOnLoopback } from '../targets/foreign-target.ts';
import { usersUpTo } from './daemon-process.ts';
import { openPlanBench } from './plan-files.ts';

/** A target in which no filter finds a resource, and that gives creations the ids of the test. */
interface OddTarget extends ListeningServer {
  readonly baseUrl: string;
  creations: number;
  idOf: (n: number) => string;
}

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

const textOf = async (incoming: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
};

const startOddTarget = async (idOf: (n: number) => string): Promise<OddTarget> => {
  const server = await listenOnLoopback(async (incoming, response) => {
    const text = await textOf(incoming);
    const answer = (status: number, body: JsonObject): void => {
      response.writeHead(status, { 'content-type': 'application/scim+json' }).end(JSON.stringify(body));
    };
    if (incoming.method !== 'POST') {
      answer(200, { schemas: [LIST], totalResults: 0, Resources: [] });
      return;
    }
    odd.creations += 1;
    answer(201, { ...(JSON.parse(text) as JsonObject), id: odd.idOf(odd.creations) });
  });
  const odd: OddTarget = { ...server, baseUrl: `${server.origin}/scim`, creations: 0, idOf };
  return odd;
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('a target that answers each creation with the same id', () => {
  let odd: OddTarget;
  let lab: Lab;
  const clock = fakeWorld();

  const addUsers = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) {
      const attributes = { userPrincipalName: `user${n}@contoso.com`, displayName: `User ${n}` };
      const id = await lab.directory.put({ type: 'User', attributes }, clock.now());
      await lab.directory.assign(id, null, null, clock.now());
    }
  };

  beforeEach(async () => {
    odd = await startOddTarget(() => 'same');
    lab = openLab({ baseUrl: odd.baseUrl, token: 'x', clock, concurrency: 16 });
    closing.push(odd.close, lab.close);
  });

  test('links one of many that are created concurrently, and fails the others with the name of its owner', async () => {
    await addUsers(40);
    const record = await lab.run();
    expect(odd.creations).toBe(40);
    expect(record.counts).toMatchObject({ create: 1, failed: 39 });
    expect((await lab.state.linkCounts()).User).toBe(1);
    const linked = lab.outcomes().find(({ result }) => result === 'success')?.change.source.id ?? '';
    const failures = lab.outcomes().flatMap((one) => (one.result === 'failure' ? [one.failure] : []));
    expect(failures).toHaveLength(39);
    for (const { code, message } of failures) {
      expect(code).toBe('DuplicateTargetEntries');
      expect(message).toMatch(/the id "same", which belongs to another source object .* an id of its own/);
      expect(message).toContain(linked);
    }
    expect(await lab.state.escrowCount(false)).toBe(39);
  });

  test('gives nothing to those who come in a later cycle', async () => {
    await addUsers(1);
    await lab.run();
    await addUsers(3);
    const record = await lab.run();
    expect(record.counts).toMatchObject({ create: 0, failed: 2 });
    expect((await lab.state.linkCounts()).User).toBe(1);
  });

  test('may give a group the id of a user', async () => {
    await addUsers(1);
    const attributes = { displayName: 'Crew', securityEnabled: true, mailNickname: 'crew' };
    const group = await lab.directory.put({ type: 'Group', attributes }, clock.now());
    await lab.directory.assign(group, null, null, clock.now());
    expect((await lab.run()).counts).toMatchObject({ create: 2, failed: 0 });
  });

  test('loses nothing of those who get an id of their own on the same page', async () => {
    odd.idOf = (n) => (n % 4 === 0 ? 'same' : `id-${n}`);
    await addUsers(40);
    const record = await lab.run();
    expect(record.counts).toMatchObject({ create: 31, failed: 9 });
    expect((await lab.state.linkCounts()).User).toBe(31);
  });
});

describe('an id that is linked already', () => {
  test('is not given to a second user that is provisioned on demand', async () => {
    const odd = await startOddTarget(() => 'same');
    const job: SpawnedJob = await setUpJob({ tenantUrl: odd.baseUrl, token: 'x', directory: usersUpTo(2) });
    closing.push(odd.close, job.remove);
    expect((await job.entrain('provision', 'user0@contoso.com')).code).toBe(0);
    const second = await job.entrain('provision', 'user1@contoso.com');
    expect(second.code).toBe(3);
    expect(second.stdout).toContain('DuplicateTargetEntries');
    expect((await job.document('status')).json).toBeDefined();
  });

  test('is not given to a second user by a saved plan that was made before', async () => {
    const { lab, clock, target, keep, apply, close } = await openPlanBench();
    closing.push(close);
    const put = async (name: string) => {
      const attributes = { userPrincipalName: `${name}@contoso.com`, displayName: name };
      const id = await lab.directory.put({ type: 'User', attributes }, clock.now());
      await lab.directory.assign(id, null, null, clock.now());
      return id;
    };
    const existing = target.seed('User', { userName: 'ada@contoso.com', displayName: 'before' });
    const [ada, bob] = [await put('ada'), await put('bob')];
    const plan = await keep();
    const link = {
      sourceId: bob,
      targetId: existing.id as never,
      objectType: 'User' as const,
      isManaged: true,
      hasMemberships: false,
    };
    await lab.state.apply(aRecording({ link }));
    const { record, sent } = await apply(plan, { skipChanged: true });
    expect(sent).toEqual([]);
    expect(record.counts.failed).toBe(1);
    expect((await lab.state.links([ada])).size).toBe(0);
    expect((await lab.state.escrowsOf([ada]))[0]?.failure.code).toBe('DuplicateSourceEntries');
  });
});
