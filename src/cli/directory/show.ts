import type { Command } from 'commander';
import { openApp } from '../../app/app.ts';
import { type ListedAssignment, objectDocument, type ShownObject } from '../../app/directory/read.ts';
import { visible } from '../../app/rendering.ts';
import type { Cli } from '../cli.ts';
import { notingCall } from '../note-events.ts';
import { textTable } from './table.ts';

/** Adds the command `directory show`. */
export function registerShowCommand(directory: Command, cli: () => Cli): void {
  directory
    .command('show')
    .argument('<object>', "an object id, a userPrincipalName, or a group's displayName")
    .description('show an object: attributes, manager, memberships, assignments')
    .action(async (text: string) => {
      const to = cli();
      const shown = await openApp(to.configuration()).directory(notingCall(to)).show(text, to.options.json);
      if (shown === null) return;
      if (to.options.json) to.printJson(documentOf(shown));
      else for (const line of linesOf(shown)) to.print(line);
    });
}

const documentOf = ({ object, memberIds, memberOf, assignments }: ShownObject): unknown => ({
  objectType: object.type,
  presence: object.presence,
  ...objectDocument(object),
  ...(object.type === 'Group' ? { members: memberIds } : {}),
  memberOf: memberOf.map((group) => group.id),
  assignments: assignments.map(({ role, job }) => ({ role: role?.value ?? null, job })),
});

function* linesOf(shown: ShownObject): Generator<string, void, void> {
  const { object, manager, memberOf, assignments } = shown;
  const state = object.deletedAt === null ? object.presence : `${object.presence}, since ${object.deletedAt}`;
  yield `${object.type} ${visible(object.label)}  (${state})`;
  const rows = Object.entries(object.attributes)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => [`  ${name}`, typeof value === 'object' ? value.join(', ') : String(value)]);
  yield textTable([], [['  id', object.id], ...rows]);
  if (manager !== null) yield section('Manager', [manager.label]);
  if (object.type === 'Group') yield section('Members', membersShown(shown));
  yield section(
    'Member of',
    memberOf.map((group) => group.label),
  );
  yield section('Assigned', assignments.map(assignmentText));
}

const section = (title: string, lines: readonly string[]): string =>
  [title, ...(lines.length === 0 ? ['(none)'] : lines).map((line) => `  ${visible(line)}`)].join('\n');

const assignmentText = ({ role, job }: ListedAssignment): string =>
  `${role?.displayName ?? 'Default Access'}, to ${job ?? 'every application'}`;

function membersShown({ firstMembers, memberCount }: ShownObject): readonly string[] {
  const rest = memberCount - firstMembers.length;
  return rest > 0 ? [...firstMembers, `and ${rest} more`] : firstMembers;
}
