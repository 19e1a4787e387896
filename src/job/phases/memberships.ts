import type { SourceId } from '../../model/identifiers.ts';
import { isChange, type Link, type Planned } from '../../model/pipeline.ts';
import type { AttributeMapping } from '../../model/schema.ts';
import {
  differenceOfSorted,
  type MemberMove,
  type MembershipTask,
  planMembership,
} from '../../planning/plan-membership.ts';
import { failedReference } from '../../planning/plan-reference.ts';
import { typeOf } from '../compile.ts';
import type { CycleCounter } from '../cycle/counts.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';
import type { PlannedPage } from './planned-page.ts';
import { lookUpReferenced, type PendingLinks } from './referenced.ts';
import { waitingRules, withoutWaiting } from './refused-write.ts';
import { PAGE_SIZE } from './source-pages.ts';

/** Groups planned together; each may carry a part of its members. */
export const GROUPS_PER_PAGE = 50;

/** Members of a group that are looked at together. */
const MEMBERS_AT_ONCE = 250;

/** How many members a failure names. */
const NAMED = 3;

/**
 * Plans the memberships of the groups of this cycle. A group whose memberships were never written in full, and every
 * group of an initial cycle, is compared as a whole; else only the members that changed are looked at. So a member who
 * comes into scope later is not noticed until a restart, as in the service. A page holds one part of a group at most,
 * so that no group has two writers.
 * @see Entra "Known issues for provisioning"
 */
export async function* planMemberships(
  context: PlanningContext,
  start: CycleStart,
  pendingLinks: PendingLinks,
  counter: CycleCounter,
): AsyncGenerator<PlannedPage> {
  const mapping = typeOf(context.job, 'Group')?.mappings.members;
  if (!mapping) return;
  let items: Planned[] = [];
  let settledGroups: SourceId[] = [];
  const takePage = async (): Promise<PlannedPage> => {
    const sent = await withoutWaiting(items, context.state, waitingRules(context, start));
    for (const item of items)
      if (isChange(item) && !sent.includes(item)) context.notes.incomplete.add(item.source.id);
    const page: PlannedPage = { phase: 'memberships', items: sent, settledGroups };
    items = [];
    settledGroups = [];
    return page;
  };
  for (const groups of context.notes.memberships.pages(PAGE_SIZE)) {
    const known = await knownOf(groups, context);
    for (const task of groups) {
      let parts = 0;
      for await (const part of planGroup(task, known, mapping, context, start, pendingLinks, counter)) {
        if (parts++ > 0) yield await takePage();
        if (part === 'settled') settledGroups.push(task.id);
        else items.push(part);
      }
      if (items.length + settledGroups.length >= GROUPS_PER_PAGE) yield await takePage();
    }
  }
  if (items.length + settledGroups.length > 0) yield await takePage();
}

/** What is remembered of some groups. */
interface KnownGroups {
  readonly links: ReadonlyMap<SourceId, Link>;
  /** The members of whom it is not known whether they were written. */
  readonly pending: ReadonlyMap<SourceId, readonly SourceId[]>;
}

async function knownOf(groups: readonly MembershipTask[], { state }: PlanningContext): Promise<KnownGroups> {
  const ids = groups.map(({ id }) => id);
  return { links: await state.links(ids), pending: await state.pendingMembers(ids) };
}

async function* planGroup(
  task: MembershipTask,
  known: KnownGroups,
  mapping: AttributeMapping,
  context: PlanningContext,
  start: CycleStart,
  pendingLinks: PendingLinks,
  counter: CycleCounter,
): AsyncGenerator<Planned | 'settled'> {
  const link = known.links.get(task.id);
  const pendingMembers = known.pending.get(task.id) ?? [];
  if (link === undefined && pendingLinks(task.id) === null) return;
  const isWhole = start.since === null || !(link?.hasMemberships ?? false);
  const moves = isWhole
    ? wholeDifference(task.id, pendingMembers, context)
    : changesOnly(task.id, pendingMembers, context, start);
  let failing: readonly SourceId[] = [];
  let leftOutCount = 0;
  let pending: readonly MemberMove[] = [];
  const size = membersOfPart(context);
  for await (const page of regrouped(moves, size)) {
    counter.add('importedReferences', page.length);
    const sorted = await sortOut(page, context, pendingLinks);
    failing = [...failing, ...sorted.failing].slice(0, NAMED);
    leftOutCount += sorted.leftOutCount;
    // Filled up, so that a group most of whose members are left out does not come to a request for each few of the rest.
    pending = [...pending, ...sorted.moves];
    if (pending.length > size) {
      yield change(task, mapping, pending.slice(0, size), false, true);
      pending = pending.slice(size);
    }
  }
  if (leftOutCount > 0) context.notes.membersLeftOut.append([{ label: task.label, count: leftOutCount }]);
  const isComplete = failing.length === 0;
  if (pending.length > 0) yield change(task, mapping, pending, isComplete);
  else if (isComplete && isWhole) yield 'settled';
  if (!isComplete) yield unresolved(task, failing);
}

