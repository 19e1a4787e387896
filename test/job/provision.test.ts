import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/model/errors.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { DEFAULT_SAFETY } from '../../src/model/safety.ts';
import { schemaDocument } from '../support/lab.ts';
import { guid, type OnDemandLab, openOnDemandLab } from './provision-setup.ts';

let lab: OnDemandLab;

beforeEach(async () => {
  lab = await openOnDemandLab();
});

afterEach(() => lab.closeAll());

const PROBES = ['GET /Users', 'GET /Groups'];

const userNames = () => lab.target.resources('User').map(({ userName }) => userName);

const writes = () => lab.sent().filter((line) => !line.startsWith('GET'));

/** The generic schema without the mapping of titles. */
const withoutTitle = (): JsonObject =>
  JSON.parse(JSON.stringify(schemaDocument('config/scim.schema.json')), (key, value) =>
    key === 'attributeMappings'
      ? value.filter((one: JsonObject) => one.targetAttributeName !== 'title')
      : value,
  ) as JsonObject;

/** The bodies of the PATCH requests so far. */
const patches = () =>
  lab.target
    .requests()
    .filter(({ method }) => method === 'PATCH')
    .map(({ requestBody }) => requestBody as JsonObject);

describe('provision on demand of a user', () => {
  it('goes through all steps for this user alone, and leaves the watermark where it was', async () => {
    const [ada, bob] = [lab.addUser(1), lab.addUser(2)];
    lab.assign(ada, bob);
    const result = await lab.provision(ada);
    expect(lab.sent()).toEqual([...PROBES, 'GET /Users', 'POST /Users']);
    expect(userNames()).toEqual(['user1@contoso.com']);
    expect(result.connection).toBeNull();
    expect(result.objects.map(({ label, steps }) => [label, steps.map(({ name }) => name)])).toEqual([
      ['user1@contoso.com', ['EntryImport', 'EntryImportObjectNotFound', 'EntrySynchronizationScoping']],
    ]);
    expect(result.objects[0]?.actions).toMatchObject([
      { planned: { change: { action: 'create' } }, outcome: { result: 'success' } },
    ]);
    expect(lab.state.position()).toBeNull();
    expect(lab.state.cycles(1)).toEqual([]);
    const cycle = await lab.run();
    expect(cycle).toMatchObject({ kind: 'initial', counts: { create: 1 } });
    expect(userNames()).toEqual(['user1@contoso.com', 'user2@contoso.com']);
  });

  it('leaves a result that is plain JSON', async () => {
    const ada = lab.addUser(1);
    lab.assign(ada);
    const result = await lab.provision(ada);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('is logged with all steps, under the person who asked for it', async () => {
    const ada = lab.addUser(1);
    lab.assign(ada);
    const { cycleId, entries } = await lab.provision(ada);
    expect(lab.log()).toEqual(entries);
    expect(entries).toMatchObject([
      {
        cycleId,
        provisioningAction: 'create',
        initiatedBy: { id: '', displayName: 'ada', initiatorType: 'user' },
        provisioningSteps: [
          { name: 'EntryImport', provisioningStepType: 'import' },
          { name: 'EntryImportObjectNotFound' },
          { name: 'EntrySynchronizationScoping' },
          { name: 'EntrySynchronizationAdd' },
          { name: 'EntryExportAdd', status: 'success' },
        ],
      },
    ]);
  });

  it('logs also an unassigned user, who is left alone without asking the target', async () => {
    const ada = lab.addUser(1);
    const { entries, objects } = await lab.provision(ada);
    expect(lab.sent()).toEqual(PROBES);
    expect(objects[0]?.actions).toMatchObject([
      { planned: { kind: 'skip', skip: { reason: 'NotEffectivelyEntitled' } }, outcome: null },
    ]);
    expect(entries).toMatchObject([{ provisioningStatusInfo: { status: 'skipped' } }]);
  });

  it('updates a linked user, and has nothing left to do the second time', async () => {
    const ada = lab.addUser(1);
    lab.assign(ada);
    await lab.run();
    lab.addUser(1, { jobTitle: 'Lead' });
    lab.sent();
    await lab.provision(ada);
    expect(writes()).toEqual([expect.stringMatching(/^PATCH \/Users\//)]);
    expect(lab.target.resources('User')[0]?.title).toBe('Lead');
    const again = await lab.provision(ada);
    expect(again.objects[0]?.actions).toMatchObject([{ planned: { skip: { reason: 'RedundantExport' } } }]);
    expect(writes()).toEqual([]);
  });

  it('writes the manager once the manager is linked, and says so while he is not', async () => {
    const boss = lab.addUser(1);
    const ada = lab.addUser(2, {}, boss);
    lab.assign(boss, ada);
    const { notes } = await lab.provision(ada);
    expect(notes).toEqual([expect.stringContaining(`refers to ${boss}, which is not provisioned`)]);
    await lab.provision(boss);
    lab.sent();
    const second = await lab.provision(ada);
    expect(writes()).toEqual([expect.stringMatching(/^PATCH \/Users\//)]);
    expect(second.notes).toEqual([]);
    expect(second.objects[0]?.actions.map(({ planned }) => planned.kind)).toEqual(['skip', 'change']);
    const [bossAccount] = lab.target
      .resources('User')
      .filter(({ userName }) => userName === 'user1@contoso.com');
    expect(JSON.stringify(patches().at(-1))).toContain(String(bossAccount?.id));
  });

  it('speaks the legacy dialect, whatever the tenant URL says', async () => {
    await lab.closeAll();
    lab = await openOnDemandLab({ dialect: { patch: 'aadOptscim062020' } });
    const ada = lab.addUser(1);
    lab.assign(ada);
    await lab.run();
    lab.directory.unassign(ada, 'lab', lab.clock.now());
    await lab.provision(ada);
    expect(patches()).toMatchObject([{ Operations: [{ op: 'Replace', path: 'active', value: 'False' }] }]);
  });

  it('disables a user who was unassigned, over whatever threshold, and counts for none', async () => {
    await lab.closeAll();
    lab = await openOnDemandLab({ job: { safety: { ...DEFAULT_SAFETY, deletionThreshold: 0 } } });
    const ada = lab.addUser(1);
    lab.assign(ada);
    await lab.run();
    lab.directory.unassign(ada, 'lab', lab.clock.now());
    const before = lab.state.control();
    const { objects } = await lab.provision(ada);
    expect(objects[0]?.actions).toMatchObject([
      { planned: { change: { action: 'disable' } }, outcome: { result: 'success' } },
    ]);
    expect(lab.target.resources('User')).toMatchObject([{ active: false }]);
    expect(lab.state.control()).toEqual(before);
    await expect(lab.run()).resolves.toMatchObject({ counts: { disable: 0, stagedDelete: 0 } });
  });

  it('keeps a failure for retry, and clears it when it succeeds', async () => {
    const ada = lab.addUser(1);
    lab.assign(ada);
    lab.target.fault('422');
    const failed = await lab.provision(ada);
    expect(failed.objects[0]?.actions).toMatchObject([{ outcome: { result: 'failure' } }]);
    expect(lab.state.escrowsOf([ada])).toMatchObject([{ sourceId: ada, attemptCount: 1 }]);
    lab.target.fault(null);
    await lab.provision(ada);
    expect(lab.state.escrowsOf([ada])).toEqual([]);
    expect(userNames()).toEqual(['user1@contoso.com']);
  });

  it('looks at nobody else, not even at failures whose time has come', async () => {
    const [ada, bob] = [lab.addUser(1), lab.addUser(2)];
    lab.assign(ada, bob);
    await lab.run();
    lab.addUser(1, { jobTitle: 'Lead' });
    lab.target.fault('422');
    await lab.run();
    lab.target.fault(null);
    lab.clock.advance(7 * 60 * 60_000);
    lab.sent();
    await lab.provision(bob);
    expect(lab.sent()).toEqual(PROBES);
    expect(lab.state.escrowsOf([ada, bob]).map(({ sourceId }) => sourceId)).toEqual([ada]);
  });

  it('carries out what the threshold held back, for this user alone', async () => {
    await lab.closeAll();
    lab = await openOnDemandLab({ job: { safety: { ...DEFAULT_SAFETY, deletionThreshold: 1 } } });
    const users = [1, 2].map((n) => lab.addUser(n));
    lab.assign(...users);
    await lab.run();
    for (const id of users) lab.directory.unassign(id, 'lab', lab.clock.now());
    await expect(lab.run()).rejects.toMatchObject({ reason: 'TooManyDeletes' });
    expect([...lab.state.stagedObjects('User', 10)].flat()).toEqual(users);
    await lab.provision(guid(1));
    expect(lab.target.resources('User').map(({ active }) => active)).toEqual([false, true]);
    expect([...lab.state.stagedObjects('User', 10)].flat()).toEqual([guid(2)]);
  });

  it('links an account anew once its link was forgotten', async () => {
    const ada = lab.addUser(1);
    lab.assign(ada);
    await lab.run();
    const link = lab.state.links([ada]).get(ada);
    lab.restart('ConnectorDataStore');
    expect(lab.state.links([ada]).size).toBe(0);
    await lab.provision(ada);
    expect(lab.state.links([ada]).get(ada)).toEqual(link);
    expect(userNames()).toEqual(['user1@contoso.com']);
  });

  it('reads the target where what is remembered of it was seen through other mappings', async () => {
    const ada = lab.addUser(1);
    lab.assign(ada);
    await lab.run();
    const position = lab.state.position();
    const other = lab.with({ schema: withoutTitle() });
    expect(other.job.schemaFingerprint).not.toBe(lab.job.schemaFingerprint);
    lab.sent();
    await lab.provisionAs(other, ada);
    expect(lab.sent()).toEqual([...PROBES, expect.stringMatching(/^GET \/Users\/.+/)]);
    // The next cycle still is the initial one that changed mappings call for.
    expect(lab.state.position()).toEqual(position);
    expect(await other.run()).toMatchObject({ kind: 'initial' });
  });

  it('ends with the connection test where that fails, and writes nothing', async () => {
    await lab.closeAll();
    lab = await openOnDemandLab({ token: 'wrong' });
    const ada = lab.addUser(1);
    lab.assign(ada);
    const { connection, objects, entries } = await lab.provision(ada);
    expect(connection).toMatchObject({
      failure: { code: 'SystemForCrossDomainIdentityManagementInvalidCredentials', status: 401 },
      exchange: { request: { method: 'GET', path: '/Users' }, response: { status: 401 } },
    });
    expect([objects.flatMap(({ actions }) => actions), entries, lab.log()]).toEqual([[], [], []]);
    expect(lab.state.control().quarantine).toBeNull();
  });

  it('begins nothing once it is interrupted', async () => {
    const users = [1, 2].map((n) => lab.addUser(n));
    const group = lab.addGroup(9, users);
    lab.assign(group);
    const { objects } = await lab.provision(group, users, AbortSignal.abort());
    expect(objects.flatMap(({ actions }) => actions)).toEqual([]);
    expect(lab.sent()).toEqual([...PROBES, 'GET /Users']);
    expect(lab.log()).toEqual([]);
  });
});

describe('provision on demand of a group', () => {
  it('provisions the members that were named, then the group, then their memberships', async () => {
    const users = [1, 2, 3, 4, 5, 6].map((n) => lab.addUser(n));
    const group = lab.addGroup(9, users);
    lab.assign(group);
    const { objects, notes } = await lab.provision(group, users.slice(0, 5));
    expect(writes()).toEqual([
      ...Array(5).fill('POST /Users'),
      'POST /Groups',
      expect.stringMatching(/^PATCH \/Groups\//),
    ]);
    expect(objects.map(({ label }) => label).at(-1)).toBe('Group 9');
    expect(notes).toEqual([]);
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(5);
    expect(lab.state.links([group]).get(group)).toMatchObject({ hasMemberships: false });
  });

  it('leaves the other memberships to the next cycle', async () => {
    const users = [1, 2, 3].map((n) => lab.addUser(n));
    const group = lab.addGroup(9, users);
    lab.assign(group);
    await lab.provision(group, [guid(2)]);
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(1);
    await lab.run();
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(3);
    expect((await lab.plan(true)).requests).toEqual([]);
  });

  it('takes nobody out of a group, and adds to one that is looked after', async () => {
    const users = [1, 2].map((n) => lab.addUser(n));
    const group = lab.addGroup(9, users);
    lab.assign(group);
    await lab.run();
    const third = lab.addUser(3);
    lab.directory.addMembers(group, [third], lab.clock.now());
    lab.directory.removeMembers(group, [guid(1)], lab.clock.now());
    await lab.provision(group, [third]);
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(3);
    await lab.run();
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(2);
  });

  it('says who is not made a member, because the group is not provisioned', async () => {
    const ada = lab.addUser(1);
    const group = lab.addGroup(9, [ada]);
    lab.assign(ada);
    const { notes } = await lab.provision(group, [ada]);
    expect(writes()).toEqual(['POST /Users']);
    expect(notes).toEqual([
      '"user1@contoso.com" is not made a member of "Group 9": not both are provisioned',
    ]);
  });

  it('keeps the memberships of members who fail for retry, as a cycle does', async () => {
    const [ada, bob] = [lab.addUser(1), lab.addUser(2)];
    const group = lab.addGroup(9, [ada, bob]);
    lab.assign(group);
    lab.target.fault('conflict=1');
    const { entries } = await lab.provision(group, [ada, bob]);
    expect(entries.map(({ provisioningStatusInfo }) => provisioningStatusInfo)).toMatchObject([
      { status: 'failure', errorInformation: { errorCode: 'Conflict' } },
      { status: 'success' },
      { status: 'success' },
      { status: 'success' },
      { status: 'failure', errorInformation: { errorCode: 'UnableToResolveReferenceAttributeValue' } },
    ]);
    expect(lab.state.escrowsOf([ada, group])).toMatchObject([{ sourceId: ada }, { isReference: true }]);
    await lab.provision(ada);
    await lab.run();
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(2);
  });

  it('ends where the credentials are refused in the middle', async () => {
    const [ada, bob] = [lab.addUser(1), lab.addUser(2)];
    const group = lab.addGroup(9, [ada, bob]);
    lab.assign(group);
    lab.target.fault('token-expires=4');
    const { connection, objects } = await lab.provision(group, [ada, bob]);
    expect(connection).toMatchObject({ failure: { status: 401 }, exchange: null });
    expect(lab.sent()).toEqual([...PROBES, 'GET /Users', 'POST /Users']);
    expect(objects.map(({ actions }) => actions.length)).toEqual([1, 0, 0]);
  });
});

describe('provision on demand refuses', () => {
  const refusalOf = async (...args: Parameters<OnDemandLab['provision']>): Promise<readonly string[]> => {
    const error = await lab.provision(...args).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(lab.sent()).toEqual([]);
    return (error as ConfigurationError).issues.map(({ message }) => message);
  };

  it('six members, and takes five', async () => {
    const users = [1, 2, 3, 4, 5, 6].map((n) => lab.addUser(n));
    const group = lab.addGroup(9, users);
    lab.assign(group);
    expect(await refusalOf(group, users)).toEqual([
      '6 members were named, and provision on demand takes 5 at most; name fewer, or run a cycle',
    ]);
    // A member named twice is one member.
    await lab.provision(group, [...users.slice(0, 5), guid(1)]);
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(5);
  });

  it('a user who is disabled in the source', async () => {
    const ada = lab.addUser(1, { accountEnabled: false });
    lab.assign(ada);
    expect(await refusalOf(ada)).toEqual([
      expect.stringMatching(
        /^"user1@contoso\.com" is disabled in the source, .*; run a cycle; "entrain plan" shows/,
      ),
    ]);
  });

  it('objects that are deleted in the source, all reasons at once', async () => {
    const users = [1, 2].map((n) => lab.addUser(n));
    const nested = lab.addGroup(8, []);
    const group = lab.addGroup(9, [...users, nested]);
    lab.directory.delete(guid(1), lab.clock.now());
    lab.directory.delete(group, lab.clock.now());
    expect(await refusalOf(guid(1))).toEqual([expect.stringContaining('is deleted in the source')]);
    expect(await refusalOf(group)).toEqual([expect.stringContaining('is deleted in the source')]);
  });

  it('nested groups', async () => {
    const nested = lab.addGroup(8, []);
    const group = lab.addGroup(9, [nested]);
    lab.assign(group);
    expect(await refusalOf(group, [nested])).toEqual([
      '"Group 8" is a group, and nested groups are not provisioned on demand; name users who are members',
    ]);
  });

  it('members of a user, members who are none, and objects that nobody knows', async () => {
    const [ada, bob] = [lab.addUser(1), lab.addUser(2)];
    const group = lab.addGroup(9, [ada]);
    expect(await refusalOf(ada, [bob])).toEqual([expect.stringContaining('only a group has members')]);
    expect(await refusalOf(group, [ada, bob])).toEqual([
      expect.stringContaining('"user2@contoso.com" is not a direct member of "Group 9"'),
    ]);
    expect(await refusalOf(guid(77))).toEqual([expect.stringContaining(`no object with the id ${guid(77)}`)]);
  });
});
