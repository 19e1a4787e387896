import type { AttributePath } from '../model/identifiers.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import type { MappedRoles, MappedValue } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';
import {
  cutText,
  digestOf,
  isDigest,
  isDigestOf,
  lengthOf,
  OBJECT_LIMIT,
  showDigest,
  VALUE_LIMIT,
} from './kept-value.ts';
import { isRolesPath, memberOf, parsePath } from './path.ts';
import { isRoles, readRole, roleKey } from './roles.ts';
import { booleanOf, integerOf } from './value.ts';

/**
 * Tells whether the target holds a value already. Booleans and integers are compared as such, whatever their
 * spelling; text by the case rule of its definition; lists as sets; roles by value, else by display name. Nothing and
 * the empty text are the same. Roles that are not assertive are there as soon as the target holds them all.
 * @see Graph attributeDefinition, caseExact
 */
export function sameValue(
  mapping: AttributeMapping,
  desired: MappedValue,
  current: Json | undefined,
): boolean {
  if (isDigest(current)) return isDigestOf(current, desiredForm(mapping, desired));
  if (isRoles(desired)) return sameRoles(desired, current);
  if (typeof desired === 'string' && isRolesPath(parsePath(mapping.targetAttributeName)))
    return holdsRole(desired, current);
  const wanted = new Set(listOf(desired).map((one) => comparisonKey(mapping, one)));
  const held = new Set(listOf(current).map((one) => comparisonKey(mapping, one)));
  return wanted.size === held.size && [...wanted].every((key) => held.has(key));
}

/**
 * What is kept of the values of a resource, or of what was written to it: each value up to 64 KiB, all together up to 1 MiB,
 * and of what goes beyond a digest, which compares as the value does.
 */
export function keepWithinLimits(mappings: readonly AttributeMapping[], values: Values): Values {
  const entries = Object.entries(values).map(([path, value]) => [path, value, lengthOf(value)] as const);
  if (entries.reduce((sum, [, , length]) => sum + length, 0) <= VALUE_LIMIT) return values;
  let room = OBJECT_LIMIT;
  const kept = entries.map(([path, value, length]): readonly [string, Json] => {
    if (length > Math.min(VALUE_LIMIT, room) && !isDigest(value)) {
      const mapping = mappings.find(({ targetAttributeName }) => targetAttributeName === path);
      if (mapping !== undefined) return [path, digestOf(value, currentForm(mapping, value))];
    }
    room -= length;
    return [path, value];
  });
  return Object.fromEntries(kept);
}

type Values = Readonly<Record<AttributePath, Json>>;

const formOf = (keys: readonly string[]): string => JSON.stringify([...new Set(keys)].sort());

/** Roles are compared by other keys than values. Roles that only add are sent again where the target holds too many to tell. */
const currentForm = (mapping: AttributeMapping, current: Json): string =>
  isRolesPath(parsePath(mapping.targetAttributeName))
    ? formOf(listOf(current).map((entry) => roleKey(readRole(entry))))
    : formOf(listOf(current).map((one) => comparisonKey(mapping, one)));

const desiredForm = (mapping: AttributeMapping, desired: MappedValue): string =>
  isRoles(desired)
    ? formOf(desired.roles.map(roleKey))
    : formOf(listOf(desired).map((one) => comparisonKey(mapping, one)));

function sameRoles({ assertive, roles }: MappedRoles, current: Json | undefined): boolean {
  const wanted = new Set(roles.map(roleKey));
  const held = new Set(listOf(current).map((entry) => roleKey(readRole(entry))));
  return [...wanted].every((key) => held.has(key)) && (!assertive || held.size === wanted.size);
}

const holdsRole = (role: string, current: Json | undefined): boolean =>
  listOf(current)
    .map(readRole)
    .some((held) => [held.value, held.displayName].some((name) => name.toLowerCase() === role.toLowerCase()));

/** Nothing and the empty text are a list without entries. */
function listOf(value: Json | readonly string[] | undefined): readonly Json[] {
  if (value === undefined || value === null || value === '') return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value as Json];
}

/** Two values of an attribute are the same when their keys are. */
function comparisonKey(mapping: AttributeMapping, value: Json): string {
  const inner = isJsonObject(value) ? (memberOf(value, 'value') ?? value) : value;
  const text = typeof inner === 'object' ? JSON.stringify(inner) : String(inner);
  const { type, caseExact } = mapping.target;
  const typed = type === 'Boolean' ? booleanOf(text) : type === 'Integer' ? integerOf(text) : null;
  if (typed !== null) return String(typed);
  return caseExact && typeof inner === 'string' ? text : text.toLowerCase();
}

/** Tells whether logs and reports must not show the values of a mapping: its outermost function is Redact. */
export const isRedacted = ({ source }: AttributeMapping): boolean =>
  /^\s*Redact\s*\(/.test(source?.expression ?? '');

/** Shows a mapped value as the provisioning log does: lists and roles as a JSON list in text, cut where it is very long. */
export function showDesired(value: MappedValue): string {
  if (typeof value === 'string') return cutText(value);
  const shown = isRoles(value) ? value.roles.map((role) => role.value || role.displayName) : value;
  return cutText(JSON.stringify(shown));
}

/** Shows a value that the target holds; null: it holds none. Booleans are spelled as mapped ones are (`True`). */
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
