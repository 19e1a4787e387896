import type { Command } from 'commander';
import type { Directory } from '../../io/stores/sqlite/directory/directory.ts';
import { findRole, noSuchRole } from '../../io/stores/sqlite/directory/roles.ts';
import { visible } from '../../io/terminal-text.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { SourceId } from '../../model/identifiers.ts';
import type { Cli } from '../cli.ts';
import { presentInstant, withDirectory } from './open.ts';

const OBJECT = "an object id, a userPrincipalName, or a group's displayName";
const GROUP = "an object id or a group's displayName";

/** Adds the commands that relate objects: `directory assign`, `unassign`, `add-member` and `remove-member`. */
export function registerRelationCommands(directory: Command, cli: () => Cli): void {
  directory
    .command('assign')
    .argument('<object>', OBJECT)
    .option('--role <role>', 'value, displayName or id of an app role; without it, Default Access')
    .description('assign a user or group to the application of the job')
    .action((text: string, options: { readonly role?: string }) => assign(cli(), text, options.role));
  directory
    .command('unassign')
    .argument('<object>', OBJECT)
    .description('end all assignments of a user or group to the application of the job')
    .action((text: string) => unassign(cli(), text));
  directory
    .command('add-member')
    .argument('<group>', GROUP)
    .argument('<object...>', OBJECT)
    .description('add direct members to a group')
    .action((group: string, members: string[]) =>
      changeMembers(
        cli(),
        group,
        members,
        (store, id, ids) => store.addMembers(id, ids, presentInstant()),
        'added',
      ),
    );
  directory
    .command('remove-member')
    .argument('<group>', GROUP)
    .argument('<object...>', OBJECT)
    .description('remove direct members from a group')
    .action((group: string, members: string[]) =>
      changeMembers(
        cli(),
        group,
        members,
        (store, id, ids) => store.removeMembers(id, ids, presentInstant()),
        'removed',
      ),
    );
}

function assign(cli: Cli, text: string, role: string | undefined): void {
  const job = cli.job().id;
  withDirectory(cli, 'write', (store) => {
    const object = store.named(text);
    const roles = store.roles(job);
    const found = role === undefined ? null : findRole(roles, role);
    if (role !== undefined && found === null) {
      throw new ConfigurationError([issueOf('--role', noSuchRole(roles, role))]);
    }
    const isChanged = store.assign(object.id, job, found?.id ?? null, presentInstant());
    if (cli.options.json) cli.printJson({ id: object.id, objectType: object.type, isChanged });
    else {
      const granted = found?.displayName ?? 'Default Access';
      const words = isChanged ? 'assigned to' : 'was assigned already to';
      cli.print(`${visible(object.label)}: ${words} ${job}, with ${visible(granted)}`);
    }
  });
}

function unassign(cli: Cli, text: string): void {
  const job = cli.job().id;
  withDirectory(cli, 'write', (store) => {
    const object = store.named(text);
    const isEverywhere = store.allAssignments(object.id).some((assignment) => assignment.job === null);
    const ended = store.unassign(object.id, job, presentInstant());
    if (isEverywhere) {
      cli.note(`${visible(object.label)} was assigned to every application: that ended as well.`);
    }
    if (cli.options.json) cli.printJson({ id: object.id, objectType: object.type, isChanged: ended > 0 });
    else
      cli.print(
        `${visible(object.label)}: ${ended === 0 ? 'was not assigned to' : 'no longer assigned to'} ${job}`,
      );
  });
}

function changeMembers(
  cli: Cli,
  group: string,
  members: readonly string[],
  change: (directory: Directory, group: SourceId, members: readonly SourceId[]) => number,
  words: 'added' | 'removed',
): void {
  withDirectory(cli, 'write', (store) => {
    const { id, label } = store.named(group);
    const count = change(
      store,
      id,
      members.map((member) => store.named(member).id),
    );
    if (cli.options.json) cli.printJson({ id, objectType: 'Group', [words]: count });
    else cli.print(`${visible(label)}: ${count} of ${members.length} ${words}`);
  });
}
