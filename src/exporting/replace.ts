import type { Failure } from '../model/failure.ts';
import type { TargetId } from '../model/identifiers.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Change } from '../model/pipeline.ts';
import type { ReadRequest, WriteRequest } from '../model/scim.ts';
import { readResource } from '../scim/answer.ts';
import { parsePath } from '../scim/path.ts';
import { readPath } from '../scim/read.ts';
import { buildReplacement, type Placement, placementsOf } from '../scim/replacement.ts';
import { memberIdOf } from './untaken-members.ts';
import type { VerifyContext } from './verify.ts';

type ReplaceContext = Pick<VerifyContext, 'reader' | 'resolve' | 'membersBefore'>;

/**
 * Gives a PUT its body: the resource is read, and the change is placed in it. The members of a group are those that it shows
 * and those that were written before, so that a target that does not show them keeps them.
 * @returns a failure when the resource cannot be read
 * @see RFC 7644 §3.5.1
 */
export async function withBody(
  request: WriteRequest,
  change: Change,
  context: ReplaceContext,
): Promise<WriteRequest | Failure> {
  const reading: ReadRequest = { method: 'GET', path: request.path, query: '', body: null };
  const read = readResource(await context.reader.read(reading, change.source.id));
  if ('code' in read) return read;
  const { resource } = read;
  const placements = [
    ...placed(change, resource, context),
    ...(change.objectType === 'Group' ? await members(change, resource, context) : []),
  ];
  return { ...request, body: buildReplacement(resource, placements) };
}

/** What a change writes, memberships apart. */
function placed(
  change: Change,
  resource: JsonObject,
  { resolve }: Pick<ReplaceContext, 'resolve'>,
): readonly Placement[] {
  if (change.kind === 'update') return placementsOf(change.attributes, resource);
  if (change.kind !== 'reference') return [];
  const path = parsePath(change.mapping.targetAttributeName);
  return [[path, change.value === null ? undefined : { value: resolve(change.value) }]];
}

/**
 * All members that the group has once the change is carried out; entries that the target shows stay as they are. None are
 * placed where none are known and the change is about something else: a list without them would remove everybody.
 */
async function members(
  change: Change,
  resource: JsonObject,
  { resolve, membersBefore }: ReplaceContext,
): Promise<readonly Placement[]> {
  const isMove = change.kind === 'membership';
  const path = parsePath(isMove ? change.mapping.targetAttributeName : 'members');
  const removed = new Set<string>(isMove ? change.removed.map(resolve) : []);
  const wanted = new Set<TargetId>(isMove ? change.added.map(resolve) : []);
  for await (const page of membersBefore(change.source.id))
    for (const id of page) if (!removed.has(id)) wanted.add(id);
  const shown = readPath(resource, path);
  if (!isMove && shown === undefined && wanted.size === 0) return [];
  const kept = (Array.isArray(shown) ? (shown as readonly Json[]) : []).filter((entry) => {
    const id = memberIdOf(entry);
    if (id !== null) wanted.delete(id as TargetId);
    return id === null || !removed.has(id);
  });
  return [[path, [...kept, ...[...wanted].map((value) => ({ value }))]]];
}
