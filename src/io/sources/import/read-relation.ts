import { type AppRole, DEFAULT_ACCESS_ROLE_ID } from '../../../model/directory.ts';
import { isSameWord } from '../../stores/sqlite/directory/attribute-names.ts';
import { controlProblem, excerpt } from '../../stores/sqlite/directory/attribute-values.ts';
import { isGuid, stableId } from '../../stores/sqlite/directory/object-id.ts';
import type { AssignmentItem, MembershipItem, RoleItem } from './entries.ts';
import { inside, type Place, type Report } from './issues.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Reads a role of the application. Reports issues; null: there is one. */
export function readRole(fields: Fields, place: Place, report: Report): RoleItem | null {
  reportMisspelt(fields, ROLE_FIELDS, place, report);
  const value = text(fields, 'value', place, report);
  const displayName = text(fields, 'displayName', place, report) || value;
  const job = text(fields, 'job', place, report);
  const id = text(fields, 'id', place, report);
  if (value === null || displayName === null || job === null || id === null) return null;
  if (displayName === '') return complain(place, 'displayName', 'a role needs a value or a displayName');
  if (id !== '' && !isGuid(id)) return complain(place, 'id', `${excerpt(id)} is no role id: expected a GUID`);
  const enabled = boolean(fields.isEnabled);
  if (enabled === null)
    return complain(place, 'isEnabled', `${excerpt(fields.isEnabled)} is neither true nor false`);
  const allowedMemberTypes = memberTypes(fields.allowedMemberTypes);
  if (allowedMemberTypes === null) {
    const expected = 'expected a list of "User" and "Application"';
    return complain(place, 'allowedMemberTypes', `${excerpt(fields.allowedMemberTypes)}: ${expected}`);
  }
  const role: AppRole = {
    id: id === '' ? stableId('AppRole', `${job}:${value || displayName}`) : id.toLowerCase(),
    value,
    displayName,
    isEnabled: enabled,
    allowedMemberTypes,
  };
  return { kind: 'role', job: job || null, role, place };

  function complain(at: Place, step: string, message: string): null {
    report(inside(at, step), message);
    return null;
  }
}

/** Reads an assignment. Reports issues; null: there is one. */
export function readAssignment(fields: Fields, place: Place, report: Report): AssignmentItem | null {
  reportMisspelt(fields, ASSIGNMENT_FIELDS, place, report);
  const principal = needed(fields, 'principal', place, report);
  const role = text(fields, 'role', place, report);
  const job = text(fields, 'job', place, report);
  if (principal === null || role === null || job === null) return null;
  const isDefault = role === '' || role === DEFAULT_ACCESS_ROLE_ID || role === 'Default Access';
  return { kind: 'assignment', principal, job: job || null, role: isDefault ? null : role, place };
}

/** Reads a membership. Reports issues; null: there is one. */
export function readMembership(fields: Fields, place: Place, report: Report): MembershipItem | null {
  const group = needed(fields, 'group', place, report);
  const member = needed(fields, 'member', place, report);
  return group === null || member === null
    ? null
    : { kind: 'membership', group, member, isMember: true, place };
}

const ROLE_FIELDS = ['id', 'value', 'displayName', 'isEnabled', 'allowedMemberTypes', 'job'] as const;
const ASSIGNMENT_FIELDS = ['principal', 'role', 'job'] as const;

/** An ignored misspelt field would leave an assignment without its role, or a role enabled. */
function reportMisspelt(fields: Fields, known: readonly string[], place: Place, report: Report): void {
  for (const name of Object.keys(fields)) {
    const meant = known.includes(name) ? undefined : known.find((one) => isSameWord(one, name));
    if (meant !== undefined)
      report(inside(place, name), `${excerpt(name)} is not read; did you mean ${meant}?`);
  }
}

/** Reads an optional text, empty when missing. Reports other types; then null. */
function text(fields: Fields, name: string, place: Place, report: Report): string | null {
  const raw = fields[name];
  if (raw === undefined || raw === null) return '';
  if (typeof raw === 'string') return raw;
  report(inside(place, name), `${name}: ${excerpt(raw)} is no text`);
  return null;
}

function needed(fields: Fields, name: string, place: Place, report: Report): string | null {
  const found = text(fields, name, place, report);
  const problem =
    found === '' ? `is missing: expected ${EXPECTED[name]}` : found === null ? null : controlProblem(found);
  if (problem === null) return found;
  report(inside(place, name), `${name}${found === '' ? ' ' : ': '}${problem}`);
  return null;
}

const EXPECTED: Readonly<Record<string, string>> = {
  group: "an object id or a group's displayName",
  member: "an object id, a userPrincipalName or a group's displayName",
  principal: "an object id, a userPrincipalName or a group's displayName",
};

function boolean(raw: unknown): boolean | null {
  if (raw === undefined || raw === null || raw === true) return true;
  return raw === false ? false : null;
}

function memberTypes(raw: unknown): AppRole['allowedMemberTypes'] | null {
  if (raw === undefined || raw === null) return ['User'];
  if (!Array.isArray(raw)) return null;
  const types = raw.filter((type) => type === 'User' || type === 'Application');
  return types.length === raw.length ? types : null;
}
