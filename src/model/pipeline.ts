/**
 * The pipeline of one cycle as types:
 *
 * DirectoryObject → ScopedObject → DesiredState → MatchedObject → Planned → ScimRequest → Outcome → StateChange[]
 *
 * Each value up to the plan holds the value it was made from. All of them are JSON.
 */
import type { DirectoryObject, NamedSource, ObjectType } from './directory.ts';
import type { Failure, SkipReason } from './failure.ts';
import type { AttributePath, Instant, SourceId, TargetId } from './identifiers.ts';
import type { Json } from './json.ts';
import type { AttributeMapping } from './schema.ts';
import type { ScimExchange } from './scim.ts';
import type { VerifiedWrite } from './verification.ts';

/** Whether an object belongs to the application, and why. @see Entra "How provisioning works", Scoping */
export interface ScopeVerdict {
  /** In the directory, and for a user not blocked from signing in. */
  readonly isActive: boolean;
  /** Assigned to the application, directly or as an immediate member of an assigned group; true under sync all. */
  readonly isAssigned: boolean;
  /** One of the assignments grants a role that entitles to provisioning. */
  readonly hasRequiredRole: boolean;
  /** A group of the scoping filter is true as a whole, or there is no filter. */
  readonly passesFilter: boolean;
  /** Assigned, with the required role, and passing the filter: in scope, active or not. */
  readonly isInScope: boolean;
  /** Failed the input filter: dropped when read, never deprovisioned. */
  readonly isDropped: boolean;
  /** `<filter group>.<attribute> <OPERATOR> '<value>'` → its result, in the order of the filter. */
  readonly clauses: Readonly<Record<string, boolean>>;
  /** The verdict in words. */
  readonly reason: string;
  /** The filter could not be evaluated: nothing is done about the object, above all no deprovisioning. */
  readonly failure: Failure | null;
}

/** 2 · A directory object with the verdict of scoping. */
export interface ScopedObject {
  readonly object: DirectoryObject;
  readonly scope: ScopeVerdict;
}

/** The roles of an assignment as a complex `roles` attribute. */
export interface MappedRoles {
  /** Whether roles that are not assigned are taken away (AssertiveAppRoleAssignmentsComplex). */
  readonly assertive: boolean;
  readonly roles: readonly {
    readonly id: string;
    readonly value: string;
    readonly displayName: string;
  }[];
}

/** The result of a mapping. Booleans and numbers are text, in .NET's spelling (`True`). */
export type MappedValue = string | readonly string[] | MappedRoles;

/** What one attribute of the target should be. */
export interface DesiredAttribute {
  readonly mapping: AttributeMapping;
  /** Null: the source has no value; nothing flows on update, the default value on creation. */
  readonly value: MappedValue | null;
  /** The mapping reads IsSoftDeleted, so it carries the disabling. */
  readonly followsSoftDelete: boolean;
}

/** What one reference of the target should point at; the target id is resolved at export. */
export interface DesiredReference {
  readonly mapping: AttributeMapping;
  readonly value: SourceId | null;
}

/** 3 · What the target should hold for an object. */
export interface DesiredState {
  readonly scoped: ScopedObject;
  /** Out of scope, disabled, or deleted: what `[IsSoftDeleted]` evaluates to. */
  readonly isSoftDeleted: boolean;
  /** In the order of the schema, without the attributes whose flow an expression ignores. */
  readonly attributes: readonly DesiredAttribute[];
  /** Single references (manager); memberships of groups are compared as sets elsewhere. */
  readonly references: readonly DesiredReference[];
  /** Whether the group mapping maps `members`. */
  readonly mapsMembers: AttributeMapping | null;
  /** An expression said IgnoreObjectFlow. */
  readonly isIgnored: boolean;
  /** A mapping could not be evaluated. */
  readonly failure: Failure | null;
}

/** A target object as last seen: what diffs are taken against. */
export interface TargetState {
  readonly id: TargetId;
  /**
   * Mapped attributes with a value. A single reference holds the target id it points at. Null: the entry that the path
   * names is there, without a value at the path.
   */
  readonly attributes: Readonly<Record<AttributePath, Json>>;
}

