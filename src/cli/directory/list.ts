import { Argument, type Command, InvalidArgumentError } from 'commander';
import { openApp } from '../../app/app.ts';
import {
  type DirectoryLists,
  type ListedAssignment,
  type ListedChange,
  type ListedGroup,
  type ListedRole,
  objectDocument,
  type StoredObject,
} from '../../app/directory/read.ts';
import type { AttributeValue } from '../../model/directory.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Cli } from '../cli.ts';
import { notingCall } from '../note-events.ts';
import { jsonOut } from '../output-text.ts';
import { textTable } from './table.ts';

/** How one kind of things is shown. */
interface Listing<Item> {
  readonly header: readonly string[];
  row(item: Item): readonly string[];
  document(item: Item): unknown;
}

const shown = (value: AttributeValue | undefined): string =>
  value === undefined ? '' : typeof value === 'object' ? value.join(', ') : String(value);

const stateOf = (object: StoredObject): string =>
  object.deletedAt === null ? 'live' : `in the recycle bin since ${object.deletedAt}`;

const users: Listing<StoredObject> = {
  header: ['user', 'display name', 'enabled', 'state', 'id'],
  row: (user) => [
    user.label,
    shown(user.attributes.displayName),
    shown(user.attributes.accountEnabled),
    stateOf(user),
    user.id,
  ],
  document: objectDocument,
};

const groups: Listing<ListedGroup> = {
  header: ['group', 'security', 'members', 'state', 'id'],
  row: (group) => [
    group.label,
    shown(group.attributes.securityEnabled),
    String(group.memberCount),
    stateOf(group),
    group.id,
  ],
  document: objectDocument,
};

const assignments: Listing<ListedAssignment> = {
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

const LISTINGS: { readonly [What in keyof DirectoryLists]: Listing<DirectoryLists[What]> } = {
  users,
  groups,
  assignments,
  roles,
  changes,
};

/** Adds the command `directory list`. */
export function registerListCommand(directory: Command, cli: () => Cli): void {
  directory
    .command('list')
    .addArgument(new Argument('<what>', 'what to list').choices(Object.keys(LISTINGS)))
    .description('list users, groups, assignments, roles or changes')
    .option('--since <watermark>', 'only the changes after this one', watermark)
    .action(async (what: keyof DirectoryLists, { since }: { readonly since?: number }) => {
      const to = cli();
      if (since !== undefined && what !== 'changes') {
        throw new ConfigurationError([
          issueOf('--since', `goes with \`list changes\` only, not with ${what}`),
        ]);
      }
      await printList(to, what, since ?? 0);
    });
}

function watermark(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('A watermark is a whole number; `directory list changes` shows them.');
}

/** Prints page by page, so that a directory of any size can be listed. */
async function printList<What extends keyof DirectoryLists>(
  cli: Cli,
  what: What,
  since: number,
): Promise<void> {
  const { header, row, document } = LISTINGS[what];
  let count = 0;
  let isBegun = false;
  const begin = (): void => {
    if (cli.options.json && !isBegun) cli.print('{"value":[');
    isBegun = true;
  };
  for await (const page of openApp(cli.configuration()).directory(notingCall(cli)).list(what, since)) {
    begin();
    if (page.length === 0) continue;
    if (cli.options.json)
      for (const [index, item] of page.entries())
        cli.print((count + index === 0 ? '' : ',') + jsonOut(document(item), 0));
    else cli.print(textTable(count === 0 ? header : [], page.map(row)));
    count += page.length;
  }
  begin();
  if (cli.options.json) cli.print(']}');
  else if (count === 0) cli.note('There are none.');
}
