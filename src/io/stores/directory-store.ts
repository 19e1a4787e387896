/** The store of the source directory: what every engine offers. */
import type {
  AppRole,
  AssignmentGaps,
  AttributeValue,
  Nesting,
  ObjectType,
  Presence,
} from '../../model/directory.ts';
import type { Instant, SourceId, Watermark } from '../../model/identifiers.ts';
import type { DirectoryReader } from '../../model/ports.ts';

/** A directory store: what a job reads of it, what a user looks up in it, and what can be changed. */
export interface Directory extends DirectoryReader, DirectoryWriter, DirectoryListing {
  /** What the assignments of an application do not reach; so many groups are named. */
  assignmentGaps(job: string, limit: number): Promise<AssignmentGaps>;
  /** The groups through which objects are below a group that is assigned to an application; others are left out. */
  nestings(job: string, ids: readonly SourceId[]): Promise<ReadonlyMap<SourceId, Nesting>>;
  close(): Promise<void>;
}

/** The methods of a directory store that answer in pages. */
export const DIRECTORY_PAGES = {
  objects: true,
  changedObjects: true,
  members: true,
  changedMembers: true,
  stored: true,
  changes: true,
} as const;

/**
 * Writes the source directory: each call is one transaction, appends its changes to the feed, and says whether anything
 * changed. What cannot be done as asked is a ConfigurationError. A null job means every application.
 */
export interface DirectoryWriter {
  /** Adds a user or group, or changes what differs; one from the recycle bin comes back. */
  put(object: NewObject, now: Instant): Promise<SourceId>;
  /** Changes attributes of a live object: null clears one. */
  change(id: SourceId, changes: ObjectChanges, now: Instant): Promise<boolean>;
  /** Puts an object into the recycle bin for 30 days. A user gives up the userPrincipalName. */
  delete(id: SourceId, now: Instant): Promise<boolean>;
  /** Deletes permanently, from the directory or from the recycle bin. */
  deletePermanently(id: SourceId, now: Instant): Promise<boolean>;
  /**
   * Takes an object out of the recycle bin; a user gets the userPrincipalName back, which no other user may have
   * meanwhile.
   * @param userPrincipalName another one for the user
   */
  restore(id: SourceId, now: Instant, userPrincipalName?: string): Promise<boolean>;
  /** Adds direct members; returns how many were none before. */
  addMembers(group: SourceId, members: readonly SourceId[], now: Instant): Promise<number>;
  /** Removes direct members; returns how many were. */
  removeMembers(group: SourceId, members: readonly SourceId[], now: Instant): Promise<number>;
  /** Assigns a user or group to an application; a null role is Default Access. */
  assign(principal: SourceId, job: string | null, roleId: string | null, now: Instant): Promise<boolean>;
  /** Ends all assignments to the application, those to every application included; returns how many there were. */
  unassign(principal: SourceId, job: string, now: Instant): Promise<number>;
  /** Adds or changes a role. */
  putRole(job: string | null, role: AppRole, now: Instant): Promise<boolean>;
  /** Removes a role and the assignments that grant it. */
  removeRole(job: string | null, roleId: string, now: Instant): Promise<boolean>;
  /** Deletes for good what has been in the recycle bin for 30 days; returns how many objects that were. */
  purgeExpired(now: Instant): Promise<number>;
  /** Forgets the beginning of the feed, up to the first change that is not older; returns how many were forgotten. */
  pruneFeed(before: Instant): Promise<number>;
}

/** A user or group to be stored. */
export interface NewObject {
  readonly type: ObjectType;
  /** Made up from the userPrincipalName or displayName when absent. */
  readonly id?: string;
  readonly attributes: AttributeChanges;
  readonly manager?: SourceId | null;
}

/** What is to be changed of an object. */
export interface ObjectChanges {
  readonly attributes?: AttributeChanges;
  readonly manager?: SourceId | null;
}

/** Attributes to be written; null clears. */
export type AttributeChanges = Readonly<Record<string, AttributeValue | null>>;

/** Reads the store for users: by name, and beyond what one job sees. */
export interface DirectoryListing {
  /**
   * The object with an object id, a userPrincipalName, or a group's displayName.
   * @throws {ConfigurationError} when there is none, or several
   */
  named(text: string): Promise<NamedObject>;
  /** The same, but those in the recycle bin come before live ones of the same name. */
  deletedNamed(text: string): Promise<NamedObject>;
  /** The users or groups, live or in the recycle bin, in pages, by the order they came in. */
  stored(type: ObjectType, limit: number): AsyncIterable<readonly StoredObject[]>;
  /** Objects with their attributes, wherever they are; one that was never there is left out. */
  storedObjects(ids: readonly SourceId[]): Promise<ReadonlyMap<SourceId, StoredObject>>;
  /** The groups an object is a direct member of, by label. */
  groupsOf(id: SourceId): Promise<readonly RelatedObject[]>;
  /** How many direct members groups have; one without any is left out. */
  memberCounts(ids: readonly SourceId[]): Promise<ReadonlyMap<SourceId, number>>;
  /** All assignments, or those of one object, by label. */
  allAssignments(principal?: SourceId): Promise<readonly ListedAssignment[]>;
  /** The roles of all applications. */
  allRoles(): Promise<readonly ListedRole[]>;
  /** The changes after a watermark, oldest first, in pages. */
  changes(since: Watermark, limit: number): AsyncIterable<readonly ListedChange[]>;
}

/** A user or group as the store holds it, without any job's view. */
export interface StoredObject {
  readonly row: number;
  readonly id: SourceId;
  readonly type: ObjectType;
  /** The name that a user in the recycle bin had before. */
  readonly label: string;
  readonly presence: Presence;
  /** When it was put into the recycle bin; null while it is live. */
  readonly deletedAt: Instant | null;
  readonly manager: SourceId | null;
  /** The userPrincipalName of a user in the recycle bin is the one that the directory gave it. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** A group that an object is a direct member of, or a member of a group. */
export interface RelatedObject {
  readonly id: SourceId;
  readonly type: ObjectType;
  readonly label: string;
}

/** An assignment as the store holds it. */
export interface ListedAssignment {
  readonly principal: RelatedObject;
  /** Null: every application. */
  readonly job: string | null;
  /** Null: Default Access. */
  readonly role: AppRole | null;
}

/** An object found by its name. */
export interface NamedObject {
  readonly row: number;
  readonly id: SourceId;
  readonly type: ObjectType;
  readonly label: string;
  /** `softDeleted` for all of the recycle bin, whatever the time. */
  readonly presence: Presence;
}

/** A role with the application that defines it; an empty job means every application. */
export interface ListedRole extends AppRole {
  readonly job: string;
}

/** A change in readable form. */
export interface ListedChange {
  readonly watermark: Watermark;
  readonly at: Instant;
  readonly kind: ChangeKind;
  readonly action: ChangeAction;
  readonly object: { readonly id: string; readonly label: string } | null;
  readonly member: { readonly id: string; readonly label: string } | null;
  /** Null: every application, or none of its business. */
  readonly job: string | null;
  readonly detail: string | null;
}

/** What a change of the directory was about. */
export type ChangeKind = 'user' | 'group' | 'membership' | 'assignment' | 'role';

/** What happened to it. */
export type ChangeAction = 'created' | 'updated' | 'deleted' | 'restored' | 'purged' | 'added' | 'removed';