/** The remembered pair of a source object and a target object. */
export interface Link {
  readonly sourceId: SourceId;
  readonly targetId: TargetId;
  readonly objectType: ObjectType;
  /** False once the object left scope: it was disabled and is no longer managed, until it returns. */
  readonly isManaged: boolean;
  /** Whether the memberships of the group were once written in full; from then on changes suffice. */
  readonly hasMemberships: boolean;
}

/** A matching attribute with the value that the target is asked for. */
export interface MatchingValue {
  readonly attribute: AttributePath;
  readonly value: string;
  /** Whether values that differ in case alone are different ones. */
  readonly caseExact: boolean;
}

/** Which target object it is, if any. */
export type Match =
  /** Linked before. `target` is null when it need not be known (a deletion). */
  | {
      readonly kind: 'linked';
      readonly link: Link;
      readonly target: TargetState | null;
      /** Read from the target just now, and not taken from the cache. */
      readonly wasRead: boolean;
      /** A deletion was sent and never confirmed, and the target no longer has the resource. Absent: no. */
      readonly isGone?: true;
    }
  /** Found by a matching attribute: an existing account that will be taken over. */
  | {
      readonly kind: 'found';
      readonly attribute: AttributePath;
      readonly value: string;
      readonly target: TargetState;
      /** What the reader should know of the match, in words; absent: nothing. */
      readonly remark?: string;
    }
  /** Asked for by every matching attribute that has a value, and not there. */
  | { readonly kind: 'none'; readonly asked: readonly AttributePath[] }
  /** Never linked and not to be provisioned: the target was not asked. */
  | { readonly kind: 'notAsked' }
  /** Never linked, and no matching attribute has a value. */
  | { readonly kind: 'noMatchingValue' }
  | {
      readonly kind: 'failed';
      readonly link: Link | null;
      readonly failure: Failure;
    };

/** 4 · A desired state with its counterpart in the target. */
export interface MatchedObject {
  readonly desired: DesiredState;
  readonly match: Match;
  /** It was linked before, to a resource that is gone, and was matched again. */
  readonly isRelinked: boolean;
}

/** One attribute before and after, as the provisioning log shows it. @see Graph modifiedProperty */
export interface ModifiedProperty {
  readonly displayName: string;
  readonly oldValue: string | null;
  readonly newValue: string | null;
  /** The new values join others that the target holds, which stay; not part of the log. Absent: they do not. */
  readonly isAddition?: true;
  /** The id of the member whose name the values are, where the log is read. Absent: they are no member's. */
  readonly memberId?: string;
}

/**
 * One attribute to be written. `add`: the target lacks it. `replace`: the target holds another value. `remove`: the
 * source has none any more, and the dialect takes it away.
 */
export interface AttributeChange {
  readonly kind: 'add' | 'replace' | 'remove';
  readonly mapping: AttributeMapping;
  /** Empty text where it is removed. */
  readonly value: MappedValue;
}

/** What is done to a target object, in the words of the provisioning log. */
export type ProvisioningAction = 'create' | 'update' | 'disable' | 'delete' | 'stagedDelete' | 'other';

/** What happens to the link when the change or skip is recorded. */
export type LinkEffect = 'keep' | 'manage' | 'unmanage' | 'drop';

interface PlannedBase {
  readonly objectType: ObjectType;
  readonly source: NamedSource;
  readonly action: ProvisioningAction;
}

interface ChangeBase extends PlannedBase {
  /** Why, in words. */
  readonly reason: string;
  readonly modifiedProperties: readonly ModifiedProperty[];
}

/** A target object will be created. */
export interface CreateChange extends ChangeBase {
  readonly kind: 'create';
  readonly action: 'create';
  readonly matched: MatchedObject;
  readonly attributes: readonly AttributeChange[];
}

/**
 * Attributes of a target object will be written. A disable is an update of an object that is out of scope, blocked or
 * deleted, whatever attribute it writes, or one that writes false to `active`.
 */
export interface UpdateChange extends ChangeBase {
  readonly kind: 'update';
  readonly action: 'update' | 'disable';
  readonly targetId: TargetId;
  readonly matched: MatchedObject;
  readonly attributes: readonly AttributeChange[];
  readonly linkEffect: LinkEffect;
}

/** A target object will be deleted. */
export interface DeleteChange extends ChangeBase {
  readonly kind: 'delete';
  readonly action: 'delete';
  readonly targetId: TargetId;
  readonly matched: MatchedObject;
}

