import type { Failure } from '../../model/failure.ts';
import type { SourceId } from '../../model/identifiers.ts';
import { isChange, type Planned } from '../../model/pipeline.ts';
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
import type { MembersOfGroup, PlannedPage } from './planned-page.ts';
import { type FoundMembers, readMembers } from './read-members.ts';
import { labelsOf, lookUpReferenced, type PendingLinks, readEscrows, readKnown } from './referenced.ts';
import { waitingRules, withoutWaiting } from './refused-write.ts';
import { PAGE_SIZE } from './source-pages.ts';

/** Groups planned together; each may carry a part of its members. */
export const GROUPS_PER_PAGE = 50;

/** Members of a group that are evaluated together. */
const MEMBERS_AT_ONCE = 250;

/** How many members a failure names. */
const NAMED = 3;

/**
 * Plans the memberships of the groups of this cycle. A group whose memberships were never written in full, and every
 * group of an initial cycle, is compared as a whole; else only the members that changed are evaluated. So a member who
 * comes into scope later is not noticed until a restart, as in the service. A page holds one part of a group at most,
 * so that no group has two writers. The members of one group are read page by page, on both sides, because a group may
 * have more than memory holds; what is remembered of members is asked for several groups at once.
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
  const { state, notes } = context;
  let items: Planned[] = [];
  let settledGroups: SourceId[] = [];
  let foundMembers: MembersOfGroup[] = [];
  const takePage = async (): Promise<PlannedPage> => {
    const failed = await readEscrows(
      items.map(({ source }) => source.id),
      state,
    );
    const sent = withoutWaiting(items, failed, waitingRules(context, start));
    for (const item of items)
      if (isChange(item) && !sent.includes(item)) notes.incomplete.add(item.source.id);
    const page: PlannedPage = { phase: 'memberships', items: sent, settledGroups, foundMembers };
    items = [];
    settledGroups = [];
    foundMembers = [];
    return page;
  };
  for (const tasks of notes.memberships.pages(groupsAtOnce(context))) {
    const begun = await beginGroups(tasks, context, start, pendingLinks, mapping);
    items.push(...begun.unread);
    foundMembers.push(...begun.foundMembers);
    for await (const batch of batchesOf(begun.groups, context, start)) {
      const sortOut = await readBatch(batch, context, pendingLinks);
      for (const step of batch) {
        const { group } = step;
        const parts = partsOf(group, sortOut(step, counter), step.isLast, mapping, context, start);
        for await (const part of parts) {
          if (group.partCount++ > 0) yield await takePage();
          if (part === 'settled') settledGroups.push(group.task.id);
          else items.push(part);
        }
        if (step.isLast && items.length + settledGroups.length >= GROUPS_PER_PAGE) yield await takePage();
      }
    }
  }
  if (items.length + settledGroups.length + foundMembers.length > 0) yield await takePage();
}

/** A group while its memberships are planned. */
interface PlannedGroup {
  readonly task: MembershipTask;
  /** All members are compared, and not only those that changed. */
  readonly isWhole: boolean;
  /** The members that the target shows, ascending; null: it was not asked, or does not tell. */
  readonly found: readonly SourceId[] | null;
  /** Members whose write was never confirmed, or whom the target does not show; ascending by code units. */
  readonly uncertain: ReadonlySet<SourceId>;
  partCount: number;
  /** What no part holds yet. */
  moves: readonly MemberMove[];
  /** The first of the members who could not be provisioned. */
  failing: readonly SourceId[];
  leftOutCount: number;
}

/** Groups that are begun together; where their members are read, only as many as are read at once. */
function groupsAtOnce({ job }: PlanningContext): number {
  const { readMembers: reads, concurrency } = job.settings.target;
  return reads === 'initial' ? Math.min(PAGE_SIZE, concurrency) : PAGE_SIZE;
}

/** Groups that are about to be compared, with what reading their members came to. */
interface BegunGroups {
  readonly groups: readonly PlannedGroup[];
  readonly foundMembers: readonly MembersOfGroup[];
  /** Groups whose members could not be read, so that the difference is not known. */
  readonly unread: readonly Planned[];
}

/**
 * Begins with the groups that are, or are about to be, in the target. Their members may be read: in an initial cycle, and
 * later of a group that is compared as a whole and of which it is not known what was written.
 */
