import type {
  AppRole,
  Attributes,
  DirectoryObject,
  ObjectType,
  Presence,
} from '../../../../model/directory.ts';
import { sourceId } from '../../../../model/identifiers.ts';
import type { DirectoryView } from '../../../../model/ports.ts';
import { softDeletedName } from '../../../../model/soft-delete.ts';
import type { AssignmentsOf } from './assignments.ts';
import { expiredBefore } from './due.ts';
import { hexDigits } from './object-id.ts';

/** An object as its two tables hold it. */
export interface ObjectRow {
  readonly row: number;
  readonly id: string;
  readonly type: ObjectType;
  readonly label: string;
  readonly deletedAt: number | null;
  readonly isGone: number;
  readonly manager: string | null;
  /** JSON; null for an object that is gone. */
  readonly attributes: string | null;
}

/** The columns of {@link ObjectRow}, for statements that call the tables `o` and `d`. */
export const OBJECT_COLUMNS = `o.row, o.id, o.type, o.label, o.deleted_at AS deletedAt, o.is_gone AS isGone, o.manager,
  d.attributes`;

/** Where an object is, given when it was deleted and whether it was purged. */
export function presenceOf(row: Pick<ObjectRow, 'deletedAt' | 'isGone'>, expired: number): Presence {
  if (row.isGone === 1) return 'hardDeleted';
  if (row.deletedAt === null) return 'live';
  return row.deletedAt <= expired ? 'hardDeleted' : 'softDeleted';
}

/**
 * The attributes of an object as the directory shows them: a user in the recycle bin is renamed. The row keeps the name
 * that a restore returns, and by which the user is found.
 */
export function attributesOf(
  { id, type, attributes }: Pick<ObjectRow, 'id' | 'type' | 'attributes'>,
  presence: Presence,
): Attributes {
  const kept: Attributes = attributes === null ? {} : JSON.parse(attributes);
  const name = kept.userPrincipalName;
  if (type !== 'User' || presence !== 'softDeleted' || typeof name !== 'string') return kept;
  return { ...kept, userPrincipalName: softDeletedName(hexDigits(id), name) };
}

/** Turns a page of rows into objects as a job sees them. */
export function objectsOf(
  rows: readonly ObjectRow[],
  view: DirectoryView,
  roles: readonly AppRole[],
  assignmentsOf: AssignmentsOf,
): readonly DirectoryObject[] {
  if (rows.length === 0) return [];
  const expired = expiredBefore(view.now);
  const assignments = assignmentsOf(
    rows.map((row) => row.row),
    view.job,
    roles,
  );
  return rows.map((row) => {
    const presence = presenceOf(row, expired);
    return {
      objectType: row.type,
      id: sourceId(row.id),
      label: row.label,
      attributes: { objectId: row.id, ...attributesOf(row, presence) },
      manager: row.manager === null ? null : sourceId(row.manager),
      presence,
      assignments: assignments.get(row.row) ?? [],
    };
  });
}
