import type { SourceId } from '../../src/model/identifiers.ts';
import type { GeneratedDirectory, GeneratedGroup, GeneratedUser } from '../support/generated-directory.ts';
import {
  type GroupView,
  mapValues,
  type TargetView,
  type UserView,
  VIEWED_ATTRIBUTES,
} from './target-view.ts';

type GeneratedObject = GeneratedUser | GeneratedGroup;

/** By which name a target knows an object: the externalId it is given. */
export const externalIdOf = (object: GeneratedObject): string =>
  object.type === 'User' ? String(object.attributes.mailNickname) : object.id;

/**
 * Computes, from the words of the documentation and without the engine, what a cycle should make of a target: who is
 * there, active or not, with which values, manager and members.
 *
 * What was there before counts: nulls never flow, so a cleared attribute keeps its value; an object that is disabled or has left
 * scope keeps everything but `active`, and but for the userPrincipalName of a deleted user, which the directory changes; a reference to an object that is not provisioned is not written.
 */
export function intendedTarget(
  before: TargetView,
  directory: GeneratedDirectory,
  attributes: readonly string[] = VIEWED_ATTRIBUTES,
): TargetView {
  const objects = [...directory.users.values(), ...directory.groups.values()];
  const isPresent = (object: GeneratedObject): boolean =>
    object.type === 'User' ? userIsPresent(object, before, directory) : groupIsInScope(object);
  const referable = new Map(
    objects
      .filter((one) => isPresent(one) && isInScope(one, directory))
      .map((one) => [one.id, externalIdOf(one)]),
  );
  const users = [...directory.users.values()].filter(isPresent).map((user) => {
    const name = externalIdOf(user);
    return [name, intendedUser(user, before.users[name], directory, referable, attributes)] as const;
  });
  const groups = [...directory.groups.values()].filter(isPresent).map((group) => {
    const name = externalIdOf(group);
    return [name, intendedGroup(group, before.groups[name], directory, referable)] as const;
  });
  return withoutDangling({ users: Object.fromEntries(users), groups: Object.fromEntries(groups) });
}

/** The external ids of the objects that others may refer to: provisioned, and in scope, be they active or not. */
export function referableObjects(target: TargetView, directory: GeneratedDirectory): ReadonlySet<string> {
  const objects = [...directory.users.values(), ...directory.groups.values()];
  const isThere = (name: string): boolean => name in target.users || name in target.groups;
  return new Set(
    objects
      .filter((one) => isInScope(one, directory))
      .map(externalIdOf)
      .filter(isThere),
  );
}

function intendedUser(
  user: GeneratedUser,
  before: UserView | undefined,
  directory: GeneratedDirectory,
  referable: ReadonlyMap<SourceId, string>,
  attributes: readonly string[],
): UserView {
  const known = before ?? { active: true, values: {}, manager: null };
  if (!isInScope(user, directory)) return { ...known, active: false };
  if (user.presence === 'softDeleted' && 'userPrincipalName' in known.values)
    return { ...known, active: false, values: { ...known.values, userPrincipalName: signInName(user) } };
  if (!canSignIn(user)) return { ...known, active: false };
  const values = attributes.flatMap((name) => {
    const value = name === 'userPrincipalName' ? signInName(user) : user.attributes[name];
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  const isManagerViewed = attributes.includes('manager') && user.manager !== null;
  const manager = isManagerViewed ? referable.get(user.manager as SourceId) : undefined;
  return {
    active: true,
    values: { ...known.values, ...Object.fromEntries(values) },
    manager: manager ?? known.manager,
  };
}

/** A target that deletes an object forgets who referred to it. */
function withoutDangling({ users, groups }: TargetView): TargetView {
  const isThere = (name: string): boolean => name in users || name in groups;
  return {
    users: mapValues(users, (user) => ({
      ...user,
      manager: user.manager !== null && isThere(user.manager) ? user.manager : null,
    })),
    groups: mapValues(groups, (group) => ({ ...group, members: group.members.filter(isThere) })),
  };
}

function intendedGroup(
  group: GeneratedGroup,
  before: GroupView | undefined,
  directory: GeneratedDirectory,
  referable: ReadonlyMap<SourceId, string>,
): GroupView {
  const members = [...group.members].flatMap((id) => {
    const member = directory.users.get(id) ?? directory.groups.get(id);
    if (member === undefined) return [];
    const name = externalIdOf(member);
    return referable.has(id) || before?.members.includes(name) ? [name] : [];
  });
  return { displayName: group.attributes.displayName, members: members.sort() };
}

const isInScope = (object: GeneratedObject, directory: GeneratedDirectory): boolean =>
  object.type === 'Group'
    ? groupIsInScope(object)
    : object.isAssigned ||
      [...directory.groups.values()].some((group) => groupIsInScope(group) && group.members.has(object.id));

const groupIsInScope = ({ isAssigned, attributes, presence }: GeneratedGroup): boolean =>
  isAssigned && attributes.securityEnabled && presence === 'live';

const canSignIn = ({ presence, attributes }: GeneratedUser): boolean =>
  presence === 'live' && attributes.accountEnabled !== false;

/** Whoever was provisioned stays, if only disabled, until deleted for good. */
const userIsPresent = (user: GeneratedUser, before: TargetView, directory: GeneratedDirectory): boolean =>
  user.presence !== 'hardDeleted' &&
  (externalIdOf(user) in before.users || (isInScope(user, directory) && canSignIn(user)));

/**
 * A guest is known by the address it was invited with: `alias_domain#EXT#@tenant` is `alias@domain`. A deleted user is
 * renamed.
 */
const signInName = ({ id, presence, attributes }: GeneratedUser): string =>
  `${presence === 'softDeleted' ? id.replaceAll('-', '') : ''}${String(attributes.userPrincipalName).replace(/^(.*)_([^_]*)#EXT#@.*$/, '$1@$2')}`;