async function beginGroups(
  tasks: readonly MembershipTask[],
  context: PlanningContext,
  start: CycleStart,
  pendingLinks: PendingLinks,
  mapping: AttributeMapping,
): Promise<BegunGroups> {
  const { state, notes, job } = context;
  const mayRead = job.settings.target.readMembers === 'initial';
  const isNew = (id: SourceId): boolean => notes.joining.holder(id) === '';
  const ids = tasks.map(({ id }) => id);
  const links = await state.links(ids);
  const pending = await state.pendingMembers(ids);
  const present = tasks.filter(({ id }) => links.has(id) || pendingLinks(id) !== null);
  const begun = await Promise.all(
    present.map(async (task): Promise<BegunGroup> => {
      const link = links.get(task.id);
      const isWhole = start.since === null || !(link?.hasMemberships ?? false);
      const group = newGroup(task, isWhole, new Set(pending.get(task.id)));
      const reads = mayRead && (start.since === null || (isWhole && group.uncertain.size > 0));
      return reads && link !== undefined && !isNew(task.id)
        ? withFound(group, await readMembers(task, link, mapping, context))
        : { group };
    }),
  );
  return {
    groups: begun.flatMap(({ group }) => group ?? []),
    foundMembers: begun.flatMap(({ found }) => found ?? []),
    unread: begun.flatMap(({ unread }) => unread ?? []),
  };
}

const newGroup = (
  task: MembershipTask,
  isWhole: boolean,
  uncertain: PlannedGroup['uncertain'],
): PlannedGroup => ({
  task,
  isWhole,
  found: null,
  uncertain,
  partCount: 0,
  moves: [],
  failing: [],
  leftOutCount: 0,
});

/** One of them. */
interface BegunGroup {
  readonly group?: PlannedGroup;
  readonly found?: MembersOfGroup;
  readonly unread?: Planned;
}

/** A group with what reading its members came to. */
function withFound(group: PlannedGroup, read: FoundMembers | Failure | null): BegunGroup {
  if (read === null) return { group };
  const { id, label } = group.task;
  if ('code' in read) {
    const failed = failedReference({ objectType: 'Group', source: { id, label } }, read.message);
    return { unread: { ...failed, failure: read } };
  }
  const { members, added, unshown } = read;
  const settled = members.filter((member) => group.uncertain.has(member));
  const uncertain = new Set([...group.uncertain, ...unshown].sort());
  for (const member of settled) uncertain.delete(member);
  return { group: { ...group, found: members, uncertain }, found: { group: id, added, unshown, settled } };
}

/** Moves of a group; where only changes are evaluated, not yet compared with what was written. */
interface GroupMoves {
  readonly group: PlannedGroup;
  readonly moves: readonly MemberMove[];
  /** The group has no more of them. */
  readonly isLast: boolean;
}

