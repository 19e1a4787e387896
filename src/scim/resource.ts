import type { Dialect } from '../model/dialect.ts';
import type { ObjectType } from '../model/directory.ts';
import type { SourceId } from '../model/identifiers.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { AttributeChange } from '../model/pipeline.ts';
import {
  ENTERPRISE_USER,
  isRolesPath,
  memberOf,
  nameIn,
  parsePath,
  passesFilter,
  type ScimPath,
  sameName,
} from './path.ts';
import { placeValues } from './place.ts';
import { isRoles, roleEntries, roleParts, singleRoleEntry, writesRoleEntry } from './roles.ts';
import { valueOnCreate } from './value.ts';

/** The attribute that every resource of a type has, and is called by. @see RFC 7643 §4.1.1 and §4.2 */
export const REQUIRED_NAME = { User: 'userName', Group: 'displayName' } as const satisfies Record<
  ObjectType,
  string
>;

/** The URN of the core schema of a type. @see RFC 7643 §8.7.1 */
export function coreSchema(type: ObjectType): string {
  return `urn:ietf:params:scim:schemas:core:2.0:${type}`;
}

const MICROSOFT_GROUP = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';

/**
 * Builds the body of a creation. `schemas` lists the enterprise URN where one of its attributes is sent; a group has
 * no members.
 * @param source the source object's id, which the dialect may send as a group's `id`
 * @see RFC 7644 §3.3
 * @see Entra "Develop and plan provisioning for a SCIM endpoint", Create user and Create group
 */
export function buildResource(
  type: ObjectType,
  attributes: readonly AttributeChange[],
  dialect: Dialect,
  source: SourceId | null = null,
): JsonObject {
  const values = placeValues(attributes.flatMap((change) => createdPlaces(change, attributes)));
  return {
    schemas: schemasOf(type, attributes, dialect),
    ...(type === 'Group' && dialect.groupIdOnCreate && source !== null ? { id: source } : {}),
    ...withPrimaryEmail(values),
    // The sample with Microsoft's group URN has no members either.
    ...(type === 'Group' && dialect.groupMembersOnCreate && !dialect.groupSchemaMicrosoft
      ? { members: [] }
      : {}),
    ...(dialect.metaOnCreate ? { meta: { resourceType: type } } : {}),
  };
}

/** The value of a change at its path; of a single role also the other parts of the entry, unless they are mapped. */
export function createdPlaces(
  change: AttributeChange,
  all: readonly AttributeChange[],
): readonly (readonly [ScimPath, Json])[] {
  const path = parsePath(change.mapping.targetAttributeName);
  const own = [path, createdValueOf(change)] as const;
  if (typeof change.value !== 'string' || !writesRoleEntry(change.mapping)) return [own];
  const isMapped = (part: ScimPath): boolean =>
    sameName(part.subAttribute ?? '', path.filter?.attribute ?? '') ||
    all.some(({ mapping }) => sameName(mapping.targetAttributeName, part.text));
  return [...roleParts(path, change.value).filter(([part]) => !isMapped(part)), own];
}

function createdValueOf({ mapping, value }: AttributeChange): Json {
  if (isRoles(value)) return roleEntries(value);
  if (typeof value === 'string' && isRolesPath(parsePath(mapping.targetAttributeName)))
    return [singleRoleEntry(value)];
  return valueOnCreate(mapping, value);
}

function schemasOf(
  type: ObjectType,
  attributes: readonly AttributeChange[],
  dialect: Dialect,
): readonly string[] {
  const extensions = attributes
    .map(({ mapping }) => parsePath(mapping.targetAttributeName).extension)
    .filter((urn) => urn !== null)
    .filter((urn, index, all) => all.findIndex((other) => sameName(other, urn)) === index)
    .filter((urn) => sameName(urn, ENTERPRISE_USER) || dialect.customSchemas);
  return [
    coreSchema(type),
    ...(type === 'Group' && dialect.groupSchemaMicrosoft ? [MICROSOFT_GROUP] : []),
    ...extensions,
  ];
}

/** Marks the work e-mail as primary, unless a mapping sets it. */
export function withPrimaryEmail(resource: JsonObject): JsonObject {
  const emails = memberOf(resource, 'emails');
  if (!Array.isArray(emails)) return resource;
  const isWork = (entry: Json): entry is JsonObject =>
    passesFilter(entry, { attribute: 'type', value: 'work' });
  return {
    ...resource,
    [nameIn(resource, 'emails')]: (emails as readonly Json[]).map((entry) =>
      isWork(entry) && memberOf(entry, 'primary') === undefined ? { primary: true, ...entry } : entry,
    ),
  };
}
