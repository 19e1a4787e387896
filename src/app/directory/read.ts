import type {
  Directory,
  ListedAssignment,
  ListedChange,
  ListedRole,
  StoredObject,
} from '../../io/stores/directory-store.ts';
import { exportLines, objectDocument } from '../../io/stores/sqlite/directory/export.ts';
import type { SourceId } from '../../model/identifiers.ts';
import { type DirectoryPlace, openAt } from './open.ts';

export { type ListedAssignment, type ListedChange, type ListedRole, objectDocument, type StoredObject };

/** A group with the number of its direct members. */
export interface ListedGroup extends StoredObject {
  readonly memberCount: number;
}

/** What can be listed, and what its items are. */
export interface DirectoryLists {
  readonly users: StoredObject;
  readonly groups: ListedGroup;
  readonly assignments: ListedAssignment;
  readonly roles: ListedRole;
  readonly changes: ListedChange;
}

/** An object with what is related to it. */
export interface ShownObject {
  readonly object: StoredObject;
  /** Null: it has none. */
  readonly manager: { readonly id: SourceId; readonly label: string } | null;
  /** The first direct members of a group with their names. */
  readonly firstMembers: readonly string[];
  /** Direct members of a group. */
  readonly memberCount: number;
  /** All direct members of a group where they were asked for, else the first of them. */
  readonly memberIds: readonly SourceId[];
  readonly memberOf: readonly { readonly id: SourceId; readonly label: string }[];
  readonly assignments: readonly ListedAssignment[];
}

/** Things that are read at once. */
const PAGE = 200;

/** Members that are named. */
const NAMED_MEMBERS = 20;

type Pages = { readonly [What in keyof DirectoryLists]: AsyncIterable<readonly DirectoryLists[What][]> };

/** Reads a list page by page, so that a directory of any size can be listed. */
export async function* listDirectory<What extends keyof DirectoryLists>(
  place: DirectoryPlace,
  what: What,
  since: number,
): AsyncGenerator<readonly DirectoryLists[What][]> {
  const directory = openAt(place, 'read');
  try {
    yield* pagesOf(directory, since)[what]();
  } finally {
    await directory.close();
  }
}

const pagesOf = (
  directory: Directory,
  since: number,
): { readonly [What in keyof Pages]: () => Pages[What] } => ({
  users: () => directory.stored('User', PAGE),
  groups: async function* () {
    for await (const page of directory.stored('Group', PAGE)) {
      const counts = await directory.memberCounts(page.map(({ id }) => id));
      yield page.map((group) => ({ ...group, memberCount: counts.get(group.id) ?? 0 }));
    }
  },
  assignments: async function* () {
    yield await directory.allAssignments();
  },
  roles: async function* () {
    yield await directory.allRoles();
  },
  changes: () => directory.changes(since, PAGE),
});

/** Reads one object. @throws {ConfigurationError} when the name stands for none, or for several */
export async function showObject(
  place: DirectoryPlace,
  name: string,
  allMembers: boolean,
): Promise<ShownObject | null> {
  const directory = openAt(place, 'read');
  try {
    const { id } = await directory.named(name);
    const object = (await directory.storedObjects([id])).get(id);
    return object === undefined ? null : await shown(directory, object, allMembers);
  } finally {
    await directory.close();
  }
}

async function shown(directory: Directory, object: StoredObject, allMembers: boolean): Promise<ShownObject> {
  const memberIds: SourceId[] = [];
  if (object.type === 'Group')
    for await (const page of directory.members(object.id, allMembers ? 1_000 : NAMED_MEMBERS)) {
      memberIds.push(...page.map(({ id }) => id));
      if (!allMembers) break;
    }
  const { manager } = object;
  const firstMembers = memberIds.slice(0, NAMED_MEMBERS);
  const related = await directory.storedObjects([...firstMembers, ...(manager === null ? [] : [manager])]);
  const labelOf = (id: SourceId): string => related.get(id)?.label ?? `${id} (not in the directory)`;
  return {
    object,
    manager: manager === null ? null : { id: manager, label: labelOf(manager) },
    firstMembers: firstMembers.map(labelOf),
    memberCount: (await directory.memberCounts([object.id])).get(object.id) ?? 0,
    memberIds,
    memberOf: await directory.groupsOf(object.id),
    assignments: await directory.allAssignments(object.id),
  };
}

/** Reads the whole store in the json import format, line by line. */
export async function* exportDirectory(place: DirectoryPlace): AsyncGenerator<string> {
  const directory = openAt(place, 'read');
  try {
    yield* exportLines(directory);
  } finally {
    await directory.close();
  }
}