/** The moves of groups in their order, so many together that what is remembered of them is worth a question. */
async function* batchesOf(
  groups: readonly PlannedGroup[],
  context: PlanningContext,
  start: CycleStart,
): AsyncGenerator<readonly GroupMoves[]> {
  let batch: GroupMoves[] = [];
  let size = 0;
  for (const group of groups) {
    const pages = group.isWhole ? wholeDifference(group, context, start) : changesOnly(group, context, start);
    for await (const moves of pages) {
      if (moves.length === 0) continue;
      batch.push({ group, moves, isLast: false });
      size += moves.length;
      if (size < MEMBERS_AT_ONCE) continue;
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push({ group, moves: [], isLast: true });
  }
  yield batch;
}

/** Adds moves to a group. @returns the parts that are full, and, once there are no more moves, the rest */
async function* partsOf(
  group: PlannedGroup,
  sorted: SortedMoves,
  isLast: boolean,
  mapping: AttributeMapping,
  context: PlanningContext,
  start: CycleStart,
): AsyncGenerator<Planned | 'settled'> {
  const { task } = group;
  const size = membersOfPart(context);
  group.failing = [...group.failing, ...sorted.failing].slice(0, NAMED);
  group.leftOutCount += sorted.leftOutCount;
  // Filled up, so that a group most of whose members are left out does not come to a request for each few of the rest.
  group.moves = [...group.moves, ...sorted.moves];
  while (group.moves.length > size) {
    yield change(task, mapping, group.moves.slice(0, size), false, true);
    group.moves = group.moves.slice(size);
  }
  if (!isLast) return;
  const { failing, leftOutCount, moves } = group;
  if (leftOutCount > 0) context.notes.membersLeftOut.append([{ label: task.label, count: leftOutCount }]);
  const isComplete = failing.length === 0;
  if (moves.length > 0) yield change(task, mapping, moves, isComplete);
  else if (isComplete && group.isWhole) yield 'settled';
  if (!isComplete) yield unresolved(task, await labelsOf(failing, context, start));
}

/** How many members one part of a change moves: whole requests, so that none is sent half full. */
function membersOfPart({ job }: PlanningContext): number {
  const { membersPerPatch } = job.settings.target.dialect;
  return membersPerPatch * Math.ceil(MEMBERS_AT_ONCE / membersPerPatch);
}

/** The difference to what the target shows; else to what was written, which a restart has sent again. */
const wholeDifference = (
  { task, found, uncertain }: PlannedGroup,
  { directory, state }: PlanningContext,
  { resendsMembers }: CycleStart,
): AsyncIterable<readonly MemberMove[]> =>
  differenceOfSorted(
    idsOf(directory.members(task.id, MEMBERS_AT_ONCE)),
    found === null ? state.memberships(task.id, MEMBERS_AT_ONCE) : onePage(found),
    [...uncertain],
    resendsMembers && found === null,
  );

async function* onePage(ids: readonly SourceId[]): AsyncGenerator<readonly SourceId[]> {
  yield ids;
}

async function* idsOf(
  pages: AsyncIterable<readonly { readonly id: SourceId }[]>,
): AsyncGenerator<readonly SourceId[]> {
  for await (const page of pages) yield page.map(({ id }) => id);
}

/** The changes since the watermark, those that are written already included. */
async function* changesOnly(
  { task }: PlannedGroup,
  { directory }: PlanningContext,
  start: CycleStart,
): AsyncGenerator<readonly MemberMove[]> {
  for await (const page of directory.changedMembers(task.id, start.since ?? 0, start.until, MEMBERS_AT_ONCE))
    yield page.map(({ member, isMember }) => ({ id: member, change: isMember ? 'added' : 'removed' }));
}

/** The result of some moves of a group. */
interface SortedMoves {
  /** Those that can be written. */
  readonly moves: readonly MemberMove[];
  readonly failing: readonly SourceId[];
  readonly leftOutCount: number;
}

/**
 * Reads what is remembered of the members of a batch.
 * @returns a function that reports, and counts, which members of the group can be written: those provisioned are added;
 * a removed one only needs to be linked still. One who is deleted in this cycle is not removed first: the memberships
 * go with the resource.
 */
async function readBatch(
  batch: readonly GroupMoves[],
  context: PlanningContext,
  pendingLinks: PendingLinks,
): Promise<(moves: GroupMoves, counter: CycleCounter) => SortedMoves> {
  const { state, notes } = context;
  const changed = new Map<SourceId, SourceId[]>();
  for (const { group, moves } of batch) {
    if (group.isWhole || moves.length === 0) continue;
    changed.set(group.task.id, [...(changed.get(group.task.id) ?? []), ...moves.map(({ id }) => id)]);
  }
  const written = changed.size === 0 ? new Map() : await state.membersAmong(changed);
  const isWritten = ({ isWhole, task, uncertain }: PlannedGroup, { id, change: kind }: MemberMove): boolean =>
    !(isWhole || uncertain.has(id)) && (written.get(task.id)?.has(id) ?? false) === (kind === 'added');
  const ids = new Set(batch.flatMap(({ moves }) => moves.map(({ id }) => id)));
  const known = await readKnown([...ids], state);
  const referenced = lookUpReferenced(known, context, pendingLinks);
  return ({ group, moves }, counter) => {
    const open = moves.filter((move) => !isWritten(group, move));
    counter.add('importedReferences', open.length);
    const failing: SourceId[] = [];
    let leftOutCount = 0;
    const sent = open.filter(({ id, change: kind }) => {
      if (kind === 'removed') return known.links.has(id) && !notes.deleting.has(id);
      const member = referenced(id).kind;
      if (member === 'failing') failing.push(id);
      if (member === 'notProvisioned') leftOutCount += 1;
      return member === 'linked' || member === 'pending';
    });
    return { moves: sent, failing, leftOutCount };
  };
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

const unresolved = (task: MembershipTask, failing: ReadonlyMap<SourceId, string>): Planned =>
  failedReference(
    { objectType: 'Group', source: task },
    `members of group "${task.label}" could not be provisioned, among them ${[...failing.values()].join(', ')}; their memberships are tried again once they succeed`,
  );
