import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SourceId } from '../../../src/model/identifiers.ts';
import type { JobSettings } from '../../../src/model/job.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { type FakeWorld, fakeWorld } from '../../support/fake-world.ts';
import { type Lab, openLab } from '../../support/lab.ts';
import { type Mode, type SmallScimServer, startSmallScimServer } from '../../support/small-scim-server.ts';

const PORTAL = ['QuarantineState', 'Watermark', 'Escrows'] as const;

let server: SmallScimServer;
let clock: FakeWorld;
let lab: Lab;
let group: SourceId;
let users: readonly SourceId[];

/** A group of ann and ben, and cal, who is provisioned without it; after the first cycle. */
async function open(readMembers: JobSettings['target']['readMembers'], ...modes: Mode[]): Promise<void> {
  server = await startSmallScimServer(...modes);
  lab = openLab({ baseUrl: server.baseUrl, token: 't', clock, readMembers });
  const now = clock.now();
  const names = ['ann', 'ben', 'cal'];
  const made: SourceId[] = [];
  for (const name of names) {
    const attributes = { userPrincipalName: `${name}@contoso.com`, mailNickname: name, displayName: name };
    const id = await lab.directory.put({ type: 'User', attributes }, now);
    await lab.directory.assign(id, null, null, now);
    made.push(id);
  }
  users = made;
  group = await lab.directory.put(
    {
      type: 'Group',
      attributes: { displayName: 'Team', securityEnabled: true, mailEnabled: false },
    },
    now,
  );
  await lab.directory.addMembers(group, made.slice(0, 2), now);
  await lab.directory.assign(group, null, null, now);
  await run();
}

beforeEach(() => {
  clock = fakeWorld();
});

afterEach(async () => {
  await lab.close();
  await server.stop();
});

/** Runs a cycle and gives the members of each PATCH of the group, added and removed. */
async function run(): Promise<readonly string[]> {
  clock.advance(60_000);
  lab.exchanges();
  await lab.run();
  return lab.exchanges().flatMap(({ request }) => {
    if (request.method !== 'PATCH') return [];
    const operations = request.body?.Operations as unknown as readonly JsonObject[];
    return operations.flatMap(({ op, value }) =>
      (value as unknown as readonly { value: string }[]).map((one) => `${op} ${nameOf(one.value)}`),
    );
  });
}

const idOf = (name: string): string => String(server.find(`${name}@contoso.com`)?.id);

const nameOf = (id: string): string => ['ann', 'ben', 'cal'].find((name) => idOf(name) === id) ?? id;

const membersHeld = (): readonly string[] =>
  ((server.find('Team')?.members ?? []) as unknown as readonly { value: string }[])
    .map(({ value }) => nameOf(value))
    .sort();

/** Changes the group in the target, behind the back of the job. */
async function patchInTarget(op: 'add' | 'remove', name: string): Promise<void> {
  const value = [{ value: name.startsWith('x') ? name : idOf(name) }];
  const body = { Operations: [{ op, path: 'members', value }] };
  const url = `${server.baseUrl}/Groups/${server.find('Team')?.id}`;
  await fetch(url, { method: 'PATCH', body: JSON.stringify(body) });
}

describe('after a restart of the portal', () => {
  test('all members of a linked group are sent again, once, which repairs those the target lost', async () => {
    await open('never');
    await patchInTarget('remove', 'ben');
    await lab.restart(...PORTAL);
    expect((await lab.plan()).requests).toHaveLength(1);
    expect(await run()).toEqual(['Add ann', 'Add ben']);
    expect(membersHeld()).toEqual(['ann', 'ben']);
    expect(await run()).toEqual([]);
    await lab.restart('Escrows');
    expect(await run()).toEqual([]);
  });

  test('a removal that was not sent yet survives', async () => {
    await open('never');
    await lab.directory.removeMembers(group, [users[1] as SourceId], clock.now());
    await lab.restart(...PORTAL);
    expect(await run()).toEqual(['Add ann', 'Remove ben']);
    expect(membersHeld()).toEqual(['ann']);
  });

  test('members whose addition is refused are sent again later', async () => {
    await open('never');
    server.modes.add('refusing');
    await lab.restart(...PORTAL);
    expect(await run()).toEqual(['Add ann', 'Add ben']);
    server.modes.delete('refusing');
    expect(await run()).toEqual(['Add ann', 'Add ben']);
    expect(await run()).toEqual([]);
  });
});

describe('with readMembers: initial', () => {
  test('an initial cycle sends the difference between source and target only', async () => {
    await open('initial');
    await patchInTarget('remove', 'ben');
    await patchInTarget('add', 'cal');
    await patchInTarget('add', 'x-unknown');
    await lab.restart(...PORTAL);
    expect((await lab.plan()).requests).toHaveLength(2);
    expect(await run()).toEqual(['Add ben', 'Remove cal']);
    expect(membersHeld()).toEqual(['ann', 'ben', 'x-unknown']);
    await lab.restart(...PORTAL);
    expect(await run()).toEqual([]);
  });

  test('a member that the target had already is removed once the source no longer has it', async () => {
    await open('initial');
    await patchInTarget('add', 'cal');
    await lab.directory.addMembers(group, [users[2] as SourceId], clock.now());
    await lab.restart(...PORTAL);
    expect(await run()).toEqual([]);
    await lab.directory.removeMembers(group, [users[2] as SourceId], clock.now());
    expect(await run()).toEqual(['Remove cal']);
  });

  test('a target that appends doubles nobody, and a member it shows twice is a warning', async () => {
    await open('initial', 'appending');
    await lab.restart(...PORTAL);
    expect(await run()).toEqual([]);
    await patchInTarget('add', 'ann');
    await lab.restart(...PORTAL);
    const warning = (await lab.plan()).warnings.join();
    expect(warning).toMatch(
      /^the target shows members more than once in 1 group: Team; .*target\.dialect\.referenceCheck: true/,
    );
    expect(warning).not.toContain('target.readMembers');
  });

  test('a member whose addition was never confirmed is not added again where the target shows it', async () => {
    await open('initial', 'appending');
    await lab.state.apply([{ kind: 'memberIntent', group, members: users.slice(0, 1) }]);
    await lab.restart(...PORTAL);
    expect(await run()).toEqual([]);
    expect(await lab.state.pendingMembers([group])).toEqual(new Map());
    expect(membersHeld()).toEqual(['ann', 'ben']);
  });

  test('a removal is sent also where the target shows a part of its members only', async () => {
    await open('initial');
    await lab.directory.removeMembers(group, [users[1] as SourceId], clock.now());
    await lab.restart(...PORTAL);
    server.modes.add('partial');
    expect(await run()).toEqual(['Remove ben']);
    expect(membersHeld()).toEqual(['ann']);
    expect(await lab.state.pendingMembers([group])).toEqual(new Map());
  });

  test('the members of another group decide nothing', async () => {
    await open('initial');
    await lab.directory.removeMembers(group, [users[1] as SourceId], clock.now());
    await lab.restart(...PORTAL);
    server.modes.add('mistaken');
    expect(await run()).toEqual([]);
    expect((await lab.state.escrowsOf([group]))[0]?.failure.message).toMatch(/asked for the resource/);
    server.modes.clear();
    expect(await run()).toEqual(['Remove ben']);
    expect(membersHeld()).toEqual(['ann']);
  });

  test('a target that never shows members gets all of them again', async () => {
    await open('initial', 'bare');
    await lab.restart(...PORTAL);
    await patchInTarget('remove', 'ann');
    await patchInTarget('remove', 'ben');
    expect(await run()).toEqual(['Add ann', 'Add ben']);
  });
});
