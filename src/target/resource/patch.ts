import { type ScimPatchOperation, type ScimResource, scimPatch } from 'scim-patch';
import type { ObjectType } from '../../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Persona } from '../personas/persona.ts';
import type { MemberChange } from './normalise-members.ts';
import type { Operation } from './operation.ts';
import { CORE_SCHEMA } from './urns.ts';

/** A patched resource. */
export interface Patched {
  /** The resource, without members. */
  readonly resource: JsonObject;
  readonly members: readonly MemberChange[];
}

const isEmpty = (value: Json | undefined): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** Drops empty values recursively: an attribute without a value is unassigned. @see RFC 7643 §2.5 */
const withoutEmpty = (holder: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(holder)
      .map(([key, value]) => [key, isJsonObject(value) ? withoutEmpty(value) : value] as const)
      .filter(([, value]) => !isEmpty(value)),
  );

/** Drops user attributes that a persona lacks. */
const withoutAttributes = (type: ObjectType, resource: JsonObject, { without }: Persona): JsonObject =>
  type === 'Group' || without.length === 0
    ? resource
    : Object.fromEntries(Object.entries(resource).filter(([name]) => !without.includes(name)));

/** Lists the core schema, the given ones, and every extension with a value. @see RFC 7643 §3 */
const withSchemas = (type: ObjectType, resource: JsonObject): JsonObject => {
  const listed = Array.isArray(resource.schemas) ? (resource.schemas as readonly Json[]) : [];
  const extensions = Object.keys(resource).filter((key) => key.includes(':') && isJsonObject(resource[key]));
  return { ...resource, schemas: [...new Set([CORE_SCHEMA[type], ...listed, ...extensions])] };
};

/**
 * Applies operations in order to a copy of a resource.
 * @throws {ScimError}
 * @see RFC 7644 §3.5.2
 */
export function applyOperations(
  type: ObjectType,
  resource: JsonObject,
  operations: readonly Operation[],
  persona: Persona,
): Patched {
  // scim-patch mutates the document and the values it inserts.
  let draft = structuredClone(resource) as JsonObject;
  const members: MemberChange[] = [];
  for (const operation of operations) {
    const normalised = persona.normalise(type, draft, operation);
    members.push(...normalised.members);
    draft = scimPatch(
      draft as unknown as ScimResource,
      structuredClone(normalised.standard) as ScimPatchOperation[],
    ) as unknown as JsonObject;
  }
  const kept = persona.keep(type, withoutEmpty(withoutAttributes(type, draft, persona)));
  return { resource: withSchemas(type, kept), members };
}
