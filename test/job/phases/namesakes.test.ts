import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Dialect } from '../../../src/model/dialect.ts';
import { type SourceId, sourceId } from '../../../src/model/identifiers.ts';
import { fakeWorld } from '../../support/fake-world.ts';
import { type Lab, openLab } from '../../support/lab.ts';
import { type SmallScimServer, startSmallScimServer } from '../../support/small-scim-server.ts';

const NAME = 'dana@contoso.com';
const OLD = sourceId('10000000-0000-4000-8000-000000000001');
const NEW = sourceId('10000000-0000-4000-8000-000000000002');
const DAY = 24 * 60 * 60_000;

let server: SmallScimServer;
let lab: Lab;
let clock: ReturnType<typeof fakeWorld>;

beforeEach(async () => {
  clock = fakeWorld();
  server = await startSmallScimServer();
});

afterEach(async () => {
  await lab.close();
  await server.stop();
});

async function hire(id: SourceId, displayName: string): Promise<void> {
  const attributes = { userPrincipalName: NAME, mailNickname: 'dana', displayName };
  await lab.directory.put({ type: 'User', id, attributes }, clock.now());
  await lab.directory.assign(id, null, null, clock.now());
}

async function open(dialect: Partial<Dialect>): Promise<void> {
  lab = openLab({ baseUrl: server.baseUrl, token: 't', clock, dialect });
  await hire(OLD, 'Old Dana');
  await run();
}

/** Runs a cycle some days later. @returns the failures, and whether the new user has an account */
async function run(days = 0): Promise<{ readonly messages: string; readonly isCreated: boolean }> {
  clock.advance(days * DAY + 60_000);
  await lab.run();
  const escrows = await lab.state.escrowsOf([NEW]);
  const messages = escrows.map(({ failure }) => `${failure.code}: ${failure.message}`).join();
  return { messages, isCreated: server.find('New Dana') !== undefined };
}

describe('a new user with the name of a deleted one is told when the account comes', () => {
  test('after the disabling, where that gives up the name', async () => {
    await open({});
    await lab.directory.delete(OLD, clock.now());
    await hire(NEW, 'New Dana');
    const first = await run();
    expect(first.messages).toContain(
      'it gives up the value with its disabling, which is sent last in a cycle',
    );
    expect(first.isCreated).toBe(false);
    expect(await run()).toEqual({ messages: '', isCreated: true });
  });

  test('after 30 days, where the account keeps the name', async () => {
    await open({ softDeleteRename: false });
    await lab.directory.delete(OLD, clock.now());
    await hire(NEW, 'New Dana');
    expect((await run()).messages).toContain('until it is deleted, 30 days after the deletion in the source');
    expect((await run(29)).messages).toContain('30 days after the deletion');
    const last = await run(1);
    expect(last.messages).toContain('deletions are sent last in a cycle');
    expect(last.isCreated).toBe(false);
    expect(await run()).toEqual({ messages: '', isCreated: true });
  });

  test('after the deletion, where users are deleted at once', async () => {
    await open({ hardDeleteOnDeprovision: true });
    await lab.directory.delete(OLD, clock.now());
    await hire(NEW, 'New Dana');
    expect((await run()).messages).toContain('deletions are sent last in a cycle');
    expect(await run()).toEqual({ messages: '', isCreated: true });
  });

  test('after 30 days, where the deleted one had left scope before', async () => {
    await open({});
    await leave();
    await hire(NEW, 'New Dana');
    expect((await run()).messages).toContain('30 days after the deletion');
    await run(30);
    expect(await run()).toEqual({ messages: '', isCreated: true });
  });

  test('once somebody renames that account, where nothing more is sent to it', async () => {
    await open({ deleteAfterUnassignment: 'never' });
    await leave();
    await hire(NEW, 'New Dana');
    const kept = 'nothing more is sent to that account, and it keeps the value: rename or remove it';
    expect((await run()).messages).toContain(kept);
    expect((await run(31)).messages).toContain(kept);
    const body = JSON.stringify({
      Operations: [{ op: 'replace', path: 'userName', value: 'old@contoso.com' }],
    });
    await fetch(`${server.baseUrl}/Users/${server.find('Old Dana')?.id}`, { method: 'PATCH', body });
    expect(await run()).toEqual({ messages: '', isCreated: true });
  });
});

/** The old user is unassigned, and is deleted in a later cycle. */
async function leave(): Promise<void> {
  await lab.directory.unassign(OLD, lab.job.settings.id, clock.now());
  await run();
  await lab.directory.delete(OLD, clock.now());
  await run();
}
