import type { AttributePath, TargetId } from './identifiers.ts';

/**
 * How a value differs from the target's: `sent` was just written; `heldBefore` was written earlier; `notAdded` and
 * `notRemoved` are members of this change; `dropped` are earlier members that are gone; `emptied` means all members,
 * after a removal of some.
 */
export type UntakenKind = 'sent' | 'heldBefore' | 'notAdded' | 'notRemoved' | 'dropped' | 'emptied';

/** A value that was written successfully and that the target does not hold. */
export interface UntakenValue {
  readonly attribute: AttributePath;
  /** Absent: `sent`. */
  readonly kind?: UntakenKind;
  /** As in the provisioning log, members by name; null: removed. */
  readonly sent: string | null;
  /** The target's value; null: none. */
  readonly found: string | null;
  /** How it was sent, and the option that sends it otherwise; absent: none is known to help. */
  readonly remedy?: string;
}

/** Members that the target shows more than once. */
export interface DoubledMembers {
  readonly count: number;
  /** The first of them. */
  readonly names: readonly string[];
}

/** Written members of a group, by target id. */
export interface MovedMembers {
  readonly added: readonly TargetId[];
  readonly removed: readonly TargetId[];
}

/** The verification of a successful write. */
export interface VerifiedWrite {
  /** Values that did not take; absent: none. */
  readonly untaken?: readonly UntakenValue[];
  /** The target shows members that were written before the change: it knows how they were sent. */
  readonly showsEarlier?: true;
  /** Why the values are unverified, where that is worth a warning. */
  readonly unverified?: string;
  /** The answer does not show the written values. */
  readonly isUnshown?: boolean;
  readonly doubled?: DoubledMembers;
  /** Members that are read back with a later part, and unverified until then. */
  readonly isReadLater?: boolean;
  /** Such parts read back with this one; absent: none. */
  readonly partsRead?: number;
}
