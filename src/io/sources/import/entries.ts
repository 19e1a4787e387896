import type { AppRole, ObjectType } from '../../../model/directory.ts';
import type { NameCheck } from '../../stores/sqlite/directory/attribute-names.ts';
import type { AttributeChanges } from '../../stores/sqlite/directory/attribute-values.ts';
import type { Place } from './issues.ts';

/** The kinds of things that an import counts. */
export const IMPORT_KINDS = ['users', 'groups', 'memberships', 'appRoles', 'assignments'] as const;

/** One of the kinds of things that an import counts. */
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** How many things of one kind an import found, and what that came to. */
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

/** The formats a directory is imported from. */
export const IMPORT_FORMATS = ['json', 'csv', 'graph'] as const;

/** One of the formats a directory is imported from. */
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** What the rows of a CSV file are. */
export const CSV_PARTS = ['users', 'groups', 'members', 'assignments'] as const;

/** What the rows of a CSV file are. */
export type CsvPart = (typeof CSV_PARTS)[number];

/** A page saved from Graph, as far as it tells whether other pages belong to it. */
export interface SavedPage {
  readonly place: Place;
  readonly kind: ImportKind | null;
  /** What the page is one of, such as `members of <group id>`; pages of one collection share it. */
  readonly collection: string;
  /** The URL of the page after it (@odata.nextLink); null: it is the last one. */
  readonly next: string | null;
  /** How many objects all pages together hold (@odata.count); null: not told. */
  readonly total: number | null;
  /** How many objects it holds. */
  readonly objects: number;
  /** Whether it is no page but a list inside an object, which was expanded ($expand). */
  readonly isExpanded: boolean;
  /** Whether it tells of removed objects, as the pages of a delta query do. */
  readonly tellsRemovals: boolean;
}

/** A user or group in a file. */
export interface ObjectItem {
  readonly kind: 'object';
  readonly type: ObjectType;
  /** Null: made up from `label`. */
  readonly id: string | null;
  /** userPrincipalName or displayName; null only where there is an id. */
  readonly label: string | null;
  readonly attributes: AttributeChanges;
  /** An object id or userPrincipalName; null: none; undefined: not told. */
  readonly manager: string | null | undefined;
  /** When it was put into the recycle bin (milliseconds); null: it is live. */
  readonly deletedAt: number | null;
  /** Delta queries may tell of the same object again; elsewhere that is a mistake. */
  readonly mayRepeat: boolean;
  /** References to the members of a group; null: not told. */
  readonly members: readonly string[] | null;
  readonly place: Place;
}

/** An object that a delta query says is no more. @see Graph "Use delta query", removed instances */
export interface RemovedItem {
  readonly kind: 'removed';
  readonly id: string;
  readonly permanently: boolean;
  readonly place: Place;
}

/** One membership that holds, or no longer does. */
export interface MembershipItem {
  readonly kind: 'membership';
  readonly group: string;
  readonly member: string;
  readonly isMember: boolean;
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
  readonly job: string | null;
  /** By id, value or displayName. */
  readonly role: string | null;
  readonly place: Place;
}

/** What a file holds, one by one. */
export type ImportItem = ObjectItem | RemovedItem | MembershipItem | RoleItem | AssignmentItem;

/** What the readers of the formats are given. */
export interface ImportSink {
  /** Takes what was read. */
  absorb(item: ImportItem): void;
  /** Says that a file is about a kind of things, be there any or not: `--mirror` minds only those. */
  carries(kind: ImportKind): void;
  /** Notes a page of Graph: others may belong to it. */
  page(page: SavedPage): void;
  /** Says what is wrong with the name of an attribute. */
  readonly nameProblem: NameCheck;
}
