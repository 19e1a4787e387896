import type { DirectoryObject } from '../../model/directory.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { SourceId } from '../../model/identifiers.ts';
import type { DirectoryReader, DirectoryView } from '../../model/ports.ts';
import { scopeObject } from '../../scoping/scope.ts';
import { typeOf } from '../compile.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import { scopeRules } from '../phases/planning-rules.ts';
import { PAGE_SIZE } from '../phases/source-pages.ts';

/** Members that can be provisioned with their group. @see Entra "On-demand provisioning", Known limitations */
export const MAXIMUM_MEMBERS = 5;

/** What is to be provisioned on demand: a user, or a group with some of its members. */
export interface OnDemandRequest {
  readonly objectId: SourceId;
  /** Direct members of the group; others stay as they are in the target. */
  readonly members: readonly SourceId[];
}

/** The objects of a request. */
export interface OnDemandSubjects {
  readonly subject: DirectoryObject;
  /** Each once. */
  readonly members: readonly DirectoryObject[];
}

/**
 * Finds the objects of a request in the directory.
 * @throws {ConfigurationError} when one is not there, or one named as a member is none
 */
export async function findSubjects(
  { objectId, members }: OnDemandRequest,
  { directory }: Pick<PlanningContext, 'directory'>,
  view: DirectoryView,
): Promise<OnDemandSubjects> {
  const memberIds = [...new Set(members)];
  const found = new Map(
    (await directory.find([objectId, ...memberIds], view)).map((object) => [object.id, object]),
  );
  const missing = [objectId, ...memberIds].filter((id) => !found.has(id));
  const subject = found.get(objectId);
  if (subject === undefined || missing.length > 0)
    throw refusal(missing.map((id) => `there is no object with the id ${id}; see "entrain directory list"`));
  if (subject.objectType === 'User' && memberIds.length > 0)
    throw refusal([`"${subject.label}" is a user, and only a group has members; leave the members out`]);
  const strangers = await strangersTo(objectId, memberIds, directory);
  if (strangers.length > 0)
    throw refusal(
      strangers.map(
        (id) =>
          `"${found.get(id)?.label}" is not a direct member of "${subject.label}"; name one who is, or add it with "entrain directory add-member"`,
      ),
    );
  return { subject, members: memberIds.flatMap((id) => found.get(id) ?? []) };
}

/** Those who are no members of a group; a large group is read only as far as needed. */
async function strangersTo(
  group: SourceId,
  ids: readonly SourceId[],
  directory: DirectoryReader,
): Promise<readonly SourceId[]> {
  const sought = new Set(ids);
  if (sought.size === 0) return [];
  for await (const page of directory.members(group, PAGE_SIZE)) {
    for (const { id } of page) sought.delete(id);
    if (sought.size === 0) break;
  }
  return [...sought];
}

/**
 * Refuses what the service does not provision on demand. Its limit of 5 requests in 10 seconds is one of the shared
 * cloud, and has no counterpart here.
 * @throws {ConfigurationError} with every reason
 * @see Entra "On-demand provisioning in Microsoft Entra ID", Known limitations
 */
export async function requireWithinLimits(
  subjects: OnDemandSubjects,
  context: PlanningContext,
): Promise<void> {
  const { subject, members } = subjects;
  const tooMany =
    members.length > MAXIMUM_MEMBERS
      ? [
          `${members.length} members were named, and provision on demand takes ${MAXIMUM_MEMBERS} at most; name fewer, or run a cycle`,
        ]
      : [];
  const nested = members
    .filter(({ objectType }) => objectType === 'Group')
    .map(
      ({ label }) =>
        `"${label}" is a group, and nested groups are not provisioned on demand; name users who are members`,
    );
  const reasons = [...tooMany, ...nested];
  for (const object of [subject, ...members]) reasons.push(...(await reasonAgainst(object, context)));
  if (reasons.length > 0) throw refusal(reasons);
}

async function reasonAgainst(object: DirectoryObject, context: PlanningContext): Promise<readonly string[]> {
  const { objectType, label, presence } = object;
  const type = typeOf(context.job, objectType);
  if (type === undefined) return [withoutMapping(object)];
  if (scopeObject(object, await scopeRules(type, context)).scope.isActive) return [];
  const state = presence === 'live' ? 'disabled' : 'deleted';
  return [
    `"${label}" is ${state} in the source, and provision on demand deprovisions only those who were unassigned; run a cycle; "entrain plan" shows what it would do`,
  ];
}

/** Why objects of a type cannot be provisioned at all. */
export function withoutMapping({ objectType, label }: Pick<DirectoryObject, 'objectType' | 'label'>): string {
  return `the schema has no enabled ${objectType} mapping, so that "${label}" is not provisioned; enable the mapping in the schema`;
}

const refusal = (messages: readonly string[]): ConfigurationError =>
  new ConfigurationError(messages.map((message) => issueOf('provision', message)));
