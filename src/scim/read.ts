import type { Failure } from '../model/failure.ts';
import { type AttributePath, targetId } from '../model/identifiers.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { TargetState } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';
import { MASK } from '../model/scim.ts';
import { isWellFormed } from './filter-value.ts';
import { keepWithinLimits } from './keep.ts';
import { isEnterpriseManager, memberOf, parsePath, passesFilter, type ScimPath } from './path.ts';

/**
 * Reads the mapped attributes of a resource, without empty ones (null, empty list) and without memberships. Null stands
 * for what an entry that is there lacks. Very long values become digests.
 * @returns a failure when the resource has no usable id, or a manager that is no complex value
 * @see RFC 7643 §2.5
 */
export function readTargetState(
  resource: Json,
  mappings: readonly AttributeMapping[],
): TargetState | Failure {
  if (!isJsonObject(resource)) return undeserializable('the resource is not a JSON object');
  const id = readId(resource);
  if (id === null) return undeserializable(noUsableId(resource));
  const attributes: [AttributePath, Json][] = [];
  for (const mapping of mappings) {
    if (isMembers(mapping)) continue;
    const value = readAttribute(resource, mapping);
    if (value === undefined) continue;
    if (isFailure(value)) return value.failure;
    attributes.push([mapping.targetAttributeName, value.found]);
  }
  return { id: targetId(id), attributes: keepWithinLimits(mappings, Object.fromEntries(attributes)) };
}

/**
 * The id of a resource; null: missing, not addressable by a URL, too long, equal to a plan's placeholder, or with a
 * masked secret. Integers up to 2^53 are taken as text; larger ones lost digits when parsed.
 * @see RFC 7643 §3.1
 */
export function readId(resource: JsonObject): string | null {
  const value = memberOf(resource, 'id');
  const id = Number.isSafeInteger(value) ? String(value) : value;
  return typeof id === 'string' && isUsableId(id) ? id : null;
}

/** Explains why a resource has no usable id. */
export function noUsableId(resource: JsonObject): string {
  const id = memberOf(resource, 'id');
  if (typeof id === 'number')
    return 'the id of the resource is a number that JSON readers do not keep exactly; answer every id as a text (RFC 7643 §3.1)';
  return typeof id === 'string' && id.includes(MASK)
    ? `the id of the resource holds a secret of this job (${MASK}), which is never stored; give the resource an id that is not made of credentials`
    : 'the resource has no usable id; every resource needs one, a text that never changes (RFC 7643 §3.1)';
}

/** The longest accepted id in characters: it goes into URLs, which many servers limit to 8 KiB. */
const ID_LIMIT = 2_048;

const isUsableId = (id: string): boolean =>
  id.length <= ID_LIMIT && isWellFormed(id) && !id.includes(MASK) && !UNUSABLE_ID.test(id);

const UNUSABLE_ID = /^(?:\.{0,2}|\{id of .*\})$/s;

type Found = { readonly found: Json };
type Failed = { readonly failure: Failure };

const isFailure = (read: Found | Failed): read is Failed => 'failure' in read;

function readAttribute(resource: JsonObject, mapping: AttributeMapping): Found | Failed | undefined {
  const path = parsePath(mapping.targetAttributeName);
  const value = readPath(resource, path);
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0))
    return entryAt(resource, path) === undefined ? undefined : { found: null };
  if (!isSingleReference(mapping, path) || path.subAttribute !== null) return { found: value };
  return readReference(mapping, path, value);
}

/** Reads the id of a single reference. @see RFC 7643 §4.3, manager */
function readReference(mapping: AttributeMapping, path: ScimPath, value: Json): Found | Failed | undefined {
  if (isJsonObject(value)) {
    const id = memberOf(value, 'value');
    if (typeof id !== 'string' || id === '') return undefined;
    return isUsableId(id)
      ? { found: id }
      : {
          failure: undeserializable(
            `${path.text} names an id that no resource can have; answer with the id of one`,
          ),
        };
  }
  if (typeof value === 'string' && mapping.target.type !== 'Reference' && !isEnterpriseManager(path))
    return { found: value };
  const kind = Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  return {
    failure: undeserializable(
      `${path.text} is ${kind} where a complex value belongs; answer {"value": "<id>"} there, or leave it out (RFC 7643 §4.3)`,
    ),
  };
}

