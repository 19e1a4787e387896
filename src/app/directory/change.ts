import type { Directory, NamedObject } from '../../io/stores/directory-store.ts';
import { nameCheck } from '../../io/stores/sqlite/directory/attribute-names.ts';
import { findRole, noSuchRole } from '../../io/stores/sqlite/directory/roles.ts';
import { systemWorld } from '../../io/world.ts';
import type { AppRole } from '../../model/directory.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { SourceId } from '../../model/identifiers.ts';
import { type DirectoryPlace, withDirectory } from './open.ts';
import { changesOf } from './settings.ts';

/** An object that was to be changed. */
export interface ChangedObject {
  readonly object: NamedObject;
  /** False: it was like this already. */
  readonly isChanged: boolean;
}

/** An object that was assigned. */
export interface AssignedRole extends ChangedObject {
  /** Null: Default Access. */
  readonly role: AppRole | null;
}

/** An object whose assignments ended. */
export interface EndedAssignments extends ChangedObject {
  /** It was assigned to every application, and that ended as well. */
  readonly wasEverywhere: boolean;
}

/** A group whose direct members were to be changed. */
export interface ChangedMembers {
  readonly group: NamedObject;
  /** How many were added or removed. */
  readonly count: number;
}

/** Changes attributes of an object. @throws {ConfigurationError} with every setting that is wrong */
export async function setAttributes(
  place: DirectoryPlace,
  name: string,
  settings: readonly string[],
  allowUnknown?: boolean,
): Promise<ChangedObject> {
  const nameProblem = nameCheck(allowUnknown ?? place.allowUnknown ?? false);
  return changeObject(place, name, async (directory, { id }) =>
    directory.change(id, await changesOf(settings, directory, nameProblem), systemWorld.now()),
  );
}

/** Puts an object into the recycle bin, or deletes it for good. */
export async function deleteObject(
  place: DirectoryPlace,
  name: string,
  isPermanent = false,
): Promise<ChangedObject> {
  return changeObject(place, name, (directory, { id }) =>
    isPermanent
      ? directory.deletePermanently(id, systemWorld.now())
      : directory.delete(id, systemWorld.now()),
  );
}

/**
 * Takes an object out of the recycle bin.
 * @param as another userPrincipalName for the user
 * @throws {ConfigurationError} where another user has the userPrincipalName meanwhile
 */
export async function restoreObject(
  place: DirectoryPlace,
  name: string,
  as?: string,
): Promise<ChangedObject> {
  return withDirectory(place, 'write', async (directory) => {
    const object = await directory.deletedNamed(name);
    return { object, isChanged: await directory.restore(object.id, systemWorld.now(), as) };
  });
}

/** Assigns an object to the application of a job. @throws {ConfigurationError} for a role that is not there */
export async function assignRole(
  place: DirectoryPlace,
  name: string,
  job: string,
  role: string | null,
): Promise<AssignedRole> {
  return withDirectory(place, 'write', async (directory) => {
    const object = await directory.named(name);
    const roles = await directory.roles(job);
    const found = role === null ? null : findRole(roles, role);
    if (role !== null && found === null)
      throw new ConfigurationError([issueOf('--role', noSuchRole(roles, role))]);
    const isChanged = await directory.assign(object.id, job, found?.id ?? null, systemWorld.now());
    return { object, isChanged, role: found };
  });
}

/** Ends all assignments of an object to the application of a job. */
export async function unassignObject(
  place: DirectoryPlace,
  name: string,
  job: string,
): Promise<EndedAssignments> {
  return withDirectory(place, 'write', async (directory) => {
    const object = await directory.named(name);
    const wasEverywhere = (await directory.allAssignments(object.id)).some(
      (assignment) => assignment.job === null,
    );
    const isChanged = (await directory.unassign(object.id, job, systemWorld.now())) > 0;
    return { object, isChanged, wasEverywhere };
  });
}

/** Adds direct members to a group, or removes them. */
export async function changeMembers(
  place: DirectoryPlace,
  change: 'addMembers' | 'removeMembers',
  name: string,
  members: readonly string[],
): Promise<ChangedMembers> {
  return withDirectory(place, 'write', async (directory) => {
    const group = await directory.named(name);
    const ids: SourceId[] = [];
    for (const member of members) ids.push((await directory.named(member)).id);
    return { group, count: await directory[change](group.id, ids, systemWorld.now()) };
  });
}

async function changeObject(
  place: DirectoryPlace,
  name: string,
  change: (directory: Directory, object: NamedObject) => Promise<boolean>,
): Promise<ChangedObject> {
  return withDirectory(place, 'write', async (directory) => {
    const object = await directory.named(name);
    return { object, isChanged: await change(directory, object) };
  });
}
