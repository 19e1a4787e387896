import type { AttributeValue, ObjectType } from '../../../model/directory.ts';
import { nameBeforeSoftDelete } from '../../../model/soft-delete.ts';
import type { NameCheck } from '../../stores/sqlite/directory/attribute-names.ts';
import { controlProblem, excerpt, readValue } from '../../stores/sqlite/directory/attribute-values.ts';
import { hexDigits, ID_EXPECTED, normalizedId } from '../../stores/sqlite/directory/object-id.ts';
import type { ObjectItem } from './entries.ts';
import { inside, type Place, type Report } from './issues.ts';

/** Properties of users and groups that are no attributes. */
const NOT_ATTRIBUTES: ReadonlySet<string> = new Set([
  'id',
  'objectId',
  'manager',
  'members',
  'deletedDateTime',
]);

/**
 * Reads a user or group: `id`, `manager`, `members`, `deletedDateTime`, and attributes by the service's names.
 * Reports issues; null: there is one.
 */
export function readObject(
  type: ObjectType,
  fields: Readonly<Record<string, unknown>>,
  place: Place,
  report: Report,
  nameProblem: NameCheck,
): ObjectItem | null {
  let isSound = true;
  const complain = (step: string, message: string): null => {
    isSound = false;
    report(inside(place, step), message);
    return null;
  };
  const attributes = readAttributes(fields, complain, (name) => {
    const problem = nameProblem(name);
    if (problem === null) return true;
    isSound = false;
    if (!problem.isRepeated) complain(name, problem.message);
    return false;
  });
  requireFlag(type, attributes, complain);
  const id = readId(fields, complain);
  const isRenamed = takeBackName(type, id, attributes);
  const item: ObjectItem = {
    kind: 'object',
    type,
    id,
    label: readLabel(type, attributes, complain),
    attributes,
    manager: readManager(fields.manager, complain),
    deletedAt: readDeletedAt(fields.deletedDateTime, complain) ?? (isRenamed ? 'now' : null),
    members: readMembers(fields.members, place, report),
    isOfGraph: false,
    place,
  };
  if (isSound && item.id === null && item.label === null) {
    const name = type === 'User' ? 'userPrincipalName' : 'displayName';
    return complain(name, `a ${type.toLowerCase()} needs an id or a ${name}; this one has neither`);
  }
  return isSound ? item : null;
}

/** Properties of Graph whose parts are attributes; null clears all of them. */
const COMPOUNDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['employeeOrgData', ['employeeOrgData.costCenter', 'employeeOrgData.division']],
  [
    'onPremisesExtensionAttributes',
    Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`),
  ],
]);

type Complain = (step: string, message: string) => null;

function readAttributes(
  fields: Readonly<Record<string, unknown>>,
  complain: Complain,
  isName: (name: string) => boolean,
): Record<string, AttributeValue | null> {
  const attributes: Record<string, AttributeValue | null> = {};
  for (const name of Object.keys(fields)) {
    if (NOT_ATTRIBUTES.has(name) || !isName(name)) continue;
    const parts = fields[name] === null ? COMPOUNDS.get(name) : undefined;
    if (parts !== undefined) {
      for (const part of parts) attributes[part] = null;
      continue;
    }
    const { value, problem } = readValue(name, fields[name]);
    if (problem === null) attributes[name] = value;
    else complain(name, `${name}: ${problem}`);
  }
  return attributes;
}

/**
 * Graph returns null for properties the reader may not see. Taken as "no value", accountEnabled would default to true
 * for a new user, even a blocked one.
 */
function requireFlag(type: ObjectType, attributes: Attributes, complain: Complain): void {
  const flag = type === 'User' ? 'accountEnabled' : 'securityEnabled';
  if (attributes[flag] === null)
    complain(
      flag,
      `${flag} has no value: expected true or false; leave the attribute out where it is not known`,
    );
}

type Attributes = Readonly<Record<string, AttributeValue | null>>;

function readId(fields: Readonly<Record<string, unknown>>, complain: Complain): string | null {
  const name = given(fields.id) ? 'id' : 'objectId';
  const raw = fields[name];
  if (!given(raw)) return null;
  const id = typeof raw === 'string' || typeof raw === 'number' ? normalizedId(String(raw)) : null;
  return id ?? complain(name, `${excerpt(raw)} cannot be an object id: expected ${ID_EXPECTED}`);
}

/**
 * Gives a user the userPrincipalName from before the deletion. Only a deleted user has the own object id in it, also
 * where the page was saved without `deletedDateTime`.
 * @returns whether the name was the one that the directory gives to deleted users
 */
function takeBackName(
  type: ObjectType,
  id: string | null,
  attributes: Record<string, AttributeValue | null>,
): boolean {
  const name = attributes.userPrincipalName;
  if (type !== 'User' || id === null || typeof name !== 'string') return false;
  const before = nameBeforeSoftDelete(name);
  if (before === name || !name.toLowerCase().startsWith(hexDigits(id))) return false;
  attributes.userPrincipalName = before;
  return true;
}

function readLabel(
  type: ObjectType,
  attributes: Readonly<Record<string, AttributeValue | null>>,
  complain: Complain,
): string | null {
  const label = type === 'User' ? attributes.userPrincipalName : attributes.displayName;
  if (typeof label !== 'string') return null;
  const problem = type === 'Group' ? controlProblem(label) : null;
  return problem === null ? label : complain('displayName', `displayName: ${problem}`);
}

function readManager(raw: unknown, complain: Complain): string | null | undefined {
  if (raw === undefined) return undefined;
  if (!given(raw)) return null;
  if (typeof raw === 'string') {
    const problem = controlProblem(raw);
    return problem === null ? raw : complain('manager', `manager: ${problem}`);
  }
  return complain('manager', `${excerpt(raw)} is no manager: expected an object id or userPrincipalName`);
}

function readDeletedAt(raw: unknown, complain: Complain): number | null {
  if (!given(raw)) return null;
  const at = typeof raw === 'string' ? Date.parse(raw) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  return complain(
    'deletedDateTime',
    `${excerpt(raw)} is no instant: expected one like "2026-03-01T12:00:00Z"`,
  );
}

function readMembers(raw: unknown, place: Place, report: Report): readonly string[] | null {
  if (raw === undefined || raw === null) return null;
  if (Array.isArray(raw)) {
    const members = raw.filter((member): member is string => memberProblem(member) === null);
    if (members.length < raw.length) reportMembers(raw, place, report);
    return members;
  }
  report(inside(place, 'members'), `${excerpt(raw)} is no list of members: expected ${MEMBERS_EXPECTED}`);
  return null;
}

function reportMembers(raw: readonly unknown[], place: Place, report: Report): void {
  for (const [index, member] of raw.entries()) {
    const problem = memberProblem(member);
    if (problem !== null) report(inside(inside(place, 'members'), index), problem);
  }
}

const memberProblem = (member: unknown): string | null =>
  typeof member === 'string' && member !== ''
    ? controlProblem(member)
    : `${excerpt(member)} is no member: expected an object id, a userPrincipalName or a group's displayName`;

const MEMBERS_EXPECTED = "a list of object ids, userPrincipalNames or groups' displayNames";

const given = (raw: unknown): boolean => raw !== undefined && raw !== null && raw !== '';
