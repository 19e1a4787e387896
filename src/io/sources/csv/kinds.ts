import type { CsvPart } from '../../../model/csv-reading.ts';
import { PARTS, type Part } from '../import/json-parts.ts';
import { readMembership } from '../import/read-relation.ts';

/** What the rows of a CSV file may hold. */
export interface CsvKind extends Part {
  /** Of each list, one column is required. */
  readonly needs: readonly (readonly string[])[];
  /** The allowed columns; null: any attribute. */
  readonly only: readonly string[] | null;
}

/** The kinds of rows, by the name that the user gives them. */
export const CSV_KINDS: Readonly<Record<CsvPart, CsvKind>> = {
  users: { ...PARTS.users, needs: [['userPrincipalName', 'id', 'objectId']], only: null },
  groups: { ...PARTS.groups, needs: [['displayName', 'id', 'objectId']], only: null },
  members: {
    kind: 'memberships',
    read: readMembership,
    needs: [['group'], ['member']],
    only: ['group', 'member'],
  },
  assignments: { ...PARTS.assignments, needs: [['principal']], only: ['principal', 'role', 'job'] },
};

/** Columns that only files of one kind have. @see Graph "user resource type", "group resource type" */
const TELLTALES: Readonly<Record<'users' | 'groups', readonly string[]>> = {
  users: ['userPrincipalName', 'accountEnabled', 'givenName', 'surname', 'userType', 'employeeId'],
  groups: ['securityEnabled', 'groupTypes', 'groupType', 'membershipType', 'isAssignableToRole'],
};

/**
 * Says that a file is of another kind than it is read as, by the attributes of its columns; empty: it may be of this
 * kind. The portal's file of the members of a group does not name the group.
 */
export function wrongKind(names: readonly string[], as: CsvPart): readonly string[] {
  const has = (name: string): boolean => names.includes(name);
  if (has('isUser') && has('isGroup'))
    return [
      'this looks like the members of one group, as the portal lists them, and does not name the group: write a file with the columns group and member, and import it as members',
    ];
  const is = kindOf(has);
  if (is === null || is === as) return [];
  return [
    `this looks like a file of ${is}, and is read as ${as}: import it as ${is} (as: ${is}, or --as ${is})`,
  ];
}

function kindOf(has: (name: string) => boolean): CsvPart | null {
  if (has('group') && has('member')) return 'members';
  if (has('principal')) return 'assignments';
  const isUsers = TELLTALES.users.some(has);
  const isGroups = TELLTALES.groups.some(has);
  if (isUsers === isGroups) return null;
  return isUsers ? 'users' : 'groups';
}
