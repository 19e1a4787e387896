import type { AppRole } from '../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { MappedRoles, MappedValue } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';
import { isRolesEntry, memberOf, parsePath, type ScimPath } from './path.ts';

type Role = MappedRoles['roles'][number];

/** The type of the entries that the service writes. */
export const ROLE_TYPE = 'WindowsAzureActiveDirectoryRole';

/** Tells whether a mapped value is roles. */
export function isRoles(value: MappedValue): value is MappedRoles {
  return typeof value === 'object' && !Array.isArray(value);
}

/**
 * Roles as objects. AssertiveAppRoleAssignmentsComplex names a role in `display`, AppRoleAssignmentsComplex in
 * `displayName`.
 * @see Entra "Customize user provisioning attribute-mappings", Provisioning a role to a SCIM app
 */
export function roleEntries({ assertive, roles }: MappedRoles): readonly JsonObject[] {
  return roles.map(({ value, displayName }) => ({
    primary: false,
    type: ROLE_TYPE,
    ...(assertive ? { display: displayName } : { displayName }),
    value,
  }));
}

/** Roles as the legacy PATCH of AppRoleAssignmentsComplex sends them: JSON documents as strings. */
export function roleTexts({ roles }: MappedRoles): readonly JsonObject[] {
  return roles.map(({ id, value, displayName }) => ({ value: JSON.stringify({ id, value, displayName }) }));
}

/** The role of SingleAppRoleAssignment. */
export function singleRoleEntry(value: string): JsonObject {
  return { primary: true, type: ROLE_TYPE, value };
}

/** Tells whether a mapping writes the one role of SingleAppRoleAssignment into an entry of `roles`. */
export function writesRoleEntry({ source, targetAttributeName }: AttributeMapping): boolean {
  return (
    /\bSingleAppRoleAssignment\s*\(/.test(source?.expression ?? '') &&
    isRolesEntry(parsePath(targetAttributeName))
  );
}

/**
 * What the entry of a single role holds besides the mapped part, as in `singleRoleEntry`: its type and value.
 * @param path the mapped part, such as `roles[primary eq "True"].value`
 */
export function roleParts(path: ScimPath, role: string): readonly (readonly [ScimPath, string])[] {
  return (
    [
      ['type', ROLE_TYPE],
      ['value', role],
    ] as const
  ).map(([part, value]) => [partOfEntry(path, part), value]);
}

/** Another part of the entry that a path names. */
export function partOfEntry(path: ScimPath, part: string): ScimPath {
  return parsePath(`${path.text.slice(0, path.text.lastIndexOf(']') + 1)}.${part}`);
}

/**
 * A single role as the legacy PATCH sends it: a JSON document as a string, or the bare name without a matching
 * assignment.
 */
export function singleRoleText(name: string, assigned: readonly AppRole[]): JsonObject {
  const role = assigned.find(({ value, displayName }) => value === name || displayName === name);
  if (role === undefined) return { value: name };
  const { id, value, displayName } = role;
  return { value: JSON.stringify({ id, value, displayName }) };
}

/** The key of a role: its value, else its display name, ignoring case. */
export function roleKey({ value, displayName }: Pick<Role, 'value' | 'displayName'>): string {
  return (value === '' ? displayName : value).toLowerCase();
}

/** Reads an entry of `roles`, also one whose value is a role as JSON text. */
export function readRole(entry: Json): Pick<Role, 'value' | 'displayName'> {
  if (!isJsonObject(entry)) return { value: typeof entry === 'string' ? entry : '', displayName: '' };
  const value = textOf(memberOf(entry, 'value'));
  const document = value.startsWith('{') ? parse(value) : null;
  if (document !== null) return readRole(document);
  return { value, displayName: textOf(memberOf(entry, 'display')) || textOf(memberOf(entry, 'displayName')) };
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
