import { Argument, type Command, InvalidArgumentError } from 'commander';
import type { Directory } from '../../io/stores/sqlite/directory/directory.ts';
import { objectDocument } from '../../io/stores/sqlite/directory/export.ts';
import type { ListedChange } from '../../io/stores/sqlite/directory/feed.ts';
import type { ListedAssignment, StoredObject } from '../../io/stores/sqlite/directory/listing.ts';
import type { ListedRole } from '../../io/stores/sqlite/directory/roles.ts';
import type { AttributeValue, ObjectType } from '../../model/directory.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Cli } from '../cli.ts';
import { jsonOut } from '../output-text.ts';
import { withDirectory } from './open.ts';
import { textTable } from './table.ts';

/** How one kind of things is listed. */
interface Listing<Item> {
  pages(directory: Directory, since: number): Iterable<readonly Item[]>;
  readonly header: readonly string[];
  row(item: Item, directory: Directory): readonly string[];
  document(item: Item): unknown;
}

/** Things that are read and printed at once. */
const PAGE = 200;

const shown = (value: AttributeValue | undefined): string =>
  value === undefined ? '' : typeof value === 'object' ? value.join(', ') : String(value);

const stateOf = (object: StoredObject): string =>
  object.deletedAt === null ? 'live' : `in the recycle bin since ${object.deletedAt}`;

const objects = (
  type: ObjectType,
  header: readonly string[],
  row: (object: StoredObject, directory: Directory) => readonly string[],
): Listing<StoredObject> => ({
  pages: (directory) => directory.stored(type, PAGE),
  header: [...header, 'state', 'id'],
  row: (object, directory) => [...row(object, directory), stateOf(object), object.id],
  document: objectDocument,
});

const users = objects('User', ['user', 'display name', 'enabled'], ({ label, attributes }) => [
  label,
  shown(attributes.displayName),
  shown(attributes.accountEnabled),
]);

const groups = objects('Group', ['group', 'security', 'members'], ({ id, label, attributes }, directory) => [
  label,
  shown(attributes.securityEnabled),
  String(directory.memberCount(id)),
]);

const assignments: Listing<ListedAssignment> = {
  pages: (directory) => [directory.allAssignments()],
  header: ['principal', 'type', 'role', 'application'],
  row: ({ principal, role, job }) => [
    principal.label,
    principal.type,
    role?.displayName ?? 'Default Access',
    job ?? 'every one',
  ],
  document: (assignment) => assignment,
};

const roles: Listing<ListedRole> = {
  pages: (directory) => [directory.allRoles()],
  header: ['value', 'display name', 'enabled', 'for', 'application', 'id'],
  row: ({ value, displayName, isEnabled, allowedMemberTypes, job, id }) => [
    value,
    displayName,
    String(isEnabled),
    allowedMemberTypes.join(', '),
    job || 'every one',
    id,
  ],
  document: ({ job, ...role }) => ({ ...role, job: job || null }),
};

const changes: Listing<ListedChange> = {
  pages: (directory, since) => directory.changes(since, PAGE),
  header: ['watermark', 'at', 'kind', 'action', 'object', 'member', 'detail'],
  row: ({ watermark, at, kind, action, object, member, detail }) => [
    String(watermark),
    at,
    kind,
    action,
    object?.label ?? '',
    member?.label ?? '',
    detail ?? '',
  ],
  document: (change) => change,
};

const LISTS: readonly string[] = ['users', 'groups', 'assignments', 'roles', 'changes'];

/** Adds the command `directory list`. */
export function registerListCommand(directory: Command, cli: () => Cli): void {
  directory
    .command('list')
    .addArgument(new Argument('<what>', 'what to list').choices(LISTS))
    .description('list users, groups, assignments, roles or changes')
    .option('--since <watermark>', 'only the changes after this one', watermark)
    .action((what: string, { since }: { readonly since?: number }) => {
      const to = cli();
      if (since !== undefined && what !== 'changes') {
        throw new ConfigurationError([
          issueOf('--since', `goes with \`list changes\` only, not with ${what}`),
        ]);
      }
      withDirectory(to, 'read', (store) => {
        if (what === 'users') printList(to, store, users, since ?? 0);
        else if (what === 'groups') printList(to, store, groups, since ?? 0);
        else if (what === 'assignments') printList(to, store, assignments, since ?? 0);
        else if (what === 'roles') printList(to, store, roles, since ?? 0);
        else printList(to, store, changes, since ?? 0);
      });
    });
}

function watermark(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('A watermark is a whole number; `directory list changes` shows them.');
}

/** Prints page by page, so that a directory of any size can be listed. */
function printList<Item>(cli: Cli, directory: Directory, listing: Listing<Item>, since: number): void {
  let count = 0;
  if (cli.options.json) cli.print('{"value":[');
  for (const page of listing.pages(directory, since)) {
    if (page.length === 0) continue;
    if (cli.options.json) {
      const separator = (index: number): string => (count + index === 0 ? '' : ',');
      for (const [index, item] of page.entries()) {
        cli.print(separator(index) + jsonOut(listing.document(item), 0));
      }
    } else {
      const rows = page.map((item) => listing.row(item, directory));
      cli.print(textTable(count === 0 ? listing.header : [], rows));
    }
    count += page.length;
  }
  if (cli.options.json) cli.print(']}');
  else if (count === 0) cli.note('There are none.');
}
