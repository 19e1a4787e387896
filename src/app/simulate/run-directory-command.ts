import type { DirectoryCommand } from '../../io/scenario-file/directory-command.ts';
import type { Directory } from '../../io/stores/directory-store.ts';
import { nameCheck } from '../../io/stores/sqlite/directory/attribute-names.ts';
import { findRole, noSuchRole } from '../../io/stores/sqlite/directory/roles.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Instant, SourceId } from '../../model/identifiers.ts';
import { changesOf } from '../directory/settings.ts';

/**
 * Does to the directory what a command of `entrain directory` does, for the application of a job.
 * @throws {ConfigurationError} when it cannot be done, or changes nothing: then the scenario is not what its author
 * thinks
 */
export async function runDirectoryCommand(
  command: DirectoryCommand,
  directory: Directory,
  job: string,
  now: Instant,
): Promise<void> {
  const before = await directory.watermark();
  await execute(command, directory, job, now);
  if ((await directory.watermark()) === before)
    throw refuse('this changes nothing: the directory is so already');
}

async function execute(
  command: DirectoryCommand,
  directory: Directory,
  job: string,
  now: Instant,
): Promise<unknown> {
  const idOf = async (name: string): Promise<SourceId> => (await directory.named(name)).id;
  const idsOf = async (names: readonly string[]): Promise<readonly SourceId[]> => {
    const ids: SourceId[] = [];
    for (const name of names) ids.push(await idOf(name));
    return ids;
  };
  switch (command.name) {
    case 'set':
      return directory.change(
        await idOf(command.object),
        await changesOf(command.settings, directory, nameCheck(command.allowUnknown)),
        now,
      );
    case 'delete':
      return command.permanently
        ? directory.deletePermanently(await idOf(command.object), now)
        : directory.delete(await idOf(command.object), now);
    case 'restore':
      return directory.restore(
        (await directory.deletedNamed(command.object)).id,
        now,
        command.as ?? undefined,
      );
    case 'unassign':
      return directory.unassign(await idOf(command.object), job, now);
    case 'assign':
      return directory.assign(
        await idOf(command.object),
        job,
        await roleOf(command.role, directory, job),
        now,
      );
    case 'add-member':
      return directory.addMembers(await idOf(command.group), await idsOf(command.members), now);
    case 'remove-member':
      return directory.removeMembers(await idOf(command.group), await idsOf(command.members), now);
  }
}

async function roleOf(text: string | null, directory: Directory, job: string): Promise<string | null> {
  if (text === null) return null;
  const roles = await directory.roles(job);
  const role = findRole(roles, text);
  if (role === null) throw refuse(noSuchRole(roles, text));
  return role.id;
}

const refuse = (message: string): ConfigurationError =>
  new ConfigurationError([issueOf('directory', message)]);
