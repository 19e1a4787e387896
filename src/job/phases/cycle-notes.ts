import type { ObjectType } from '../../model/directory.ts';
import type { SourceId, TargetId } from '../../model/identifiers.ts';
import type { Json } from '../../model/json.ts';
import type { Phase, Planned } from '../../model/pipeline.ts';
import type { Claims, Scratch } from '../../model/ports.ts';
import type { MovedMembers } from '../../model/verification.ts';
import type { MembershipTask } from '../../planning/plan-membership.ts';
import type { ReferenceTask } from '../../planning/plan-reference.ts';

/** Items in the order in which they were appended. */
export interface Queue<Item> {
  append(items: readonly Item[]): void;
  /** In pages of `limit`; reading removes nothing. */
  pages(limit: number): Iterable<readonly Item[]>;
  size(): number;
}

/** Keys that are marked. */
export interface Marks<Key extends string> {
  /** @returns whether the key was not marked before */
  add(key: Key): boolean;
  has(key: Key): boolean;
}

/** A group with the number of members that something is said of. */
export interface CountedMembers {
  readonly label: string;
  readonly count: number;
}

/** A group with members that are deleted: nothing removes them, because their memberships go with the resource. */
export interface GroupOfDeleted {
  readonly group: SourceId;
  readonly label: string;
}

/** A member that is deleted. */
export interface DeletedMember {
  readonly id: SourceId;
  readonly targetId: TargetId;
}

/** An item of a saved plan with the object that it is about. */
export interface ToldItem {
  readonly id: SourceId;
  readonly item: Planned;
}

/** What applying a saved plan notes while it is reviewed. */
export interface SavedPlanNotes {
  /** The pages that are derived again, one line each. */
  pages(phase: Phase): Queue<string>;
  /** Failures of the file: they are derived last. */
  readonly failed: Queue<ToldItem>;
  /** References and memberships of the file, until it is known which objects are left out. */
  readonly followUps: Queue<{ readonly phase: Phase; readonly items: readonly Planned[] }>;
  /** The phase in which an object was left out first. */
  readonly leftOut: Claims<SourceId, string>;
  /** Objects of which the plan has an item. */
  readonly taken: Marks<SourceId>;
  /** Objects that changed since the plan was made. */
  readonly changed: Marks<string>;
  /** Values of references and memberships that the file writes, as JSON. */
  readonly written: Marks<string>;
}

/**
 * What one cycle, or one plan, notes of its objects and of what later phases have to do. Notes are private to the process
 * and end with it; they are on disk, so that memory does not grow with the directory.
 */
export interface CycleNotes {
  /** Objects that are read because a failure of them is due, or their deprovisioning is staged. */
  readonly due: Marks<SourceId>;
  /** Target objects and matching values, by their keys, with the source object that has them. */
  readonly counterparts: Claims<string, SourceId>;
  /** Objects that are linked from this cycle on, with their target id; empty: it is known after export. */
  readonly joining: Claims<SourceId, TargetId | ''>;
  /** Objects that this cycle drops: nothing may refer to them. */
  readonly leaving: Marks<SourceId>;
  /** Objects that are deleted: their memberships go with the resource. */
  readonly deleting: Marks<SourceId>;
  /** Objects that failed. */
  readonly failing: Marks<SourceId>;
  /** Groups some of whose memberships were not written. */
  readonly incomplete: Marks<SourceId>;
  /** Groups all of whose members are sent, or compared with what the target shows. */
  readonly resent: Marks<SourceId>;
  /** References to compare once users and groups are written. */
  readonly references: Queue<ReferenceTask>;
  /** Groups whose memberships are compared once users and groups are written. */
  readonly memberships: Queue<MembershipTask>;
  /** References that are left out because what they point at is not provisioned. */
  readonly unresolved: Queue<ReferenceTask>;
  readonly membersLeftOut: Queue<CountedMembers>;
  /** Groups that the target shows with a member more than once. */
  readonly doubledMembers: Queue<CountedMembers>;
  /** Groups with members that the cycle deletes, each once. */
  readonly groupsOfDeleted: Queue<GroupOfDeleted>;
  /** The members of a group that the cycle deletes. */
  deletedMembers(group: SourceId): Queue<DeletedMember>;
  /** Groups that the target shows with members that are deleted. */
  readonly danglingMembers: Queue<CountedMembers>;
  /** Deprovisionings of the last phase. */
  readonly deprovisionings: Readonly<Record<ObjectType, Queue<Planned>>>;
  /** How many existing accounts and groups each page takes over. */
  readonly found: Readonly<Record<ObjectType, Queue<number>>>;
  /** Parts of a group's memberships that were written and not read yet. */
  unreadParts(group: SourceId): Queue<MovedMembers>;
  /** Users that the cycle takes over, for the limits of changes. */
  readonly takenOver: Marks<SourceId>;
  /** Linked users that the cycle updates, for the limits of changes. */
  readonly updated: Marks<SourceId>;
  readonly savedPlan: SavedPlanNotes;
  /** What an offline plan does not ask the target: to find or to read an object. */
  readonly unasked: Marks<`${'find' | 'read'}:${SourceId}`>;
  /** Forgets everything. */
  close(): void;
}