const sourceName = (mapping: AttributeMapping): string | null =>
  mapping.source?.type === 'Attribute' ? mapping.source.name : null;

const isMembers = (mapping: AttributeMapping): boolean =>
  sourceName(mapping) === 'members' || (mapping.target.type === 'Reference' && mapping.target.multivalued);

const isSingleReference = (mapping: AttributeMapping, path: ScimPath): boolean =>
  sourceName(mapping) === 'manager' || mapping.target.type === 'Reference' || isEnterpriseManager(path);

/** The first entry that passes the filter of a path; undefined: none, or the path has no filter. */
function entryAt(resource: JsonObject, { extension, attribute, filter }: ScimPath): JsonObject | undefined {
  const container = extension === null ? resource : memberOf(resource, extension);
  if (filter === null || !isJsonObject(container)) return undefined;
  const value = memberOf(container, attribute);
  const entries = Array.isArray(value) ? (value as readonly Json[]) : [value ?? null];
  return entries.filter(isJsonObject).find((one) => passesFilter(one, filter));
}

/** The value of a resource at a path; undefined: none. The first entry that passes a filter counts. */
export function readPath(resource: JsonObject, path: ScimPath): Json | undefined {
  const container = path.extension === null ? resource : memberOf(resource, path.extension);
  if (!isJsonObject(container)) return undefined;
  const value = memberOf(container, path.attribute);
  if (value === undefined || value === null) return undefined;
  if (path.filter !== null) {
    const entry = entryAt(resource, path);
    return entry === undefined ? undefined : memberOf(entry, path.subAttribute ?? 'value');
  }
  if (path.subAttribute === null) return value;
  return isJsonObject(value) ? memberOf(value, path.subAttribute) : undefined;
}

/** The members of a group as the target shows them. */
export interface ShownMembers {
  readonly held: ReadonlySet<string>;
  /** Those that are shown more than once. */
  readonly doubled: ReadonlySet<string>;
}

/** A group without members. */
export const NO_MEMBERS: ShownMembers = { held: new Set(), doubled: new Set() };

/**
 * The members that a resource shows. An entry is the id itself, or has it as `value`, or at the end of `$ref`.
 * @returns `absent` where the attribute is left out or null, `unreadable` where entries have no id
 * @see RFC 7643 §2.4 and §2.5
 */
export function shownMembers(
  group: JsonObject,
  { targetAttributeName }: AttributeMapping,
): ShownMembers | 'absent' | 'unreadable' {
  const found = readPath(group, parsePath(targetAttributeName)) ?? null;
  if (found === null) return 'absent';
  if (!Array.isArray(found)) return 'unreadable';
  const held = new Set<string>();
  const doubled = new Set<string>();
  for (const entry of found as readonly Json[]) {
    const id = memberIdOf(entry);
    if (id === null) return 'unreadable';
    if (held.has(id)) doubled.add(id);
    else held.add(id);
  }
  return { held, doubled };
}

/** The id of a member as a target shows it; null: it has none. @see RFC 7643 §2.4 */
export function memberIdOf(member: Json): string | null {
  const id = isJsonObject(member) ? (memberOf(member, 'value') ?? endOf(memberOf(member, '$ref'))) : member;
  const text = typeof id === 'number' ? String(id) : id;
  return typeof text === 'string' && text !== '' ? text : null;
}

function endOf(reference: Json | undefined): string | null {
  if (typeof reference !== 'string') return null;
  const end = reference.slice(reference.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(end);
  } catch {
    return end;
  }
}

const undeserializable = (fact: string): Failure => ({
  code: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
  message: `The answer of the target cannot be deserialized: ${fact}`,
  status: 200,
});
