import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';
import { allOf } from '../../support/all-of.ts';
import { schemaDocument } from '../../support/lab.ts';
import { guid, type OnDemandLab, openOnDemandLab, PROBES } from './setup.ts';

let lab: OnDemandLab;

beforeEach(async () => {
  lab = await openOnDemandLab();
});

afterEach(async () => await lab.closeAll());

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
    const [ada, bob] = [await lab.addUser(1), await lab.addUser(2)];
    await lab.assign(ada, bob);
    const result = await lab.provision(ada);
    expect(lab.sent()).toEqual([...PROBES, 'GET /Users', 'POST /Users']);
    expect(userNames()).toEqual(['user1@contoso.com']);
    expect(result.connection).toBeNull();
    expect(result.objects.map(({ label, steps }) => [label, steps.map(({ name }) => name)])).toEqual([
      ['user1@contoso.com', ['EntryImport', 'EntryImportObjectNotFound', 'EntrySynchronizationScoping']],
    ]);
    expect(result.objects[0]?.actions).toMatchObject([
      { planned: { kind: 'create', action: 'create' }, outcome: { result: 'success' } },
    ]);
    expect(await lab.state.position()).toBeNull();
    expect(await lab.state.cycles(1)).toEqual([]);
    const cycle = await lab.run();
    expect(cycle).toMatchObject({ kind: 'initial', counts: { create: 1 } });
    expect(userNames()).toEqual(['user1@contoso.com', 'user2@contoso.com']);
  });

  it('leaves a result that is plain JSON', async () => {
    const ada = await lab.addUser(1);
    await lab.assign(ada);
    const result = await lab.provision(ada);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('is logged with all steps, under the person who asked for it', async () => {
    const ada = await lab.addUser(1);
    await lab.assign(ada);
    const { cycleId, entries } = await lab.provision(ada);
    expect(await lab.log()).toEqual(entries);
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

  it('logs also an unassigned user, which is skipped without a query of the target', async () => {
    const ada = await lab.addUser(1);
    const { entries, objects } = await lab.provision(ada);
    expect(lab.sent()).toEqual(PROBES);
    expect(objects[0]?.actions).toMatchObject([
      { planned: { kind: 'skip', code: 'NotEffectivelyEntitled' }, outcome: null },
    ]);
    expect(entries).toMatchObject([{ provisioningStatusInfo: { status: 'skipped' } }]);
  });

  it('updates a linked user, and has nothing left to do the second time', async () => {
    const ada = await lab.addUser(1);
    await lab.assign(ada);
    await lab.run();
    await lab.addUser(1, { jobTitle: 'Lead' });
    lab.sent();
    await lab.provision(ada);
    expect(writes()).toEqual([expect.stringMatching(/^PATCH \/Users\//)]);
    expect(lab.target.resources('User')[0]?.title).toBe('Lead');
    const again = await lab.provision(ada);
    expect(again.objects[0]?.actions).toMatchObject([{ planned: { kind: 'skip', code: 'RedundantExport' } }]);
    expect(writes()).toEqual([]);
  });

  it('writes the manager once the manager is linked, and says so while he is not', async () => {
    const boss = await lab.addUser(1);
    const ada = await lab.addUser(2, {}, boss);
    await lab.assign(boss, ada);
    const { notes } = await lab.provision(ada);
    expect(notes).toEqual([expect.stringContaining('refers to user1@contoso.com, which is not provisioned')]);
    await lab.provision(boss);
    lab.sent();
    const second = await lab.provision(ada);
    expect(writes()).toEqual([expect.stringMatching(/^PATCH \/Users\//)]);
    expect(second.notes).toEqual([]);
    expect(second.objects[0]?.actions.map(({ planned }) => planned.kind)).toEqual(['skip', 'reference']);
    const [bossAccount] = lab.target
      .resources('User')
      .filter(({ userName }) => userName === 'user1@contoso.com');
    expect(JSON.stringify(patches().at(-1))).toContain(String(bossAccount?.id));
  });

  it('speaks the legacy dialect, whatever the tenant URL says', async () => {
    await lab.closeAll();
    lab = await openOnDemandLab({ dialect: { patch: 'aadOptscim062020' } });
    const ada = await lab.addUser(1);
    await lab.assign(ada);
    await lab.run();
    await lab.directory.unassign(ada, 'lab', lab.clock.now());
    await lab.provision(ada);
    expect(patches()).toMatchObject([{ Operations: [{ op: 'Replace', path: 'active', value: 'False' }] }]);
  });

  it('disables an unassigned user whatever the threshold, and does not count towards it', async () => {
    await lab.closeAll();
    lab = await openOnDemandLab({ job: { safety: { ...DEFAULT_SAFETY, deletionThreshold: 0 } } });
    const ada = await lab.addUser(1);
    await lab.assign(ada);
    await lab.run();
    await lab.directory.unassign(ada, 'lab', lab.clock.now());
    const before = await lab.state.control();
    const { objects } = await lab.provision(ada);
    expect(objects[0]?.actions).toMatchObject([
      { planned: { kind: 'update', action: 'disable' }, outcome: { result: 'success' } },
    ]);
    expect(lab.target.resources('User')).toMatchObject([{ active: false }]);
    expect(await lab.state.control()).toEqual(before);
    await expect(lab.run()).resolves.toMatchObject({ counts: { disable: 0, stagedDelete: 0 } });
  });

  it('keeps a failure for retry, and clears it when it succeeds', async () => {
    const ada = await lab.addUser(1);
    await lab.assign(ada);
    lab.target.fault('422');
    const failed = await lab.provision(ada);
    expect(failed.objects[0]?.actions).toMatchObject([{ outcome: { result: 'failure' } }]);
    expect(await lab.state.escrowsOf([ada])).toMatchObject([{ sourceId: ada, attemptCount: 1 }]);
    lab.target.fault(null);
    await lab.provision(ada);
    expect(await lab.state.escrowsOf([ada])).toEqual([]);
    expect(userNames()).toEqual(['user1@contoso.com']);
  });

  it('evaluates no other object, not even failures that are due for retry', async () => {
    const [ada, bob] = [await lab.addUser(1), await lab.addUser(2)];
    await lab.assign(ada, bob);
    await lab.run();
    await lab.addUser(1, { jobTitle: 'Lead' });
    lab.target.fault('422');
    await lab.run();
    lab.target.fault(null);
    lab.clock.advance(7 * 60 * 60_000);
    lab.sent();
    await lab.provision(bob);
    expect(lab.sent()).toEqual(PROBES);
    expect((await lab.state.escrowsOf([ada, bob])).map(({ sourceId }) => sourceId)).toEqual([ada]);
  });

  it('sends what the threshold staged, for this user alone', async () => {
    await lab.closeAll();
    lab = await openOnDemandLab({ job: { safety: { ...DEFAULT_SAFETY, deletionThreshold: 1 } } });
    const users = await Promise.all([1, 2].map(async (n) => await lab.addUser(n)));
    await lab.assign(...users);
    await lab.run();
    for (const id of users) await lab.directory.unassign(id, 'lab', lab.clock.now());
    await expect(lab.run()).rejects.toMatchObject({ reason: 'TooManyDeletes' });
    expect((await allOf(lab.state.stagedObjects('User', 10))).flat()).toEqual(users);
    await lab.provision(guid(1));
    expect(lab.target.resources('User').map(({ active }) => active)).toEqual([false, true]);
    expect((await allOf(lab.state.stagedObjects('User', 10))).flat()).toEqual([guid(2)]);
  });

  it('links an account again once its link was forgotten', async () => {
    const ada = await lab.addUser(1);
    await lab.assign(ada);
    await lab.run();
    const link = (await lab.state.links([ada])).get(ada);
    await lab.restart('ConnectorDataStore');
    expect((await lab.state.links([ada])).size).toBe(0);
    await lab.provision(ada);
    expect((await lab.state.links([ada])).get(ada)).toEqual(link);
    expect(userNames()).toEqual(['user1@contoso.com']);
  });

  it('reads the target where what is remembered of it was seen through other mappings', async () => {
    const ada = await lab.addUser(1);
    await lab.assign(ada);
    await lab.run();
    const position = await lab.state.position();
    const other = lab.with({ schema: withoutTitle() });
    expect(other.job.schemaFingerprint).not.toBe(lab.job.schemaFingerprint);
    lab.sent();
    await lab.provisionAs(other, ada);
    expect(lab.sent()).toEqual([...PROBES, expect.stringMatching(/^GET \/Users\/.+/)]);
    // The next cycle still is the initial one that changed mappings call for.
    expect(await lab.state.position()).toEqual(position);
    expect(await other.run()).toMatchObject({ kind: 'initial' });
  });

  it('ends with the connection test where that fails, and writes nothing', async () => {
    await lab.closeAll();
    lab = await openOnDemandLab({ token: 'wrong' });
    const ada = await lab.addUser(1);
    await lab.assign(ada);
    const { connection, objects, entries } = await lab.provision(ada);
    expect(connection).toMatchObject({
      failure: { code: 'SystemForCrossDomainIdentityManagementInvalidCredentials', status: 401 },
      exchange: { request: { method: 'GET', path: '/Users' }, response: { status: 401 } },
    });
    expect([objects.flatMap(({ actions }) => actions), entries, await lab.log()]).toEqual([[], [], []]);
    expect((await lab.state.control()).quarantine).toBeNull();
  });

  it('begins nothing once it is interrupted', async () => {
    const users = await Promise.all([1, 2].map(async (n) => await lab.addUser(n)));
    const group = await lab.addGroup(9, users);
    await lab.assign(group);
    const { objects } = await lab.provision(group, users, AbortSignal.abort());
    expect(objects.flatMap(({ actions }) => actions)).toEqual([]);
    expect(lab.sent()).toEqual([...PROBES, 'GET /Users']);
    expect(await lab.log()).toEqual([]);
  });
});
