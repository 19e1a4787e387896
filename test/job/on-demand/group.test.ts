import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject } from '../../../src/model/json.ts';
import { anAnswer } from '../../scim/scim-builders.ts';
import { guid, type OnDemandLab, openOnDemandLab, PROBES } from './setup.ts';

let lab: OnDemandLab;

beforeEach(async () => {
  lab = await openOnDemandLab();
});

afterEach(async () => await lab.closeAll());

const writes = () => lab.sent().filter((line) => !line.startsWith('GET'));

describe('provision on demand of a group', () => {
  it('provisions the members that were named, then the group, then their memberships', async () => {
    const users = await Promise.all([1, 2, 3, 4, 5, 6].map(async (n) => await lab.addUser(n)));
    const group = await lab.addGroup(9, users);
    await lab.assign(group);
    const { objects, notes } = await lab.provision(group, users.slice(0, 5));
    expect(writes()).toEqual([
      ...Array(5).fill('POST /Users'),
      'POST /Groups',
      expect.stringMatching(/^PATCH \/Groups\//),
    ]);
    expect(objects.map(({ label }) => label).at(-1)).toBe('Group 9');
    expect(notes).toEqual([]);
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(5);
    expect((await lab.state.links([group])).get(group)).toMatchObject({ hasMemberships: false });
  });

  it('leaves the other memberships to the next cycle', async () => {
    const users = await Promise.all([1, 2, 3].map(async (n) => await lab.addUser(n)));
    const group = await lab.addGroup(9, users);
    await lab.assign(group);
    await lab.provision(group, [guid(2)]);
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(1);
    await lab.run();
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(3);
    expect((await lab.plan(true)).requests).toEqual([]);
  });

  it('removes no member of a group, and adds to a group that is managed', async () => {
    const users = await Promise.all([1, 2].map(async (n) => await lab.addUser(n)));
    const group = await lab.addGroup(9, users);
    await lab.assign(group);
    await lab.run();
    const third = await lab.addUser(3);
    await lab.directory.addMembers(group, [third], lab.clock.now());
    await lab.directory.removeMembers(group, [guid(1)], lab.clock.now());
    await lab.provision(group, [third]);
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(3);
    await lab.run();
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(2);
  });

  it('lists the users that are not added, because the group is not provisioned', async () => {
    const ada = await lab.addUser(1);
    const group = await lab.addGroup(9, [ada]);
    await lab.assign(ada);
    const { notes } = await lab.provision(group, [ada]);
    expect(writes()).toEqual(['POST /Users']);
    expect(notes).toEqual([
      '"user1@contoso.com" is not made a member of "Group 9": not both are provisioned',
    ]);
  });

  it('keeps the memberships of members who fail for retry, as a cycle does', async () => {
    const [ada, bob] = [await lab.addUser(1), await lab.addUser(2)];
    const group = await lab.addGroup(9, [ada, bob]);
    await lab.assign(group);
    lab.target.fault('conflict=1');
    const { entries } = await lab.provision(group, [ada, bob]);
    expect(entries.map(({ provisioningStatusInfo }) => provisioningStatusInfo)).toMatchObject([
      {
        status: 'failure',
        errorInformation: { errorCode: 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering' },
      },
      { status: 'success' },
      { status: 'success' },
      { status: 'success' },
      { status: 'failure', errorInformation: { errorCode: 'UnableToResolveReferenceAttributeValue' } },
    ]);
    expect(await lab.state.escrowsOf([ada, group])).toMatchObject([{ sourceId: ada }, { isReference: true }]);
    await lab.provision(ada);
    await lab.run();
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(2);
  });

  it('goes on where one object alone is refused with 401, and the target answers the probe', async () => {
    const one = await openOnDemandLab({}, ({ body }) =>
      isJsonObject(body) && body.userName === 'user1@contoso.com' ? anAnswer(401) : null,
    );
    const [ada, bob] = [await one.addUser(1), await one.addUser(2)];
    const group = await one.addGroup(9, [ada, bob]);
    await one.assign(group);
    const { connection, objects } = await one.provision(group, [ada, bob]);
    expect(connection).toBeNull();
    expect(one.target.resources('User')).toMatchObject([{ userName: 'user2@contoso.com' }]);
    expect(one.target.resources('Group')).toHaveLength(1);
    expect(objects[0]?.actions).toMatchObject([{ outcome: { failure: { code: 'Unauthorized' } } }]);
    await one.closeAll();
  });

  it('ends where the credentials are refused in the middle', async () => {
    const [ada, bob] = [await lab.addUser(1), await lab.addUser(2)];
    const group = await lab.addGroup(9, [ada, bob]);
    await lab.assign(group);
    lab.target.fault('token-expires=4');
    const { connection, objects } = await lab.provision(group, [ada, bob]);
    expect(connection).toMatchObject({
      failure: { status: 401 },
      exchange: { request: { method: 'GET', path: '/Users' } },
    });
    expect(lab.sent()).toEqual([...PROBES, 'GET /Users', 'POST /Users', 'GET /Users']);
    expect(objects.map(({ actions }) => actions.length)).toEqual([1, 0, 0]);
  });
});
