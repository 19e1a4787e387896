import type { AppRole, ObjectType } from '../../../model/directory.ts';
import type { AttributeChanges } from '../../stores/directory-store.ts';
import type { NameCheck } from '../../stores/sqlite/directory/attribute-names.ts';
import type { Place } from './issues.ts';

/** The kinds that an import counts. */
export const IMPORT_KINDS = ['users', 'groups', 'memberships', 'appRoles', 'assignments'] as const;

/** A kind that an import counts. */
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** Counts of one kind. */
interface KindCounts {
  /** In the files. */
  found: number;
  added: number;
  changed: number;
  removed: number;
}

/** The counts of an import, by kind. */
export type ImportCounts = Record<ImportKind, KindCounts>;

/** Makes a value for each kind. */
export function byKind<Value>(value: (kind: ImportKind) => Value): Record<ImportKind, Value> {
  return {
    users: value('users'),
    groups: value('groups'),
    memberships: value('memberships'),
    appRoles: value('appRoles'),
    assignments: value('assignments'),
  };
}

/** The import formats. */
export const IMPORT_FORMATS = ['json', 'csv', 'graph'] as const;

/** An import format. */
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** What a saved Graph page reveals about other pages of its collection. */
export interface SavedPage {
  readonly place: Place;
  readonly kind: ImportKind | null;
  /** The collection, such as `members of <group id>`; its pages share it. */
  readonly collection: string;
  /** The URL of the next page (@odata.nextLink); null: the last one. */
  readonly next: string | null;
  /** Objects on all pages (@odata.count); null: unknown. */
  readonly total: number | null;
  /** Objects on this page. */
  readonly objects: number;
  /** Whether it is a list inside an object ($expand), not a page. */
  readonly isExpanded: boolean;
  /** Whether it reports removed objects, as pages of a delta query do. */
  readonly tellsRemovals: boolean;
}

/** A user or group in a file. */
export interface ObjectItem {
  readonly kind: 'object';
  readonly type: ObjectType;
  /** Null: derived from `label`. */
  readonly id: string | null;
  /** userPrincipalName or displayName; null only where there is an id. */
  readonly label: string | null;
  readonly attributes: AttributeChanges;
  /** An object id or userPrincipalName; null: none; undefined: not given. */
  readonly manager: string | null | undefined;
  /** What the manager is named by, `key` or an attribute; absent: id or userPrincipalName. */
  readonly managerBy?: string;
  /** How the file names it, where that is neither id nor label: `Employee ID 1001`. */
  readonly named?: string;
  /** When it was soft-deleted (milliseconds; `now`: it is not told); null: live. */
  readonly deletedAt: number | 'now' | null;
  /** Pages of Graph may repeat an object, and their lists are sets; elsewhere a repetition is an error. */
  readonly isOfGraph: boolean;
  /** Members of a group; null: not given. */
  readonly members: readonly string[] | null;
  readonly place: Place;
}

/** An object that a delta query reports as removed. @see Graph "Use delta query", removed instances */
export interface RemovedItem {
  readonly kind: 'removed';
  readonly id: string;
  readonly permanently: boolean;
  readonly place: Place;
}

/** One membership, current or removed. */
export interface MembershipItem {
  readonly kind: 'membership';
  readonly group: string;
  /** What the group is named by, `key` or an attribute; absent: id or displayName. */
  readonly groupBy?: string;
  readonly member: string;
  readonly memberBy?: string;
  readonly isMember: boolean;
  /** An unknown reference of a page of Graph is left out with a warning; elsewhere it is an error. */
  readonly isOfGraph?: boolean;
  readonly place: Place;
}

/** A role of an application; a null job means every application. */
export interface RoleItem {
  readonly kind: 'role';
  readonly job: string | null;
  readonly role: AppRole;
  readonly place: Place;
}

/** An assignment; a null role means Default Access. */
export interface AssignmentItem {
  readonly kind: 'assignment';
  readonly principal: string;
  readonly principalBy?: string;
  readonly job: string | null;
  /** By id, value or displayName. */
  readonly role: string | null;
  /** As of a membership. */
  readonly isOfGraph?: boolean;
  readonly place: Place;
}

/** An item of a file. */
export type ImportItem = ObjectItem | RemovedItem | MembershipItem | RoleItem | AssignmentItem;

/** Receives what the readers of the formats read. */
export interface ImportSink {
  /** Tells the user what does not stop the import. */
  warn(place: Place, message: string): void;
  /** Takes an item. */
  absorb(item: ImportItem): void;
  /** Notes that a file covers a kind, even if it has no items: `--mirror` affects covered kinds only. */
  carries(kind: ImportKind): void;
  /** Notes a Graph page. */
  page(page: SavedPage): void;
  /** The type of an object of the directory or of the files so far; null: it is not known. */
  typeOf(id: string): ObjectType | null;
  /** Checks the name of an attribute. */
  readonly nameProblem: NameCheck;
}
