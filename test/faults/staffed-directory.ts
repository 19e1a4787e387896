import type { Directory } from '../../src/io/stores/directory-store.ts';
import { type Instant, type SourceId, sourceId } from '../../src/model/identifiers.ts';
import type { GeneratedDirectory, GeneratedGroup, GeneratedUser } from '../support/generated-directory.ts';
import { storeDirectory } from '../support/generated-directory.ts';

/** The id of a user or group of the company. */
export const idOf = (name: string): SourceId => {
  const digits = [...name].map((letter) => letter.charCodeAt(0).toString(16)).join('');
  return sourceId(`c0000000-0000-4000-8000-${digits.padStart(12, '0').slice(-12)}`);
};

const user = (name: string, manager: string | null = null, rest: Partial<GeneratedUser> = {}) => {
  const attributes = {
    userPrincipalName: `${name}@contoso.com`,
    mail: `${name}@contoso.com`,
    mailNickname: name,
    displayName: `${name} of Contoso`,
    givenName: name,
    surname: 'Contoso',
    jobTitle: 'Clerk',
    department: 'Sales',
    mobile: '+44 7700 900000',
    accountEnabled: true,
  };
  const made: GeneratedUser = {
    type: 'User',
    id: idOf(name),
    attributes,
    manager: manager === null ? null : idOf(manager),
    presence: 'live',
    isAssigned: true,
    ...rest,
  };
  return [made.id, made] as const;
};

const group = (name: string, members: readonly string[]) => {
  const made: GeneratedGroup = {
    type: 'Group',
    id: idOf(name),
    attributes: { displayName: name, securityEnabled: true },
    members: new Set(members.map(idOf)),
    presence: 'live',
    isAssigned: true,
  };
  return [made.id, made] as const;
};

/** The staff of a small company: managers, groups, and one user without an account. */
export const staffedDirectory = (): GeneratedDirectory => ({
  users: new Map([
    user('ada'),
    user('bob', 'ada'),
    user('cyd', 'ada'),
    user('dan', 'bob'),
    user('eve', 'bob'),
    user('fay', 'ada', { isAssigned: false }),
    user('hal', 'bob'),
  ]),
  groups: new Map([group('Sales', ['ada', 'bob', 'cyd', 'hal']), group('Guild', ['dan', 'eve'])]),
  hasNestedGroups: false,
});

/** A directory as plain data, and its store. */
export interface KeptDirectory {
  readonly generated: GeneratedDirectory;
  readonly store: Directory;
  readonly now: Instant;
}

/** Writes the company into a store. */
export const hireStaff = ({ generated, store, now }: KeptDirectory): Promise<void> =>
  storeDirectory(generated, store, now);

const userNamed = ({ generated }: KeptDirectory, name: string): GeneratedUser =>
  generated.users.get(idOf(name)) as GeneratedUser;

const groupNamed = ({ generated }: KeptDirectory, name: string): GeneratedGroup =>
  generated.groups.get(idOf(name)) as GeneratedGroup;

const edit = async (
  on: KeptDirectory,
  name: string,
  attributes: Readonly<Record<string, string | boolean>>,
): Promise<void> => {
  const { id, attributes: held } = userNamed(on, name);
  await on.store.change(id, { attributes }, on.now);
  Object.assign(held, attributes);
};

const putUnder = async (on: KeptDirectory, name: string, manager: string): Promise<void> => {
  await on.store.change(idOf(name), { manager: idOf(manager) }, on.now);
  userNamed(on, name).manager = idOf(manager);
};

const assign = async (
  on: KeptDirectory,
  object: GeneratedUser | GeneratedGroup,
  isAssigned: boolean,
): Promise<void> => {
  if (isAssigned) await on.store.assign(object.id, null, null, on.now);
  else await on.store.unassign(object.id, 'lab', on.now);
  object.isAssigned = isAssigned;
};

const join = async (on: KeptDirectory, to: string, name: string): Promise<void> => {
  await on.store.addMembers(idOf(to), [idOf(name)], on.now);
  groupNamed(on, to).members.add(idOf(name));
};

const part = async (on: KeptDirectory, from: string, name: string): Promise<void> => {
  await on.store.removeMembers(idOf(from), [idOf(name)], on.now);
  groupNamed(on, from).members.delete(idOf(name));
};

/**
 * Lets a day go by with some of everything: users join, change, are blocked, leave, are deleted for good; managers
 * change; a group is founded, another renamed; members come and go.
 */
export async function letADayGoBy(on: KeptDirectory): Promise<void> {
  const { generated, store, now } = on;
  const [gusId, gus] = user('gus', 'dan');
  await store.put({ type: 'User', id: gusId, attributes: gus.attributes, manager: gus.manager }, now);
  generated.users.set(gusId, gus);
  await assign(on, gus, true);
  await assign(on, userNamed(on, 'fay'), true);
  const [boardId, board] = group('Board', []);
  await store.put({ type: 'Group', id: boardId, attributes: board.attributes }, now);
  generated.groups.set(boardId, board);
  await assign(on, board, true);
  await edit(on, 'bob', { jobTitle: 'Director', mobile: '+44 7700 900001', department: 'Research' });
  await edit(on, 'cyd', { accountEnabled: false });
  await putUnder(on, 'dan', 'ada');
  await assign(on, userNamed(on, 'hal'), false);
  await part(on, 'Sales', 'hal');
  await part(on, 'Sales', 'bob');
  await join(on, 'Sales', 'gus');
  await join(on, 'Board', 'ada');
  await join(on, 'Board', 'fay');
  await store.change(idOf('Guild'), { attributes: { displayName: 'Guild of Dan' } }, now);
  groupNamed(on, 'Guild').attributes.displayName = 'Guild of Dan';
  await store.deletePermanently(idOf('eve'), now);
  Object.assign(userNamed(on, 'eve'), { presence: 'hardDeleted', isAssigned: false });
  groupNamed(on, 'Guild').members.delete(idOf('eve'));
}
