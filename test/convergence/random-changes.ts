import type { DirectoryWriter } from '../../src/io/stores/sqlite/directory/write.ts';
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

type DirectoryChange = (on: ChangingDirectory) => void;

const EDITED = ['displayName', 'givenName', 'surname', 'jobTitle', 'department', 'mobile', 'city'];

const usersIn = ({ generated, random }: ChangingDirectory, presence: GeneratedUser['presence']) =>
  random.pick([...generated.users.values()].filter((user) => user.presence === presence));

const groupsIn = ({ generated, random }: ChangingDirectory, presence: GeneratedGroup['presence']) =>
  random.pick([...generated.groups.values()].filter((group) => group.presence === presence));

/** Users mostly: an assignment of a group that ends takes many of them out of scope at once. */
const liveObject = (on: ChangingDirectory): GeneratedUser | GeneratedGroup | undefined =>
  on.random.chance(0.8) ? usersIn(on, 'live') : groupsIn(on, 'live');

const setAttributes = (
  user: GeneratedUser,
  attributes: Readonly<Record<string, string | boolean | null>>,
  { store, now }: ChangingDirectory,
): void => {
  store.change(user.id, { attributes }, now);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) delete user.attributes[name];
    else user.attributes[name] = value;
  }
};

const assign = (object: GeneratedUser | GeneratedGroup, { store, now }: ChangingDirectory): void => {
  store.assign(object.id, null, null, now);
  object.isAssigned = true;
};

const addMember = (
  group: GeneratedGroup,
  member: GeneratedUser | GeneratedGroup,
  { store, now }: ChangingDirectory,
): void => {
  if (member.id === group.id) return;
  store.addMembers(group.id, [member.id], now);
  group.members.add(member.id);
};

const putAway = (object: GeneratedUser | GeneratedGroup, { store, now }: ChangingDirectory): void => {
  store.delete(object.id, now);
  object.presence = 'softDeleted';
};

const takeOut = (object: GeneratedUser | GeneratedGroup, { store, now }: ChangingDirectory): void => {
  store.restore(object.id, now);
  object.presence = 'live';
};

const purge = (object: GeneratedUser | GeneratedGroup, on: ChangingDirectory): void => {
  on.store.deletePermanently(object.id, on.now);
  object.presence = 'hardDeleted';
  object.isAssigned = false;
  if (object.type === 'Group') object.members.clear();
  for (const { members } of on.generated.groups.values()) members.delete(object.id);
};

/** What happens in a directory, by the words of its administrators; a change that finds nobody to happen to does nothing. */
export const DIRECTORY_CHANGES: Readonly<Record<string, DirectoryChange>> = {
  'details of some users are edited': (on) => {
    for (let edits = 0; edits < 4; edits++) {
      const user = usersIn(on, 'live');
      const name = on.random.pick(EDITED) as string;
      if (user) setAttributes(user, { [name]: `${name} ${on.random.below(1_000_000)}` }, on);
    }
  },
  'an attribute is cleared': (on) => {
    const user = usersIn(on, 'live');
    if (user) setAttributes(user, { [on.random.pick(EDITED) as string]: null }, on);
  },
  'a user gets another name to sign in with': (on) => {
    const user = usersIn(on, 'live');
    if (user)
      setAttributes(user, { userPrincipalName: `${user.attributes.mailNickname}.new@contoso.com` }, on);
  },
  'a user is blocked from signing in, or allowed to again': (on) => {
    const user = usersIn(on, 'live');
    if (user) setAttributes(user, { accountEnabled: user.attributes.accountEnabled === false }, on);
  },
  'a user gets another manager, or none': (on) => {
    const user = usersIn(on, 'live');
    const manager = on.random.chance(0.2) ? null : (usersIn(on, 'live')?.id ?? null);
    if (!user || manager === user.id) return;
    on.store.change(user.id, { manager }, on.now);
    user.manager = manager;
  },
  'a user joins': (on) => {
    const user = generateUser(on.random, on.generated.users.size);
    const manager = usersIn(on, 'live')?.id ?? null;
    on.store.put({ type: 'User', id: user.id, attributes: user.attributes, manager }, on.now);
    on.generated.users.set(user.id, Object.assign(user, { manager }));
    const group = groupsIn(on, 'live');
    if (user.isAssigned) assign(user, on);
    else if (group) addMember(group, user, on);
  },
  'an assignment begins': (on) => {
    const object = liveObject(on);
    if (object) assign(object, on);
  },
  'an assignment ends': (on) => {
    const object = liveObject(on);
    if (!object) return;
    on.store.unassign(object.id, 'lab', on.now);
    object.isAssigned = false;
  },
  'a user is deleted': (on) => {
    const user = usersIn(on, 'live');
    if (user) putAway(user, on);
  },
  'a user is restored': (on) => {
    const user = usersIn(on, 'softDeleted');
    if (user) takeOut(user, on);
  },
  'a user is deleted for good': (on) => {
    const user = usersIn(on, 'softDeleted') ?? usersIn(on, 'live');
    if (user) purge(user, on);
  },
  'a group is renamed': (on) => {
    const group = groupsIn(on, 'live');
    if (!group) return;
    const displayName = `${group.attributes.displayName.split(',')[0]}, formerly ${on.random.below(1_000_000)}`;
    on.store.change(group.id, { attributes: { displayName } }, on.now);
    group.attributes.displayName = displayName;
  },
  'a group is deleted': (on) => {
    const group = groupsIn(on, 'live');
    if (group) putAway(group, on);
  },
  'a group is restored': (on) => {
    const group = groupsIn(on, 'softDeleted');
    if (group) takeOut(group, on);
  },
  'a group is deleted for good': (on) => {
    const group = groupsIn(on, 'softDeleted');
    if (group) purge(group, on);
  },
  'a member is added': (on) => {
    const group = groupsIn(on, 'live');
    const isNested = on.generated.hasNestedGroups && on.random.chance(0.1);
    const member = isNested ? groupsIn(on, 'live') : usersIn(on, 'live');
    if (group && member) addMember(group, member, on);
  },
  'a member is removed': (on) => {
    const group = groupsIn(on, 'live');
    const member = group && on.random.pick([...group.members]);
    if (!group || member === undefined) return;
    on.store.removeMembers(group.id, [member], on.now);
    group.members.delete(member);
  },
};

const KINDS = Object.keys(DIRECTORY_CHANGES);

/** Lets a number of random changes happen, and tells which. */
export const changeDirectory = (on: ChangingDirectory, count: number): readonly string[] =>
  Array.from({ length: count }, () => {
    const kind = on.random.pick(KINDS) as string;
    DIRECTORY_CHANGES[kind]?.(on);
    return kind;
  });
