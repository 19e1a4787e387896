import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../src/model/errors.ts';
import { guid, type OnDemandLab, openOnDemandLab } from './setup.ts';

let lab: OnDemandLab;

beforeEach(async () => {
  lab = await openOnDemandLab();
});

afterEach(async () => await lab.closeAll());

describe('provision on demand refuses', () => {
  const refusalOf = async (...args: Parameters<OnDemandLab['provision']>): Promise<readonly string[]> => {
    const error = await lab.provision(...args).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(lab.sent()).toEqual([]);
    return (error as ConfigurationError).issues.map(({ message }) => message);
  };

  it('six members, and takes five', async () => {
    const users = await Promise.all([1, 2, 3, 4, 5, 6].map(async (n) => await lab.addUser(n)));
    const group = await lab.addGroup(9, users);
    await lab.assign(group);
    expect(await refusalOf(group, users)).toEqual([
      '6 members were named, and provision on demand takes 5 at most; name fewer, or run a cycle',
    ]);
    // A member named twice is one member.
    await lab.provision(group, [...users.slice(0, 5), guid(1)]);
    expect(lab.target.resources('Group')[0]?.members).toHaveLength(5);
  });

  it('a user who is disabled in the source', async () => {
    const ada = await lab.addUser(1, { accountEnabled: false });
    await lab.assign(ada);
    expect(await refusalOf(ada)).toEqual([
      expect.stringMatching(
        /^"user1@contoso\.com" is disabled in the source, .*; run a cycle; "entrain plan" shows/,
      ),
    ]);
  });

  it('objects that are deleted in the source, all reasons at once', async () => {
    const users = await Promise.all([1, 2].map(async (n) => await lab.addUser(n)));
    const nested = await lab.addGroup(8, []);
    const group = await lab.addGroup(9, [...users, nested]);
    await lab.directory.delete(guid(1), lab.clock.now());
    await lab.directory.delete(group, lab.clock.now());
    expect(await refusalOf(guid(1))).toEqual([expect.stringContaining('is deleted in the source')]);
    expect(await refusalOf(group)).toEqual([expect.stringContaining('is deleted in the source')]);
  });

  it('nested groups', async () => {
    const nested = await lab.addGroup(8, []);
    const group = await lab.addGroup(9, [nested]);
    await lab.assign(group);
    expect(await refusalOf(group, [nested])).toEqual([
      '"Group 8" is a group, and nested groups are not provisioned on demand; name users who are members',
    ]);
  });

  it('members of a user, members that are none, and unknown objects', async () => {
    const [ada, bob] = [await lab.addUser(1), await lab.addUser(2)];
    const group = await lab.addGroup(9, [ada]);
    expect(await refusalOf(ada, [bob])).toEqual([expect.stringContaining('only a group has members')]);
    expect(await refusalOf(group, [ada, bob])).toEqual([
      expect.stringContaining('"user2@contoso.com" is not a direct member of "Group 9"'),
    ]);
    expect(await refusalOf(guid(77))).toEqual([expect.stringContaining(`no object with the id ${guid(77)}`)]);
  });
});