/** A single reference (manager) will be written, or removed. */
export interface ReferenceChange extends ChangeBase {
  readonly kind: 'reference';
  readonly action: 'update';
  /** `remove`: planned only where the dialect has a form for it. */
  readonly change: 'add' | 'replace' | 'remove';
  readonly mapping: AttributeMapping;
  /** What it will point at; null: nothing. */
  readonly value: SourceId | null;
  /** The target id that it points at now; null: nothing. */
  readonly current: TargetId | null;
}

/** Members of a group will be added or removed. */
export interface MembershipChange extends ChangeBase {
  readonly kind: 'membership';
  readonly action: 'update';
  readonly mapping: AttributeMapping;
  readonly added: readonly SourceId[];
  readonly removed: readonly SourceId[];
  /** The last part of the group's memberships in this cycle: with it they are complete. */
  readonly isLast: boolean;
  /** Another part of the same group's memberships follows in this cycle. Absent: none does. */
  readonly isFollowed?: boolean;
}

/** 5 · What to do about an object. */
export type Change = CreateChange | UpdateChange | DeleteChange | ReferenceChange | MembershipChange;

/** A staged deprovisioning: it is not sent. @see Entra "Enable accidental deletions prevention" */
export interface StagedChange extends PlannedBase {
  readonly kind: 'stage';
  readonly action: 'stagedDelete';
  /** What would be sent. */
  readonly staged: UpdateChange | DeleteChange;
}

/** An object that was evaluated and is not changed. */
export interface Skip extends PlannedBase {
  readonly kind: 'skip';
  readonly matched: MatchedObject;
  readonly code: SkipReason;
  /** Why, in words. */
  readonly reason: string;
  readonly linkEffect: LinkEffect;
  /** The action that was considered and not taken: a skipped creation reads `create`, an agreement `other`. */
  readonly action: ProvisioningAction;
  /** It failed before, and the same write would be sent before its time: nothing is recorded of it. Absent: no. */
  readonly isWaiting?: boolean;
}

/** An object that cannot be provisioned, known before anything was sent. */
export interface PlannedFailure extends PlannedBase {
  readonly kind: 'failure';
  /** Null for a failed reference. */
  readonly matched: MatchedObject | null;
  readonly failure: Failure;
  /** Whether a reference failed, and not the object itself: counted apart. */
  readonly isReference: boolean;
}

/** What planning says of one object. */
export type Planned = Change | StagedChange | Skip | PlannedFailure;

/** Whether something is to be sent. */
export function isChange(planned: Planned): planned is Change {
  return planned.kind !== 'stage' && planned.kind !== 'skip' && planned.kind !== 'failure';
}

/** The kind of the requests of a change. */
export function stepOf({ kind, action }: Change): 'create' | 'update' | 'disable' | 'delete' {
  if (kind === 'create' || kind === 'delete') return kind;
  return action === 'disable' ? 'disable' : 'update';
}

/** The object with its counterpart; null of references, memberships, and their failures. */
export function matchedOf(planned: Planned): MatchedObject | null {
  if (planned.kind === 'stage') return planned.staged.matched;
  return 'matched' in planned ? planned.matched : null;
}

/** The parts of a cycle, in their order; between them stands a barrier. */
export type Phase = 'users' | 'groups' | 'references' | 'memberships' | 'deprovisioning';

/** What came of a change. */
export type Outcome = {
  readonly change: Change;
  /** The last hundred; bodies of answers that are longer than 64 KiB are left out. */
  readonly exchanges: readonly ScimExchange[];
  readonly startedAt: Instant;
  readonly durationMs: number;
} & VerifiedWrite &
  (
    | {
        readonly result: 'success';
        readonly targetId: TargetId;
        /** What the reader should know although it succeeded; null: nothing. */
        readonly note: string | null;
      }
    | {
        readonly result: 'failure';
        readonly failure: Failure;
        /** The resource of which a part was written; the write is verified. Absent: nothing was written. */
        readonly targetId?: TargetId;
        /** The attributes of an update that were written although others failed. Absent: none. */
        readonly accepted?: readonly AttributeChange[];
        /** Members that were written before it failed. */
        readonly written: Pick<MembershipChange, 'added' | 'removed'>;
      }
  );
