import type { Command } from 'commander';
import type { Directory } from '../../io/stores/sqlite/directory/directory.ts';
import { objectDocument } from '../../io/stores/sqlite/directory/export.ts';
import type { ListedAssignment, StoredObject } from '../../io/stores/sqlite/directory/listing.ts';
import { visible } from '../../io/terminal-text.ts';
import type { SourceId } from '../../model/identifiers.ts';
import type { Cli } from '../cli.ts';
import { withDirectory } from './open.ts';
import { textTable } from './table.ts';

/** Members that are shown to people. */
const MEMBERS_SHOWN = 20;

/** Adds the command `directory show`. */
export function registerShowCommand(directory: Command, cli: () => Cli): void {
  directory
    .command('show')
    .argument('<object>', "an object id, a userPrincipalName, or a group's displayName")
    .description('show an object: attributes, manager, memberships, assignments')
    .action((text: string) => {
      const to = cli();
      withDirectory(to, 'read', (store) => {
        const object = store.storedObject(store.named(text).id);
        if (object === null) return;
        if (to.options.json) to.printJson(documentOf(store, object));
        else for (const line of linesOf(store, object)) to.print(line);
      });
    });
}

function documentOf(directory: Directory, object: StoredObject): unknown {
  return {
    objectType: object.type,
    presence: object.presence,
    ...objectDocument(object),
    ...(object.type === 'Group' ? { members: memberIds(directory, object.id) } : {}),
    memberOf: directory.groupsOf(object.id).map((group) => group.id),
    assignments: directory
      .allAssignments(object.id)
      .map(({ role, job }) => ({ role: role?.value ?? null, job })),
  };
}

function* linesOf(directory: Directory, object: StoredObject): Generator<string, void, void> {
  const state = object.deletedAt === null ? object.presence : `${object.presence}, since ${object.deletedAt}`;
  yield `${object.type} ${visible(object.label)}  (${state})`;
  const rows = Object.entries(object.attributes)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => [`  ${name}`, typeof value === 'object' ? value.join(', ') : String(value)]);
  yield textTable([], [['  id', object.id], ...rows]);
  if (object.manager !== null) yield section('Manager', [labelOf(directory, object.manager)]);
  if (object.type === 'Group') yield section('Members', membersShown(directory, object.id));
  yield section(
    'Member of',
    directory.groupsOf(object.id).map((group) => group.label),
  );
  yield section('Assigned', directory.allAssignments(object.id).map(assignmentText));
}

const section = (title: string, lines: readonly string[]): string =>
  [title, ...(lines.length === 0 ? ['(none)'] : lines).map((line) => `  ${visible(line)}`)].join('\n');

const labelOf = (directory: Directory, id: SourceId): string =>
  directory.storedObject(id)?.label ?? `${id} (not in the directory)`;

const assignmentText = ({ role, job }: ListedAssignment): string =>
  `${role?.displayName ?? 'Default Access'}, to ${job ?? 'every application'}`;

const memberIds = (directory: Directory, group: SourceId): SourceId[] =>
  [...directory.members(group, 1_000)].flat().map((member) => member.id);

function membersShown(directory: Directory, group: SourceId): readonly string[] {
  const [first = []] = directory.members(group, MEMBERS_SHOWN);
  const rest = directory.memberCount(group) - first.length;
  const labels = first.map((member) => labelOf(directory, member.id));
  return rest > 0 ? [...labels, `and ${rest} more`] : labels;
}
