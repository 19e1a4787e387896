import type { AttributePath } from '../model/identifiers.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import type { DesiredState, MappedRoles, MappedValue, MatchingValue } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';
import { REDACTED } from '../model/scim.ts';
import { isSecret } from './hide.ts';
import {
  type ComparisonForms,
  cutText,
  type Digest,
  isDigest,
  isDigestOf,
  keysIn,
  showDigest,
} from './kept-value.ts';
import { isRolesPath, memberOf, parsePath } from './path.ts';
import { exactly } from './quote.ts';
import { isRoles, readRole, roleKey } from './roles.ts';
import { booleanOf, integerOf } from './value.ts';

/**
 * Tells whether the target holds a value. Compares booleans and integers by value, text by the case rule of its
 * definition, lists as sets, roles by value or else display name. Null equals empty text. Non-assertive roles only
 * need to be present.
 * @see Graph attributeDefinition, caseExact
 */
export function sameValue(
  mapping: AttributeMapping,
  desired: MappedValue,
  current: Json | undefined,
): boolean {
  if (isDigest(current)) return sameAsDigest(mapping, desired, current);
  if (isRoles(desired)) return sameRoles(desired, current);
  if (typeof desired === 'string' && isRolesPath(parsePath(mapping.targetAttributeName)))
    return listOf(current).some((one) => namesOf(one).includes(desired.toLowerCase()));
  const wanted = new Set(listOf(desired).map((one) => comparisonKey(mapping, one)));
  const held = new Set(listOf(current).map((one) => comparisonKey(mapping, one)));
  return wanted.size === held.size && [...wanted].every((key) => held.has(key));
}

/**
 * The values of a list that the target lacks. Where only a digest is kept that cannot tell, all are: adding a present
 * value changes nothing.
 * @see RFC 7644 §3.5.2.1
 */
export function missingValues(
  mapping: AttributeMapping,
  values: readonly string[],
  current: Json | undefined,
): readonly string[] {
  const keyOf = (value: string): string => wantedKey(mapping, value);
  if (!isDigest(current)) {
    const held = new Set(listOf(current).flatMap((one) => entryKeys(mapping, one)));
    return values.filter((value) => !held.has(keyOf(value)));
  }
  const isHeld = keysIn(current);
  if (isHeld !== null) return values.filter((value) => !isHeld(keyOf(value)));
  return sameAsDigest(mapping, values, current) ? [] : values;
}

/** The roles of an assignment that the target lacks. */
export function missingRoles(
  { roles }: MappedRoles,
  current: Json | undefined,
): readonly MappedRoles['roles'][number][] {
  const isHeld = isDigest(current) ? keysIn(current) : heldRoles(current);
  if (isHeld !== null) return roles.filter((role) => !isHeld(`role:${roleKey(role)}`));
  return isDigest(current) && isDigestOf(current, formOf(roles.map(roleKey)), 'roles') ? [] : roles;
}

function sameRoles(desired: MappedRoles, current: Json | undefined): boolean {
  if (missingRoles(desired, current).length > 0) return false;
  const wanted = new Set(desired.roles.map(roleKey));
  return !desired.assertive || wanted.size === new Set(listOf(current).map(keyOfRole)).size;
}

function heldRoles(current: Json | undefined): (key: string) => boolean {
  const held = new Set(listOf(current).map((entry) => `role:${keyOfRole(entry)}`));
  return (key) => held.has(key);
}

function sameAsDigest(mapping: AttributeMapping, desired: MappedValue, digest: Json & Digest): boolean {
  if (isRoles(desired))
    return desired.assertive
      ? isDigestOf(digest, formOf(desired.roles.map(roleKey)), 'roles')
      : missingRoles(desired, digest).length === 0;
  if (typeof desired === 'string' && isRolesPath(parsePath(mapping.targetAttributeName)))
    return keysIn(digest)?.(wantedKey(mapping, desired)) ?? false;
  return isDigestOf(digest, formOf(listOf(desired).map((one) => comparisonKey(mapping, one))));
}

/** A canonical text of a set of keys. */
const formOf = (keys: readonly string[]): string => JSON.stringify([...new Set(keys)].sort());

const keyOfRole = (entry: Json): string => roleKey(readRole(entry));

/** The names of a role: its value and its display name. */
function namesOf(entry: Json): readonly string[] {
  const { value, displayName } = readRole(entry);
  return [value.toLowerCase(), displayName.toLowerCase()];
}

