import type { DirectoryCommand } from '../../io/scenario-file/directory-command.ts';
import { nameCheck } from '../../io/stores/sqlite/directory/attribute-names.ts';
import type { Directory } from '../../io/stores/sqlite/directory/directory.ts';
import { findRole, noSuchRole } from '../../io/stores/sqlite/directory/roles.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Instant, SourceId } from '../../model/identifiers.ts';
import { changesOf } from '../directory/settings.ts';

/**
 * Does to the directory what a command of `entrain directory` does, for the application of a job.
 * @throws {ConfigurationError} when it cannot be done, or changes nothing: then the scenario is not what its author thinks
 */
export function runDirectoryCommand(
  command: DirectoryCommand,
  directory: Directory,
  job: string,
  now: Instant,
): void {
  const before = directory.watermark();
  execute(command, directory, job, now);
  if (directory.watermark() === before) throw refuse('this changes nothing: the directory is so already');
}

function execute(command: DirectoryCommand, directory: Directory, job: string, now: Instant): unknown {
  const idOf = (name: string): SourceId => directory.named(name).id;
  switch (command.name) {
    case 'set':
      return directory.change(
        idOf(command.object),
        changesOf(command.settings, directory, nameCheck(command.allowUnknown)),
        now,
      );
    case 'delete':
      return command.permanently
        ? directory.deletePermanently(idOf(command.object), now)
        : directory.delete(idOf(command.object), now);
    case 'restore':
      return directory.restore(idOf(command.object), now);
    case 'unassign':
      return directory.unassign(idOf(command.object), job, now);
    case 'assign':
      return directory.assign(idOf(command.object), job, roleOf(command.role, directory, job), now);
    case 'add-member':
      return directory.addMembers(idOf(command.group), command.members.map(idOf), now);
    case 'remove-member':
      return directory.removeMembers(idOf(command.group), command.members.map(idOf), now);
  }
}

function roleOf(text: string | null, directory: Directory, job: string): string | null {
  if (text === null) return null;
  const roles = directory.roles(job);
  const role = findRole(roles, text);
  if (role === null) throw refuse(noSuchRole(roles, text));
  return role.id;
}

const refuse = (message: string): ConfigurationError =>
  new ConfigurationError([issueOf('directory', message)]);
