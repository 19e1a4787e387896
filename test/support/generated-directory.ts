import type { DirectoryWriter } from '../../src/io/stores/directory-store.ts';
import type { Presence } from '../../src/model/directory.ts';
import { type Instant, type SourceId, sourceId } from '../../src/model/identifiers.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

/** A user of a generated directory, as tests see it: plain, and changed in step with the store. */
export interface GeneratedUser {
  readonly type: 'User';
  readonly id: SourceId;
  readonly attributes: Record<string, string | boolean>;
  manager: SourceId | null;
  presence: Presence;
  isAssigned: boolean;
}

/** A group of a generated directory. */
export interface GeneratedGroup {
  readonly type: 'Group';
  readonly id: SourceId;
  readonly attributes: { displayName: string; readonly securityEnabled: boolean };
  readonly members: Set<SourceId>;
  presence: Presence;
  isAssigned: boolean;
}

/** A directory as plain data, in the order of its creation. */
export interface GeneratedDirectory {
  readonly users: Map<SourceId, GeneratedUser>;
  readonly groups: Map<SourceId, GeneratedGroup>;
  /** Whether groups may be members of groups. */
  readonly hasNestedGroups: boolean;
}

const GIVEN_NAMES = ['Ada', 'Björn', 'Chloé', 'Dmitri', 'Eun-ji', 'Fatima', 'Grace', "Niamh O'"];
const SURNAMES = ['Lovelace', 'Åström', 'Dupont', 'Ivanov', 'Kim', 'al-Zahra', 'Hopper', 'Ó Briain'];
const DEPARTMENTS = ['Sales', 'Research & Development', 'Facilities', 'Human Resources'];
const TITLES = ['Engineer', 'Director, EMEA', 'Clerk "B"', 'Apprentice'];

const guid = (block: string, n: number): SourceId =>
  sourceId(`${block}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`);

/**
 * Makes the user with a number, complete but for its place in the organization. Every tenth is a guest; a guest's
 * userPrincipalName without its `#EXT#` form is its mail, as a member's userPrincipalName is.
 */
export function generateUser(random: SeededRandom, n: number): GeneratedUser {
  const givenName = random.pick(GIVEN_NAMES) as string;
  const surname = random.pick(SURNAMES) as string;
  const isGuest = random.chance(0.1);
  const optional = {
    jobTitle: random.pick(TITLES) as string,
    department: random.pick(DEPARTMENTS) as string,
    mobile: `+44 7700 ${900_000 + n}`,
    city: 'Malmö',
    employeeId: `E${n}`,
  };
  return {
    type: 'User',
    id: guid('a0000000', n),
    attributes: {
      userPrincipalName: isGuest
        ? `user_${n}_fabrikam.com#EXT#@contoso.onmicrosoft.com`
        : `user${n}@contoso.com`,
      mail: isGuest ? `user_${n}@fabrikam.com` : `user${n}@contoso.com`,
      mailNickname: `user${n}`,
      displayName: `${givenName} ${surname}`,
      givenName,
      surname,
      accountEnabled: !random.chance(0.1),
      ...Object.fromEntries(Object.entries(optional).filter(() => random.chance(0.7))),
    },
    manager: null,
    presence: 'live',
    isAssigned: random.chance(0.3),
  };
}

function generateGroup(random: SeededRandom, n: number): GeneratedGroup {
  return {
    type: 'Group',
    id: guid('b0000000', n),
    attributes: { displayName: `Group ${n}`, securityEnabled: !random.chance(0.15) },
    members: new Set(),
    presence: 'live',
    isAssigned: random.chance(0.7),
  };
}

/**
 * Makes a directory of a size: managers in chains, some of them nobody's; one group in five objects, most of them small
 * and few large; some groups in groups; users assigned directly, through groups, both ways, or not at all; some disabled,
 * some guests, some in the recycle bin.
 * @param size users and groups together
 */
export function generateDirectory(seed: number, size: number, hasNestedGroups = true): GeneratedDirectory {
  const random = seededRandom(seed);
  const groupCount = Math.max(2, Math.floor(size / 5));
  const users = Array.from({ length: Math.max(1, size - groupCount) }, (_, n) => generateUser(random, n));
  const groups = Array.from({ length: groupCount }, (_, n) => generateGroup(random, n));
  for (const [n, user] of users.entries()) {
    if (random.chance(0.7)) user.manager = random.pick(users.slice(0, n))?.id ?? null;
    if (random.chance(0.05)) user.presence = 'softDeleted';
  }
  for (const [n, group] of groups.entries()) {
    const memberCount = Math.ceil(users.length * (random.below(100) / 100) ** 3);
    for (const { id } of random.shuffle(users).slice(0, memberCount)) group.members.add(id);
    const parent = random.pick(groups.slice(0, n));
    if (hasNestedGroups && random.chance(0.3)) parent?.members.add(group.id);
  }
  return {
    users: new Map(users.map((user) => [user.id, user])),
    groups: new Map(groups.map((group) => [group.id, group])),
    hasNestedGroups,
  };
}

/**
 * Writes a generated directory to a store.
 * @param random decides the order of the writes; that of creation when absent
 */
export async function storeDirectory(
  { users, groups }: GeneratedDirectory,
  store: DirectoryWriter,
  now: Instant,
  random: Pick<SeededRandom, 'shuffle'> = { shuffle: (items) => items },
): Promise<void> {
  const objects = [...users.values(), ...groups.values()];
  for (const { type, id, attributes } of random.shuffle(objects))
    await store.put({ type, id, attributes }, now);
  for (const { id, manager } of random.shuffle([...users.values()]))
    if (manager !== null) await store.change(id, { manager }, now);
  for (const { id, members } of random.shuffle([...groups.values()]))
    await store.addMembers(id, random.shuffle([...members]), now);
  for (const { id, isAssigned } of random.shuffle(objects))
    if (isAssigned) await store.assign(id, null, null, now);
  for (const { id, presence } of random.shuffle(objects))
    if (presence !== 'live') await store.delete(id, now);
}
