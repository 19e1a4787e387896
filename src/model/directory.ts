import type { SourceId } from './identifiers.ts';

/** The object types that a job provisions. */
export type ObjectType = 'User' | 'Group';

/** The value of a source attribute. An attribute without a value is absent, never null. */
export type AttributeValue = string | boolean | readonly string[];

/** Source attribute name (case-sensitive) → value. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * In the directory (`live`), in the recycle bin (`softDeleted`), or purged, by hand or after 30 days (`hardDeleted`).
 */
export type Presence = 'live' | 'softDeleted' | 'hardDeleted';

/** A role that the application defines and assignments grant. */
export interface AppRole {
  /** GUID. */
  readonly id: string;
  /** The claim value; may be empty. */
  readonly value: string;
  readonly displayName: string;
  readonly isEnabled: boolean;
  readonly allowedMemberTypes: readonly ('User' | 'Application')[];
}

/** The id of Default Access, the role of assignments without another. */
export const DEFAULT_ACCESS_ROLE_ID = '00000000-0000-0000-0000-000000000000';

/** One assignment path of an object. */
export interface Assignment {
  /** Null: direct. Else the assigned group that has the object as an immediate member. */
  readonly throughGroup: {
    readonly id: SourceId;
    readonly displayName: string;
    readonly securityEnabled: boolean;
  } | null;
  /** Null: the Default Access role. */
  readonly role: AppRole | null;
}

/** A user or group of the source directory, as one job sees it. */
export interface DirectoryObject {
  readonly objectType: ObjectType;
  readonly id: SourceId;
  /** Display label: a user's userPrincipalName (the one before the deletion), a group's displayName, else its id. */
  readonly label: string;
  /**
   * All attributes with a value, without references and computed ones. The userPrincipalName of a user in the recycle bin
   * is the one that the directory gave it.
   */
  readonly attributes: Attributes;
  /** A user's manager, which may no longer exist. */
  readonly manager: SourceId | null;
  readonly presence: Presence;
  /** Assignment paths to the job's application; empty: not assigned. A soft-deleted group assigns no one. */
  readonly assignments: readonly Assignment[];
  /** Why an object that is not assigned may look so. Absent: not looked for, or no such group. */
  readonly nesting?: Nesting;
}

/** How an object that is not assigned is below an assigned group. */
export interface Nesting {
  /** The group that has the object as a direct member; of a group it may be the assigned one. */
  readonly group: string;
  /** The assigned group that the other one is in, at any depth. */
  readonly assignedGroup: string;
}

/** A source object in reports and the provisioning log. */
export interface NamedSource {
  readonly id: SourceId;
  readonly label: string;
  /** Set where known and the object is not available. */
  readonly displayName?: string;
}

/** A changed membership since a watermark; each member once. */
export interface MembershipDelta {
  readonly member: SourceId;
  readonly memberType: ObjectType;
  /** Whether it is a member now. */
  readonly isMember: boolean;
}

/** Losses of the directory since a watermark. */
export interface SourceLoss {
  /** Users and groups live then and deleted now; additions and restores do not offset them. */
  readonly lost: number;
  /** Users and groups live then. */
  readonly before: number;
}

/** What the assignments of an application do not reach. */
export interface AssignmentGaps {
  /** Users who are members of a nested group and have no other path to the application. */
  readonly nestedUserCount: number;
  /** The nested groups that have such users, as many as were asked for; those with the most users first. */
  readonly nestedGroups: readonly { readonly displayName: string; readonly userCount: number }[];
  readonly nestedGroupCount: number;
  /** Assigned groups that are not security-enabled, as many as were asked for. */
  readonly plainGroups: readonly string[];
  readonly plainGroupCount: number;
}