/** The keys of a list entry; of a role, its names too. */
function entryKeys(mapping: AttributeMapping, entry: Json): readonly string[] {
  const isRoleList = isRolesPath(parsePath(mapping.targetAttributeName));
  const roles = isRoleList || yieldsRoles(mapping) ? [`role:${keyOfRole(entry)}`] : [];
  return isRoleList
    ? [...roles, ...namesOf(entry).map((name) => `name:${name}`)]
    : [...roles, `value:${comparisonKey(mapping, entry)}`];
}

const yieldsRoles = ({ source }: AttributeMapping): boolean =>
  /AppRoleAssignmentsComplex/i.test(source?.expression ?? '');

/** Whether entries are compared one by one: lists that only grow, and roles. */
const isByEntry = (mapping: AttributeMapping): boolean =>
  mapping.flowType === 'ValueAddOnly' ||
  mapping.flowType === 'MultiValueAddOnly' ||
  isRolesPath(parsePath(mapping.targetAttributeName)) ||
  yieldsRoles(mapping);

/** The key of a wanted value. */
const wantedKey = (mapping: AttributeMapping, value: string): string =>
  isRolesPath(parsePath(mapping.targetAttributeName))
    ? `name:${value.toLowerCase()}`
    : `value:${comparisonKey(mapping, value)}`;

/** The comparison forms of a current value. */
export function comparisonForms(mapping: AttributeMapping, current: Json): ComparisonForms {
  const entries = listOf(current);
  return {
    values: formOf(entries.map((one) => comparisonKey(mapping, one))),
    roles: formOf(entries.map(keyOfRole)),
    ...(isByEntry(mapping) ? { keys: new Set(entries.flatMap((one) => entryKeys(mapping, one))) } : {}),
  };
}

/** The entries of a value; null and empty text have none. */
export function listOf(value: Json | readonly string[] | undefined): readonly Json[] {
  if (value === undefined || value === null || value === '') return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value as Json];
}

/** The comparison key of a value. */
function comparisonKey(mapping: AttributeMapping, value: Json): string {
  const inner = isJsonObject(value) ? (memberOf(value, 'value') ?? value) : value;
  const text = typeof inner === 'object' ? JSON.stringify(inner) : String(inner);
  const { type, caseExact } = mapping.target;
  const typed = type === 'Boolean' ? booleanOf(text) : type === 'Integer' ? integerOf(text) : null;
  if (typed !== null) return String(typed);
  return caseExact && typeof inner === 'string' ? text : text.toLowerCase();
}

/**
 * Tells whether logs and reports redact the values of a mapping: its outermost function is Redact, or it writes what is
 * secret by its name.
 */
export function isRedacted({ source, targetAttributeName }: AttributeMapping): boolean {
  return /^\s*Redact\s*\(/.test(source?.expression ?? '') || isSecret(targetAttributeName);
}

/** How messages show values of a target attribute: as JSON text, or as redacted where its mapping redacts them. */
export function shownAs(
  attribute: AttributePath,
  mappings: readonly AttributeMapping[],
): (value: string) => string {
  const hides = mappings.some((one) => one.targetAttributeName === attribute && isRedacted(one));
  return hides ? () => REDACTED : exactly;
}

/** The matching attribute and value of an object as messages show them: `userName "ada@contoso.com"`. */
export function sayMatching(
  { attribute, value }: Pick<MatchingValue, 'attribute' | 'value'>,
  { attributes }: Pick<DesiredState, 'attributes'>,
): string {
  const mappings = attributes.map(({ mapping }) => mapping);
  return `${attribute} ${shownAs(attribute, mappings)(value)}`;
}

/** Formats a mapped value for the provisioning log: lists and roles as JSON text, shortened where very long. */
export function showDesired(value: MappedValue): string {
  if (typeof value === 'string') return cutText(value);
  const shown = isRoles(value) ? value.roles.map((role) => role.value || role.displayName) : value;
  return cutText(JSON.stringify(shown));
}

/** Formats a current value; null: none. Booleans are spelled like mapped ones (`True`). */
export function showCurrent(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  if (isDigest(value)) return showDigest(value);
  if (typeof value === 'string') return cutText(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (!Array.isArray(value)) return cutText(JSON.stringify(value));
  return cutText(JSON.stringify((value as readonly Json[]).map(showEntry)));
}

const showEntry = (entry: Json): Json => {
  const role = readRole(entry);
  return role.value || role.displayName || entry;
};