/** Opens the notes of a cycle in a scratch; closing them closes it. */
export function cycleNotes(scratch: Scratch): CycleNotes {
  const marks = <Key extends string>(name: string) => marksIn<Key>(scratch, name);
  const queue = <Item>(name: string) => queueIn<Item>(scratch, name);
  const claims = <Key extends string, Holder extends string>(name: string) =>
    claimsIn<Key, Holder>(scratch, name);
  const ofEach = <Item>(name: string) => ({
    User: queue<Item>(`${name}:User`),
    Group: queue<Item>(`${name}:Group`),
  });
  return {
    due: marks('due'),
    counterparts: claims('counterpart'),
    joining: claims('joining'),
    leaving: marks('leaving'),
    deleting: marks('deleting'),
    failing: marks('failing'),
    incomplete: marks('incomplete'),
    resent: marks('resent'),
    references: queue('references'),
    memberships: queue('memberships'),
    unresolved: queue('unresolved'),
    membersLeftOut: queue('membersLeftOut'),
    doubledMembers: queue('doubledMembers'),
    groupsOfDeleted: queue('groupsOfDeleted'),
    deletedMembers: (group) => queue(`deletedMembers:${group}`),
    danglingMembers: queue('danglingMembers'),
    deprovisionings: ofEach('deprovisionings'),
    found: ofEach('found'),
    unreadParts: (group) => queue(`unreadParts:${group}`),
    takenOver: marks('takenOver'),
    updated: marks('updated'),
    savedPlan: {
      pages: (phase) => queue(`plan:${phase}`),
      failed: queue('plan:failed'),
      followUps: queue('plan:followUps'),
      leftOut: claims('plan:leftOut'),
      taken: marks('plan:taken'),
      changed: marks('plan:changed'),
      written: marks('plan:written'),
    },
    unasked: marks('unasked'),
    close: () => scratch.close(),
  };
}

/** A queue of a scratch. @param name its own in the scratch */
export function queueIn<Item>(scratch: Scratch, name: string): Queue<Item> {
  return {
    append: (items) => {
      if (items.length > 0) scratch.append(name, items as unknown as readonly Json[]);
    },
    pages: (limit) => scratch.pages(name, limit) as Iterable<unknown> as Iterable<readonly Item[]>,
    size: () => scratch.size(name),
  };
}

/** Claimed keys of a scratch. @param name their own in the scratch */
export function claimsIn<Key extends string, Holder extends string>(
  scratch: Scratch,
  name: string,
): Claims<Key, Holder> {
  return {
    claim: (key, holder) => scratch.claim(`${name}:${key}`, holder) as Holder,
    holder: (key) => scratch.holder(`${name}:${key}`) as Holder | null,
  };
}

/** Marked keys of a scratch. @param name their own in the scratch */
export function marksIn<Key extends string>(scratch: Scratch, name: string): Marks<Key> {
  return {
    add: (key) => scratch.mark(`${name}:${key}`),
    has: (key) => scratch.holder(`${name}:${key}`) !== null,
  };
}
