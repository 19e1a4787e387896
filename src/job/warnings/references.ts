import type { JobSettings } from '../../model/job.ts';
import { counted, NAMED, type NamedCount, spellNames } from '../../model/named.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CountedMembers, CycleNotes } from '../phases/cycle-notes.ts';
import { PAGE_SIZE } from '../phases/source-pages.ts';

/** What a job does about members that the target has already. */
export type MemberSettings = Pick<JobSettings['target'], 'readMembers' | 'dialect'>;

/**
 * References that were left out because what they point at is not provisioned. Known once the references are planned.
 * @see Entra "Known issues for provisioning", The manager isn't provisioned
 */
export function warnOfReferences({ notes }: Pick<PlanningContext, 'notes'>): readonly string[] {
  const count = notes.unresolved.size();
  if (count === 0) return [];
  const [first = []] = notes.unresolved.pages(PAGE_SIZE);
  const names = first.map(({ label }) => label);
  const fact =
    count === 1
      ? '1 reference points at an object that is not provisioned and is left out'
      : `${count} references point at objects that are not provisioned and are left out`;
  return [`${fact}, until a restart: of ${spellNames({ count, names })}`];
}

/**
 * Members of groups in scope who are left out because they are not provisioned. Known once the memberships are planned,
 * and counted where they were compared: for every group in an initial cycle, else for what changed of a group.
 * @see Entra "Known issues for provisioning": a member who comes into scope later is not noticed
 */
export function warnOfMembers({ notes }: Pick<PlanningContext, 'notes'>): readonly string[] {
  const { count, groups } = largestOf(notes.membersLeftOut.pages(PAGE_SIZE));
  if (count === 0) return [];
  return [
    `${counted(count, 'membership')} of ${counted(groups.count, 'group')} ${count === 1 ? 'is' : 'are'} left out, because the members are not provisioned (not assigned, filtered out, disabled or deleted): of ${spellNames(groups)}; members who come into scope later stay missing until a restart: assign them before, or use "entrain restart" afterwards`,
  ];
}

/**
 * Members that are deleted and that the target still shows; where nothing is read back, members whose memberships are
 * left to the target. Known once the cycle, or the plan, has ended.
 */
export function warnOfDeletedMembers({
  job,
  notes,
}: Pick<PlanningContext, 'job' | 'notes'>): readonly string[] {
  const isRead = job.settings.target.verify === 'read';
  const { count, groups } = largestOf(
    isRead ? notes.danglingMembers.pages(PAGE_SIZE) : deletedMembers(notes),
  );
  if (count === 0) return [];
  const where = `${counted(groups.count, 'group')} (${spellNames(groups)})`;
  return [
    isRead
      ? `the target still shows ${counted(count, 'deleted object')} as ${count === 1 ? 'a member' : 'members'} of ${where}; nothing more is sent about ${count === 1 ? 'it' : 'them'}: remove such members in the target, and make it drop the memberships of what it deletes`
      : `${counted(count, 'membership')} of ${where} ${count === 1 ? 'is of an object' : 'are of objects'} that the cycle deletes; the target is expected to drop ${count === 1 ? 'it' : 'them'}, and only target.verify: read looks whether it does`,
  ];
}

/** How many members the cycle deletes of each group. */
function* deletedMembers(notes: CycleNotes): Generator<readonly CountedMembers[]> {
  for (const groups of notes.groupsOfDeleted.pages(PAGE_SIZE))
    yield groups.map(({ group, label }) => ({ label, count: notes.deletedMembers(group).size() }));
}

/** How many members groups have together, and the groups with most of them. @param pages each group once */
function largestOf(pages: Iterable<readonly CountedMembers[]>): {
  readonly count: number;
  readonly groups: NamedCount;
} {
  let count = 0;
  let groupCount = 0;
  let largest: readonly CountedMembers[] = [];
  for (const groups of pages) {
    groupCount += groups.length;
    for (const group of groups) count += group.count;
    largest = [...largest, ...groups].sort((a, b) => b.count - a.count).slice(0, NAMED);
  }
  const names = largest.map(({ label, count: of }) => `${label} (${of})`);
  return { count, groups: { count: groupCount, names } };
}

/**
 * Groups that show a member more than once.
 * @param target the ways out leave out what it is set to
 */
export function warnOfDoubled(
  groups: NamedCount,
  { readMembers, dialect }: MemberSettings,
): readonly string[] {
  if (groups.count === 0) return [];
  const waysOut = [
    'remove the repeated entries in the target',
    ...(readMembers === 'initial'
      ? []
      : ['set target.readMembers: initial, so that a restart sends the difference only']),
    ...(dialect.referenceCheck
      ? []
      : [
          'if it answers the filter members eq, set target.dialect.referenceCheck: true, so that it is asked before a member is added, one request more for each',
        ]),
  ];
  return [
    `the target shows members more than once in ${counted(groups.count, 'group')}: ${spellNames(groups)}; it adds who is a member already: ${waysOut.join('; ')}`,
  ];
}

/** Groups whose members were read and are there more than once. */
export function warnOfDoubledMembers({
  job,
  notes,
}: Pick<PlanningContext, 'job' | 'notes'>): readonly string[] {
  const [first = []] = notes.doubledMembers.pages(PAGE_SIZE);
  const names = first.map(({ label }) => label);
  return warnOfDoubled({ count: notes.doubledMembers.size(), names }, job.settings.target);
}
