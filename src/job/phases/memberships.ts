import type { SourceId } from '../../model/identifiers.ts';
import { isChange, type Link, type Planned } from '../../model/pipeline.ts';
import type { AttributeMapping } from '../../model/schema.ts';
import {
  differenceOfSorted,
  type MembershipTask,
  planMembership,
  unionOfSorted,
} from '../../planning/plan-membership.ts';
import { failedReference } from '../../planning/plan-reference.ts';
import { typeOf } from '../compile.ts';
import type { CycleCounter } from '../cycle/counts.ts';
import type { CycleStart, PlanningContext } from '../cycle/start.ts';
import type { PlannedPage } from './objects.ts';
import { lookUpReferenced, type PendingLinks } from './referenced.ts';
import { waitingRules, withoutWaiting } from './refused-write.ts';
import { PAGE_SIZE } from './source-pages.ts';

/** Groups planned together; each may carry a part of its members. */
export const GROUPS_PER_PAGE = 50;

/** Members of a group that are looked at together. */
const MEMBERS_AT_ONCE = 250;

/** How many members a failure names. */
const NAMED = 3;

interface Move {
  readonly id: SourceId;
  readonly change: 'added' | 'removed';
}

/**
 * Plans the memberships of the groups of this cycle. A group whose memberships were never written in full, and every
 * group of an initial cycle, is compared as a whole; else only the members that changed are looked at. So a member who
 * comes into scope later is not noticed until a restart, as in the service. A page holds one part of a group at most,
 * so that no group has two writers.
 * @see Entra "Known issues for provisioning"
 */
export function* planMemberships(
  context: PlanningContext,
  start: CycleStart,
  pendingLinks: PendingLinks,
  counter: CycleCounter,
): Generator<PlannedPage> {
  const mapping = typeOf(context.job, 'Group')?.mappings.members;
  if (!mapping) return;
  let items: Planned[] = [];
  let settledGroups: SourceId[] = [];
  const takePage = (): PlannedPage => {
    const sent = withoutWaiting(items, context.state, waitingRules(context, start));
    for (const item of items)
      if (isChange(item) && !sent.includes(item)) context.notes.incomplete.add(item.source.id);
    const page: PlannedPage = { phase: 'memberships', items: sent, settledGroups };
    items = [];
    settledGroups = [];
    return page;
  };
  for (const groups of context.notes.memberships.pages(PAGE_SIZE)) {
    const known = knownOf(groups, context);
    for (const task of groups) {
      let parts = 0;
      for (const part of planGroup(task, known, mapping, context, start, pendingLinks, counter)) {
        if (parts++ > 0) yield takePage();
        if (part === 'settled') settledGroups.push(task.id);
        else items.push(part);
      }
      if (items.length + settledGroups.length >= GROUPS_PER_PAGE) yield takePage();
    }
  }
  if (items.length + settledGroups.length > 0) yield takePage();
}

/** What is remembered of some groups. */
interface KnownGroups {
  readonly links: ReadonlyMap<SourceId, Link>;
  /** The members of whom it is not known whether they were written. */
  readonly pending: ReadonlyMap<SourceId, readonly SourceId[]>;
}

function knownOf(groups: readonly MembershipTask[], { state }: PlanningContext): KnownGroups {
  const ids = groups.map(({ id }) => id);
  return { links: state.links(ids), pending: state.pendingMembers(ids) };
}

function* planGroup(
  task: MembershipTask,
  known: KnownGroups,
  mapping: AttributeMapping,
  context: PlanningContext,
  start: CycleStart,
  pendingLinks: PendingLinks,
  counter: CycleCounter,
): Generator<Planned | 'settled'> {
  const link = known.links.get(task.id);
  const pendingMembers = known.pending.get(task.id) ?? [];
  if (link === undefined && pendingLinks(task.id) === null) return;
  const isWhole = start.since === null || !(link?.hasMemberships ?? false);
  const moves = isWhole
    ? wholeDifference(task.id, pendingMembers, context)
    : changesOnly(task.id, pendingMembers, context, start);
  let failing: readonly SourceId[] = [];
  let leftOutCount = 0;
  let pending: readonly Move[] = [];
  const size = membersOfPart(context);
  for (const page of pagesOf(moves, size)) {
    counter.add('importedReferences', page.length);
    const sorted = sortOut(page, context, pendingLinks);
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

/** Of whom it is not known whether they were written is written anew, be it as a member or as none. */
function* wholeDifference(
  group: SourceId,
  uncertain: readonly SourceId[],
  { directory, state }: PlanningContext,
): Generator<Move> {
  yield* differenceOfSorted(
    flat(directory.members(group, MEMBERS_AT_ONCE), ({ id }) => id),
    unionOfSorted(
      flat(state.memberships(group, MEMBERS_AT_ONCE), (id) => id),
      uncertain,
    ),
    new Set(uncertain),
  );
}

function* changesOnly(
  group: SourceId,
  pending: readonly SourceId[],
  { directory, state }: PlanningContext,
  start: CycleStart,
): Generator<Move> {
  const uncertain = new Set(pending);
  for (const page of directory.changedMembers(group, start.since ?? 0, start.until, MEMBERS_AT_ONCE)) {
    const written = state.membersAmong(
      group,
      page.map(({ member }) => member),
    );
    for (const { member, isMember } of page) {
      const isUncertain = uncertain.has(member);
      if (isMember && (isUncertain || !written.has(member))) yield { id: member, change: 'added' };
      if (!isMember && (isUncertain || written.has(member))) yield { id: member, change: 'removed' };
    }
  }
}

/**
 * Who of the members can be written: those provisioned are added; a removed one only needs to be linked still. One who
 * is deleted in this cycle is not removed first: the memberships go with the resource.
 */
function sortOut(
  page: readonly Move[],
  context: PlanningContext,
  pendingLinks: PendingLinks,
): { readonly moves: readonly Move[]; readonly failing: readonly SourceId[]; readonly leftOutCount: number } {
  const ids = page.map(({ id }) => id);
  const referenced = lookUpReferenced(ids, context, pendingLinks);
  const links = context.state.links(ids);
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
  moves: readonly Move[],
  isLast: boolean,
  isFollowed = false,
): Planned {
  const ids = (kind: Move['change']) => moves.flatMap((move) => (move.change === kind ? [move.id] : []));
  const difference = { added: ids('added'), removed: ids('removed') };
  return planMembership(task, mapping, difference, isLast, isFollowed);
}

const unresolved = (task: MembershipTask, failing: readonly SourceId[]): Planned =>
  failedReference(
    { objectType: 'Group', source: task },
    `members of group "${task.label}" could not be provisioned, among them ${failing.join(', ')}; their memberships are tried again once they succeed`,
  );

function* flat<Item, T>(pages: Iterable<readonly Item[]>, pick: (item: Item) => T): Generator<T> {
  for (const page of pages) for (const item of page) yield pick(item);
}

function* pagesOf<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
  let page: T[] = [];
  for (const item of items) {
    page.push(item);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
