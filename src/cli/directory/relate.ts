import type { Command } from 'commander';
import { openApp } from '../../app/app.ts';
import { visible } from '../../app/rendering.ts';
import type { Cli } from '../cli.ts';
import { notingCall } from '../note-events.ts';

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
    .action((group: string, members: string[]) => changeMembers(cli(), group, members, 'added'));
  directory
    .command('remove-member')
    .argument('<group>', GROUP)
    .argument('<object...>', OBJECT)
    .description('remove direct members from a group')
    .action((group: string, members: string[]) => changeMembers(cli(), group, members, 'removed'));
}

async function assign(cli: Cli, text: string, role: string | undefined): Promise<void> {
  const job = cli.job().id;
  const directory = openApp(cli.configuration()).directory(notingCall(cli));
  const { object, isChanged, role: granted } = await directory.assign(text, job, role ?? null);
  if (cli.options.json) cli.printJson({ id: object.id, objectType: object.type, isChanged });
  else {
    const words = isChanged ? 'assigned to' : 'was assigned already to';
    cli.print(
      `${visible(object.label)}: ${words} ${job}, with ${visible(granted?.displayName ?? 'Default Access')}`,
    );
  }
}

async function unassign(cli: Cli, text: string): Promise<void> {
  const job = cli.job().id;
  const { object, isChanged, wasEverywhere } = await openApp(cli.configuration())
    .directory(notingCall(cli))
    .unassign(text, job);
  if (wasEverywhere)
    cli.note(`${visible(object.label)} was assigned to every application: that ended as well.`);
  if (cli.options.json) cli.printJson({ id: object.id, objectType: object.type, isChanged });
  else
    cli.print(
      `${visible(object.label)}: ${isChanged ? 'no longer assigned to' : 'was not assigned to'} ${job}`,
    );
}

async function changeMembers(
  cli: Cli,
  group: string,
  members: readonly string[],
  words: 'added' | 'removed',
): Promise<void> {
  const directory = openApp(cli.configuration()).directory(notingCall(cli));
  const change = words === 'added' ? directory.addMembers : directory.removeMembers;
  const { group: changed, count } = await change(group, members);
  if (cli.options.json) cli.printJson({ id: changed.id, objectType: 'Group', [words]: count });
  else cli.print(`${visible(changed.label)}: ${count} of ${members.length} ${words}`);
}
