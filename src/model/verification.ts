import type { AttributePath, TargetId } from './identifiers.ts';

/**
 * How a value differs from what the target shows of it: `sent` was written now and did not take; `heldBefore` was written
 * before, and the target shows another value; `notAdded` and `notRemoved` are members of this change; `dropped` are
 * members who were written before and are gone; `emptied` are all of them, after a removal of some.
 */
export type UntakenKind = 'sent' | 'heldBefore' | 'notAdded' | 'notRemoved' | 'dropped' | 'emptied';

/** A value that was written with success and that the target does not hold all the same. */
export interface UntakenValue {
  readonly attribute: AttributePath;
  /** Absent: `sent`. */
  readonly kind?: UntakenKind;
  /** As the provisioning log shows values, members by their names; null: it was removed. */
  readonly sent: string | null;
  /** What the target holds; null: nothing. */
  readonly found: string | null;
}

/** Members that the target shows more than once. */
export interface DoubledMembers {
  readonly count: number;
  /** The first of them. */
  readonly names: readonly string[];
}

/** Members of a group that were written, by their ids in the target. */
export interface MovedMembers {
  readonly added: readonly TargetId[];
  readonly removed: readonly TargetId[];
}

/** What a write with success came to, as far as the target shows it. */
export interface VerifiedWrite {
  /** The values that did not take; none when absent. */
  readonly untaken?: readonly UntakenValue[];
  /** Why it is not known whether the values took, where that is worth a warning. */
  readonly unverified?: string;
  /** The target answered without showing what was written. */
  readonly isUnshown?: boolean;
  readonly doubled?: DoubledMembers;
  /** A part of a group's members that is read back with a later part. It counts as unverified until then. */
  readonly isReadLater?: boolean;
  /** How many such parts were read back with this one; none when absent. */
  readonly partsRead?: number;
}
