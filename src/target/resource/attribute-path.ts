import type { ObjectType } from '../../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { nameIn } from '../../scim/path.ts';
import { badRequest } from '../http/scim-error.ts';
import {
  attributeNamed,
  COMMON_ATTRIBUTES,
  CORE_ATTRIBUTES,
  ENTERPRISE_ATTRIBUTES,
  isAttributeName,
  type ScimAttribute,
} from './attributes.ts';
import { CORE_SCHEMA, ENTERPRISE_USER } from './urns.ts';

/** The location of an attribute, with names as the resource spells them. */
export interface Location {
  /** URN of its extension; null: the core schema. */
  readonly container: string | null;
  readonly attribute: string;
  /** Undefined: not declared. */
  readonly definition: ScimAttribute | undefined;
  /** The value filter; null: none. */
  readonly filter: string | null;
  readonly sub: string | null;
  readonly subDefinition: ScimAttribute | undefined;
}

const LONGEST_PATH = 2000;
/** PATH = attrPath / valuePath [subAttr], without the URN. @see RFC 7644 §3.5.2 */
const PATH = /^([\w$-]+)(?:\[(.*)\])?(?:\.([\w$-]+))?$/s;

/** The extension of a resource; empty: none. */
export function containerOf(resource: JsonObject, container: string | null): JsonObject {
  if (container === null) return resource;
  const held = resource[container];
  return isJsonObject(held) ? held : {};
}

/** Splits the URN off a path: up to the last colon before any value filter. */
const splitUrn = (text: string): [urn: string | null, rest: string] => {
  // The 2018 dialect joined extension and attribute by a dot.
  if (text.toLowerCase().startsWith(`${ENTERPRISE_USER.toLowerCase()}.`))
    return [ENTERPRISE_USER, text.slice(ENTERPRISE_USER.length + 1)];
  const bracket = text.indexOf('[');
  const colon = (bracket < 0 ? text : text.slice(0, bracket)).lastIndexOf(':');
  return colon < 0 ? [null, text] : [text.slice(0, colon), text.slice(colon + 1)];
};

/** The extension that a URN names; null: the core schema. */
const containerNamed = (type: ObjectType, urn: string, resource: JsonObject): string | null => {
  const wanted = urn.toLowerCase();
  if (wanted === CORE_SCHEMA[type].toLowerCase()) return null;
  if (wanted.startsWith(`${ENTERPRISE_USER.toLowerCase()}:`))
    throw badRequest(
      'invalidPath',
      `"${urn}" goes deeper into the enterprise extension than it has attributes`,
    );
  return wanted === ENTERPRISE_USER.toLowerCase() ? ENTERPRISE_USER : nameIn(resource, urn);
};

/** The declared attributes of a container. */
const declaredAt = (type: ObjectType, container: string | null): readonly ScimAttribute[] => {
  if (container === null) return [...COMMON_ATTRIBUTES, ...CORE_ATTRIBUTES[type]];
  return container === ENTERPRISE_USER && type === 'User' ? ENTERPRISE_ATTRIBUTES : [];
};

/**
 * Tells whether a path names a whole extension: a known one, one of the resource, or any URN with an object value
 * (custom attributes are never complex).
 */
export function namesExtension(path: string, value: Json | undefined, resource: JsonObject): boolean {
  if (!path.includes(':') || path.includes('[')) return false;
  if (path.toLowerCase() === ENTERPRISE_USER.toLowerCase()) return true;
  if (path.toLowerCase().startsWith(`${ENTERPRISE_USER.toLowerCase()}:`)) return false;
  return isJsonObject(value) || Object.hasOwn(resource, nameIn(resource, path));
}

/**
 * Resolves an attribute path, in any case; an enterprise attribute also without its URN.
 * @throws {ScimError} invalidPath
 */
export function locate(type: ObjectType, path: string, resource: JsonObject): Location {
  if (path.length > LONGEST_PATH)
    throw badRequest('invalidPath', `the path is longer than ${LONGEST_PATH} characters; shorten it`);
  const [urn, rest] = splitUrn(path.trim());
  const parts = PATH.exec(rest);
  const names = [parts?.[1] ?? '', parts?.[3] ?? 'value'];
  if (parts === null || !names.every(isAttributeName))
    throw badRequest(
      'invalidPath',
      `"${path}" is no attribute path; expected name, name.sub or name[filter].sub`,
    );
  const name = parts[1] ?? '';
  const sub = parts[3] ?? null;
  const named = urn === null ? null : containerNamed(type, urn, resource);
  const own = attributeNamed(declaredAt(type, named), name);
  const isEnterprise =
    urn === null && own === undefined && type === 'User' && attributeNamed(ENTERPRISE_ATTRIBUTES, name);
  const container = isEnterprise ? ENTERPRISE_USER : named;
  const definition = isEnterprise || own;
  const subDefinition = sub === null ? undefined : attributeNamed(definition?.subAttributes ?? [], sub);
  return {
    container,
    attribute: definition?.name ?? nameIn(containerOf(resource, container), name),
    definition,
    filter: parts[2] ?? null,
    sub: subDefinition?.name ?? sub,
    subDefinition,
  };
}

/** The value of an attribute, ignoring its sub-attribute. */
export function valueAt(resource: JsonObject, location: Location): Json | undefined {
  const holder = containerOf(resource, location.container);
  return Object.hasOwn(holder, location.attribute) ? holder[location.attribute] : undefined;
}
