import type { SourceId } from './identifiers.ts';

/** The two types of objects that a provisioning job writes. */
export type ObjectType = 'User' | 'Group';

/** The value of a source attribute. An attribute without a value is absent, never null. */
export type AttributeValue = string | boolean | readonly string[];

/** Source attribute name (case-sensitive) → value. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * Whether the object is in the directory (`live`), in the recycle bin (`softDeleted`), or gone for good
 * (`hardDeleted`): purged by hand or because its 30 days in the recycle bin are over.
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

/** The id of the role that an assignment without a role of the application carries: Default Access. */
export const DEFAULT_ACCESS_ROLE_ID = '00000000-0000-0000-0000-000000000000';

/** One path by which an object is assigned to the application. */
export interface Assignment {
  /** Null: assigned directly. Else the assigned group of which the object is an immediate member. */
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
  /** What people call it: a user's userPrincipalName, a group's displayName; its id where that is missing. */
  readonly label: string;
  /** All attributes with a value, without the references and without the computed ones. */
  readonly attributes: Attributes;
  /** A user's manager, whether or not that user still exists. */
  readonly manager: SourceId | null;
  readonly presence: Presence;
  /**
   * The paths by which it is assigned to the job's application; empty when it is not. A group that is in the
   * recycle bin assigns nobody.
   */
  readonly assignments: readonly Assignment[];
}

/** A source object as reports and the provisioning log name it. */
export interface NamedSource {
  readonly id: SourceId;
  readonly label: string;
  /** Where it is known, and the object itself is not at hand. */
  readonly displayName?: string;
}

/** A change of one membership of a group since a watermark; each member is named once. */
export interface MembershipDelta {
  readonly member: SourceId;
  readonly memberType: ObjectType;
  /** Whether it is a member now. */
  readonly isMember: boolean;
}

/** What the directory lost since a watermark. */
export interface SourceLoss {
  /** Users and groups that were live then and are deleted now, whatever was added or came back meanwhile. */
  readonly lost: number;
  /** Users and groups that were live then. */
  readonly before: number;
}
