import type { DirectoryWriter } from '../../src/io/stores/directory-store.ts';
import type { Instant } from '../../src/model/identifiers.ts';
import {
  type GeneratedDirectory,
  type GeneratedGroup,
  type GeneratedUser,
  generateUser,
} from '../support/generated-directory.ts';
import type { SeededRandom } from '../support/seeded-random.ts';

/** A directory that is changed, as plain data and in its store, in step. */
export interface ChangingDirectory {
  readonly generated: GeneratedDirectory;
  readonly store: DirectoryWriter;
  readonly random: SeededRandom;
  readonly now: Instant;
}

type DirectoryChange = (on: ChangingDirectory) => Promise<void>;

const EDITED = ['displayName', 'givenName', 'surname', 'jobTitle', 'department', 'mobile', 'city'];

const usersIn = ({ generated, random }: ChangingDirectory, presence: GeneratedUser['presence']) =>
  random.pick([...generated.users.values()].filter((user) => user.presence === presence));

const groupsIn = ({ generated, random }: ChangingDirectory, presence: GeneratedGroup['presence']) =>
  random.pick([...generated.groups.values()].filter((group) => group.presence === presence));

/** Users mostly: an assignment of a group that ends takes many of them out of scope at once. */
const liveObject = (on: ChangingDirectory): GeneratedUser | GeneratedGroup | undefined =>
  on.random.chance(0.8) ? usersIn(on, 'live') : groupsIn(on, 'live');

const setAttributes = async (
  user: GeneratedUser,
  attributes: Readonly<Record<string, string | boolean | null>>,
  { store, now }: ChangingDirectory,
): Promise<void> => {
  await store.change(user.id, { attributes }, now);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) delete user.attributes[name];
    else user.attributes[name] = value;
  }
};

const assign = async (
  object: GeneratedUser | GeneratedGroup,
  { store, now }: ChangingDirectory,
): Promise<void> => {
  await store.assign(object.id, null, null, now);
  object.isAssigned = true;
};

const addMember = async (
  group: GeneratedGroup,
  member: GeneratedUser | GeneratedGroup,
  { store, now }: ChangingDirectory,
): Promise<void> => {
  if (member.id === group.id) return;
  await store.addMembers(group.id, [member.id], now);
  group.members.add(member.id);
};

const putAway = async (
  object: GeneratedUser | GeneratedGroup,
  { store, now }: ChangingDirectory,
): Promise<void> => {
  await store.delete(object.id, now);
  object.presence = 'softDeleted';
};

const takeOut = async (
  object: GeneratedUser | GeneratedGroup,
  { store, now }: ChangingDirectory,
): Promise<void> => {
  await store.restore(object.id, now);
  object.presence = 'live';
};

const purge = async (object: GeneratedUser | GeneratedGroup, on: ChangingDirectory): Promise<void> => {
  await on.store.deletePermanently(object.id, on.now);
  object.presence = 'hardDeleted';
  object.isAssigned = false;
  if (object.type === 'Group') object.members.clear();
  for (const { members } of on.generated.groups.values()) members.delete(object.id);
};

/** What happens in a directory, in administrators' words; a change without an object to apply to does nothing. */
export const DIRECTORY_CHANGES: Readonly<Record<string, DirectoryChange>> = {
  'details of some users are edited': async (on) => {
    for (let edits = 0; edits < 4; edits++) {
      const user = usersIn(on, 'live');
      const name = on.random.pick(EDITED) as string;
      if (user) await setAttributes(user, { [name]: `${name} ${on.random.below(1_000_000)}` }, on);
    }
  },
  'an attribute is cleared': async (on) => {
    const user = usersIn(on, 'live');
    if (user) await setAttributes(user, { [on.random.pick(EDITED) as string]: null }, on);
  },
  'a user gets another name to sign in with': async (on) => {
    const user = usersIn(on, 'live');
    if (user)
      await setAttributes(user, { userPrincipalName: `${user.attributes.mailNickname}.new@contoso.com` }, on);
  },
  'a user is blocked from signing in, or allowed to again': async (on) => {
    const user = usersIn(on, 'live');
    if (user) await setAttributes(user, { accountEnabled: user.attributes.accountEnabled === false }, on);
  },
  'a user gets another manager, or none': async (on) => {
    const user = usersIn(on, 'live');
    const manager = on.random.chance(0.2) ? null : (usersIn(on, 'live')?.id ?? null);
    if (!user || manager === user.id) return;
    await on.store.change(user.id, { manager }, on.now);
    user.manager = manager;
  },
  'a user joins': async (on) => {
    const user = generateUser(on.random, on.generated.users.size);
    const manager = usersIn(on, 'live')?.id ?? null;
    await on.store.put({ type: 'User', id: user.id, attributes: user.attributes, manager }, on.now);
    on.generated.users.set(user.id, Object.assign(user, { manager }));
    const group = groupsIn(on, 'live');
    if (user.isAssigned) await assign(user, on);
    else if (group) await addMember(group, user, on);
  },
  'an assignment begins': async (on) => {
    const object = liveObject(on);
    if (object) await assign(object, on);
  },
  'an assignment ends': async (on) => {
    const object = liveObject(on);
    if (!object) return;
    await on.store.unassign(object.id, 'lab', on.now);
    object.isAssigned = false;
  },
  'a user is deleted': async (on) => {
    const user = usersIn(on, 'live');
    if (user) await putAway(user, on);
  },
  'a user is restored': async (on) => {
    const user = usersIn(on, 'softDeleted');
    if (user) await takeOut(user, on);
  },
  'a user is deleted for good': async (on) => {
    const user = usersIn(on, 'softDeleted') ?? usersIn(on, 'live');
    if (user) await purge(user, on);
  },
  'a group is renamed': async (on) => {
    const group = groupsIn(on, 'live');
    if (!group) return;
    const displayName = `${group.attributes.displayName.split(',')[0]}, formerly ${on.random.below(1_000_000)}`;
    await on.store.change(group.id, { attributes: { displayName } }, on.now);
    group.attributes.displayName = displayName;
  },
  'a group is deleted': async (on) => {
    const group = groupsIn(on, 'live');
    if (group) await putAway(group, on);
  },
  'a group is restored': async (on) => {
    const group = groupsIn(on, 'softDeleted');
    if (group) await takeOut(group, on);
  },
  'a group is deleted for good': async (on) => {
    const group = groupsIn(on, 'softDeleted');
    if (group) await purge(group, on);
  },
  'a member is added': async (on) => {
    const group = groupsIn(on, 'live');
    const isNested = on.generated.hasNestedGroups && on.random.chance(0.1);
    const member = isNested ? groupsIn(on, 'live') : usersIn(on, 'live');
    if (group && member) await addMember(group, member, on);
  },
  'a member is removed': async (on) => {
    const group = groupsIn(on, 'live');
    const member = group && on.random.pick([...group.members]);
    if (!group || member === undefined) return;
    await on.store.removeMembers(group.id, [member], on.now);
    group.members.delete(member);
  },
};

const KINDS = Object.keys(DIRECTORY_CHANGES);

/** Applies a number of random changes, and returns them. */
export async function changeDirectory(on: ChangingDirectory, count: number): Promise<readonly string[]> {
  const kinds: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const kind = on.random.pick(KINDS) as string;
    await DIRECTORY_CHANGES[kind]?.(on);
    kinds.push(kind);
  }
  return kinds;
}