/** How many members one part of a change moves: whole requests, so that none is sent half full. */
function membersOfPart({ job }: PlanningContext): number {
  const { membersPerPatch } = job.settings.target.dialect;
  return membersPerPatch * Math.ceil(MEMBERS_AT_ONCE / membersPerPatch);
}

const wholeDifference = (
  group: SourceId,
  uncertain: readonly SourceId[],
  { directory, state }: PlanningContext,
): AsyncIterable<readonly MemberMove[]> =>
  differenceOfSorted(
    idsOf(directory.members(group, MEMBERS_AT_ONCE)),
    state.memberships(group, MEMBERS_AT_ONCE),
    uncertain,
  );

async function* idsOf(
  pages: AsyncIterable<readonly { readonly id: SourceId }[]>,
): AsyncGenerator<readonly SourceId[]> {
  for await (const page of pages) yield page.map(({ id }) => id);
}

/** The changes since the watermark, as far as they are not written yet. */
async function* changesOnly(
  group: SourceId,
  pending: readonly SourceId[],
  { directory, state }: PlanningContext,
  start: CycleStart,
): AsyncGenerator<readonly MemberMove[]> {
  const uncertain = new Set(pending);
  for await (const page of directory.changedMembers(group, start.since ?? 0, start.until, MEMBERS_AT_ONCE)) {
    const written = await state.membersAmong(
      group,
      page.map(({ member }) => member),
    );
    yield page.flatMap(({ member, isMember }): readonly MemberMove[] =>
      isMember === written.has(member) && !uncertain.has(member)
        ? []
        : [{ id: member, change: isMember ? 'added' : 'removed' }],
    );
  }
}

/**
 * Who of the members can be written: those provisioned are added; a removed one only needs to be linked still. One who
 * is deleted in this cycle is not removed first: the memberships go with the resource.
 */
async function sortOut(
  page: readonly MemberMove[],
  context: PlanningContext,
  pendingLinks: PendingLinks,
): Promise<{
  readonly moves: readonly MemberMove[];
  readonly failing: readonly SourceId[];
  readonly leftOutCount: number;
}> {
  const ids = page.map(({ id }) => id);
  const referenced = await lookUpReferenced(ids, context, pendingLinks);
  const links = await context.state.links(ids);
  const failing: SourceId[] = [];
  let leftOutCount = 0;
  const moves = page.filter(({ id, change: kind }) => {
    if (kind === 'removed') return links.has(id) && !context.notes.deleting.has(id);
    const known = referenced(id).kind;
    if (known === 'failing') failing.push(id);
    if (known === 'notProvisioned') leftOutCount += 1;
    return known === 'linked' || known === 'pending';
  });
  return { moves, failing, leftOutCount };
}

function change(
  task: MembershipTask,
  mapping: AttributeMapping,
  moves: readonly MemberMove[],
  isLast: boolean,
  isFollowed = false,
): Planned {
  const ids = (kind: MemberMove['change']) =>
    moves.flatMap((move) => (move.change === kind ? [move.id] : []));
  const difference = { added: ids('added'), removed: ids('removed') };
  return planMembership(task, mapping, difference, isLast, isFollowed);
}

const unresolved = (task: MembershipTask, failing: readonly SourceId[]): Planned =>
  failedReference(
    { objectType: 'Group', source: task },
    `members of group "${task.label}" could not be provisioned, among them ${failing.join(', ')}; their memberships are tried again once they succeed`,
  );

/** The same items in pages of `size`; the last one may be shorter. */
async function* regrouped<T>(pages: AsyncIterable<readonly T[]>, size: number): AsyncGenerator<readonly T[]> {
  let items: readonly T[] = [];
  for await (const page of pages) {
    items = [...items, ...page];
    for (; items.length >= size; items = items.slice(size)) yield items.slice(0, size);
  }
  if (items.length > 0) yield items;
}
