import type { Failure } from '../../model/failure.ts';
import type { SourceId, TargetId } from '../../model/identifiers.ts';
import type { Link } from '../../model/pipeline.ts';
import type { AttributeMapping } from '../../model/schema.ts';
import type { MembershipTask } from '../../planning/plan-membership.ts';
import { readResourceOf } from '../../scim/answer.ts';
import { shownMembers } from '../../scim/read.ts';
import { describeMembersRead } from '../../scim/request.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import { PAGE_SIZE } from './source-pages.ts';

/** The members of a group as the target shows them, and in what they differ from what is remembered. */
export interface FoundMembers {
  /** Those that are linked, ascending by code units. */
  readonly members: readonly SourceId[];
  /** Those that are shown and were not remembered. */
  readonly added: readonly SourceId[];
  /**
   * Those that were remembered and are not shown. A target may show a part of its members, so that they are written
   * again, or removed once more where the source no longer has them.
   */
  readonly unshown: readonly SourceId[];
}

/**
 * Reads the members of a linked group. Members that this job has not linked are left alone. A group that shows members
 * more than once is noted.
 * @returns null where the target does not tell: it shows no members, and has never shown any
 * @see RFC 7643 §2.5
 */
export async function readMembers(
  { id, label }: MembershipTask,
  { targetId }: Pick<Link, 'targetId'>,
  mapping: AttributeMapping,
  { target, state, notes }: PlanningContext,
): Promise<FoundMembers | Failure | null> {
  const read = readResourceOf(await target.read(describeMembersRead(targetId), id), targetId);
  if ('code' in read) return read;
  const shown = shownMembers(read.resource, mapping);
  if (shown === 'unreadable') return null;
  if (shown !== 'absent' && shown.doubled.size > 0)
    notes.doubledMembers.append([{ label, count: shown.doubled.size }]);
  const held = shown === 'absent' ? new Set<string>() : shown.held;
  const linked = await linkedAmong([...held] as TargetId[], state);
  const unwritten = new Set(linked);
  const unshown: SourceId[] = [];
  for await (const page of state.memberships(id, PAGE_SIZE))
    for (const member of page) if (!unwritten.delete(member)) unshown.push(member);
  const isUntold = held.size === 0 && unshown.length > 0 && !(await state.control()).membersShown?.read;
  return isUntold ? null : { members: linked.sort(), added: [...unwritten], unshown };
}

/** The source objects of target ids; those that are not linked are left out. */
async function linkedAmong(
  ids: readonly TargetId[],
  state: Pick<PlanningContext['state'], 'linksOfTargets'>,
): Promise<SourceId[]> {
  if (ids.length === 0) return [];
  const links = [await state.linksOfTargets('User', ids), await state.linksOfTargets('Group', ids)];
  return links.flatMap((found) => [...found.values()].map(({ sourceId }) => sourceId));
}
