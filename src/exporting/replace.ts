import type { Failure } from '../model/failure.ts';
import type { TargetId } from '../model/identifiers.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { AttributeChange, Change, UpdateChange } from '../model/pipeline.ts';
import type { ReadRequest, WriteRequest } from '../model/scim.ts';
import { readResourceOf } from '../scim/answer.ts';
import { memberOf, parsePath } from '../scim/path.ts';
import { memberIdOf, readPath } from '../scim/read.ts';
import { buildReplacement, type Placement, placementsOf } from '../scim/replacement.ts';
import { REQUIRED_NAME } from '../scim/resource.ts';
import { knownOf } from './describe.ts';
import type { VerifyContext } from './verify.ts';

type ReplaceContext = Pick<VerifyContext, 'reader' | 'resolve' | 'membersBefore'>;

/**
 * Gives a PUT its body: the resource is read, and the change is placed in it. What was written before and is not shown is
 * sent again, mapped values and members alike, so that a target that shows a part of a resource keeps the rest.
 * @returns a failure when the resource cannot be read, or is shown without what every resource of its type has
 * @see RFC 7644 §3.5.1
 */
export async function withBody(
  request: WriteRequest,
  change: Change,
  context: ReplaceContext,
): Promise<WriteRequest | Failure> {
  const reading: ReadRequest = { method: 'GET', path: request.path, query: '', body: null };
  const asked = 'targetId' in change ? change.targetId : context.resolve(change.source.id);
  const read = readResourceOf(await context.reader.read(reading, change.source.id), asked);
  if ('code' in read) return read;
  const { resource } = read;
  const name = REQUIRED_NAME[change.objectType];
  if (!isText(memberOf(resource, name))) return withoutName(request, name, read.status);
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
  if (change.kind === 'update')
    return placementsOf([...unshown(change, resource), ...change.attributes], resource);
  if (change.kind !== 'reference') return [];
  const path = parsePath(change.mapping.targetAttributeName);
  return [[path, change.value === null ? undefined : { value: resolve(change.value) }]];
}

/** Mapped values that the target held and does not show, unless the change is about them. */
function unshown(change: UpdateChange, resource: JsonObject): readonly AttributeChange[] {
  const { held } = knownOf(change);
  const changed = new Set(change.attributes.map(({ mapping }) => mapping.targetAttributeName));
  return change.matched.desired.attributes.flatMap(({ mapping, value }): readonly AttributeChange[] => {
    const path = mapping.targetAttributeName;
    const isHeld = (held[path] ?? null) !== null && mapping.flowType !== 'ObjectAddOnly';
    if (value === null || !isHeld || changed.has(path)) return [];
    return readPath(resource, parsePath(path)) === undefined ? [{ kind: 'replace', mapping, value }] : [];
  });
}

const isText = (value: Json | undefined): boolean => typeof value === 'string' && value !== '';

const withoutName = ({ path }: WriteRequest, name: string, status: number): Failure => ({
  code: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
  message: `The target answered ${status} to the read before a PUT, but shows no ${name} in ${path}; a PUT takes away what it does not hold, so that nothing was sent: make the target answer a read with the whole resource`,
  status,
});

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
