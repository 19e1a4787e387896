import type { ObjectType } from '../../../../model/directory.ts';
import type { SourceId } from '../../../../model/identifiers.ts';
import type { DirectoryReader } from '../../../../model/ports.ts';
import type { DirectoryListing, ListedAssignment, ListedRole, StoredObject } from '../../directory-store.ts';

/** Objects that are read at once. */
const PAGE = 500;

/**
 * Writes the whole store in the json import format, line by line: users and groups (those in the recycle bin with their
 * `deletedDateTime`), memberships, roles and assignments. What was deleted for good is left out.
 */
export async function* exportLines(
  directory: DirectoryReader & DirectoryListing,
): AsyncGenerator<string, void, void> {
  yield '{"users":[';
  yield* list(objects(directory, 'User'));
  yield '],"groups":[';
  yield* list(objects(directory, 'Group'));
  yield '],"appRoles":[';
  yield* list((await directory.allRoles()).map(roleDocument));
  yield '],"assignments":[';
  yield* list((await directory.allAssignments()).map(assignmentDocument));
  yield ']}';
}

async function* list(
  documents: Iterable<unknown> | AsyncIterable<unknown>,
): AsyncGenerator<string, void, void> {
  let separator = '';
  for await (const document of documents) {
    yield `${separator}${JSON.stringify(document)}`;
    separator = ',';
  }
}

async function* objects(
  directory: DirectoryReader & DirectoryListing,
  type: ObjectType,
): AsyncGenerator<unknown, void, void> {
  for await (const page of directory.stored(type, PAGE)) {
    for (const object of page) {
      const members = type === 'Group' ? { members: await memberIds(directory, object.id) } : {};
      yield { ...objectDocument(object), ...members };
    }
  }
}

async function memberIds(directory: DirectoryReader, group: SourceId): Promise<readonly SourceId[]> {
  const ids: SourceId[] = [];
  for await (const page of directory.members(group, PAGE)) ids.push(...page.map(({ id }) => id));
  return ids;
}

/** An object as the json import format writes it, without members. */
export function objectDocument(object: StoredObject): Readonly<Record<string, unknown>> {
  return {
    id: object.id,
    ...object.attributes,
    ...(object.manager === null ? {} : { manager: object.manager }),
    ...(object.deletedAt === null ? {} : { deletedDateTime: object.deletedAt }),
  };
}

const roleDocument = ({ job, ...role }: ListedRole): unknown => (job === '' ? role : { ...role, job });

const assignmentDocument = ({ principal, role, job }: ListedAssignment): unknown => ({
  principal: principal.id,
  ...(role === null ? {} : { role: role.value || role.id }),
  ...(job === null ? {} : { job }),
});
