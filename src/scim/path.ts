import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';

/** The value filter of a path: `type eq "work"`, the service's only operator. */
export interface PathFilter {
  readonly attribute: string;
  readonly value: string | number | boolean;
}

/** A parsed target attribute path. @see RFC 7644 §3.10 and §3.5.2 */
export interface ScimPath {
  /** As spelled in the synchronization schema. */
  readonly text: string;
  /** URN of the extension; null: the core schema. */
  readonly extension: string | null;
  readonly attribute: string;
  readonly filter: PathFilter | null;
  readonly subAttribute: string | null;
}

/** The URN of the enterprise extension. @see RFC 7643 §4.3 */
export const ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const CORE_URN = /^urn:ietf:params:scim:schemas:core:2\.0:(?:user|group)$/i;
const FILTERED = /^([^[\]]+)\[\s*([^\s[\]"]+)\s+eq\s+("(?:[^"\\]|\\.)*"|[^\s"[\]]+)\s*\](?:\.([^[\]]+))?$/i;
const MEMORY = 2000;
const parsed = new Map<string, ScimPath>();

/**
 * Parses a target attribute path. The extension ends at the last colon before the filter, followed by
 * `attribute[filter].subAttribute`. Any other text is an attribute name.
 */
export function parsePath(text: string): ScimPath {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (parsed.size >= MEMORY) parsed.clear();
  const path = takeApart(text);
  parsed.set(text, path);
  return path;
}

function takeApart(text: string): ScimPath {
  const bracket = text.indexOf('[');
  const colon = (bracket < 0 ? text : text.slice(0, bracket)).lastIndexOf(':');
  const urn = text.slice(0, Math.max(colon, 0));
  const extension = urn === '' || CORE_URN.test(urn) ? null : urn;
  const local = text.slice(colon + 1);
  const filtered = bracket < 0 ? null : FILTERED.exec(local);
  if (filtered !== null) {
    const [, attribute = '', name = '', literal = '', subAttribute = null] = filtered;
    return {
      text,
      extension,
      attribute,
      filter: { attribute: name, value: readLiteral(literal) },
      subAttribute,
    };
  }
  const dot = bracket < 0 ? local.indexOf('.') : -1;
  const isPlain = dot <= 0 || dot === local.length - 1;
  return {
    text,
    extension,
    attribute: isPlain ? local : local.slice(0, dot),
    filter: null,
    subAttribute: isPlain ? null : local.slice(dot + 1),
  };
}

/** Quoted text, `true`, `false` or a number; other words are text. */
function readLiteral(literal: string): string | number | boolean {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
  } catch {
    return literal.replace(/^"|"$/g, '');
  }
}

/** The path of the complex value that a path names a part of: an attribute, or an entry of one. Null: of none. */
export function complexPath({ text, filter, subAttribute }: ScimPath): string | null {
  if (filter !== null) return text.slice(0, text.lastIndexOf(']') + 1);
  return subAttribute === null ? null : text.slice(0, -1 - subAttribute.length);
}

/** Compares attribute names, ignoring case. @see RFC 7643 §2.1 */
export function sameName(a: string, b: string): boolean {
  return a === b || (a.length === b.length && a.toLowerCase() === b.toLowerCase());
}

/** The object's spelling of a member name; the name itself where it has none. */
export function nameIn(object: JsonObject, name: string): string {
  if (Object.hasOwn(object, name)) return name;
  return Object.keys(object).find((key) => sameName(key, name)) ?? name;
}

/** The member of an object by name, ignoring case; undefined: none. */
export function memberOf(object: JsonObject, name: string): Json | undefined {
  const key = nameIn(object, name);
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Tells whether an entry of a multi-valued attribute passes a filter, ignoring case and quoting of the value. */
export function passesFilter(entry: Json, filter: PathFilter): boolean {
  if (!isJsonObject(entry)) return false;
  const value = memberOf(entry, filter.attribute);
  if (value === undefined || value === null || typeof value === 'object') return false;
  return String(value).toLowerCase() === String(filter.value).toLowerCase();
}

/** Parts of an entry that are text, also where it reads `true`. @see RFC 7643 §2.4 */
const TEXT_PARTS: ReadonlySet<string> = new Set(['type', 'value', 'display', '$ref']);

/** The value that a filter gives to the entry that is created for it: `primary eq "True"` makes a boolean. */
export function createdLiteral({ attribute, value }: PathFilter): PathFilter['value'] {
  const isText = typeof value !== 'string' || TEXT_PARTS.has(attribute.toLowerCase());
  return isText || !/^(?:true|false)$/i.test(value) ? value : value.toLowerCase() === 'true';
}

const CORE_ATTRIBUTES: ReadonlySet<string> = new Set(
  [
    ...['id', 'externalId', 'meta', 'schemas', 'userName', 'name', 'displayName', 'nickName', 'profileUrl'],
    ...['title', 'userType', 'preferredLanguage', 'locale', 'timezone', 'active', 'password', 'emails'],
    ...['phoneNumbers', 'ims', 'photos', 'addresses', 'groups', 'entitlements', 'roles', 'x509Certificates'],
    'members',
  ].map((name) => name.toLowerCase()),
);

const EXTENSION = /^urn:ietf:params:scim:schemas:extension:[^:]+(?::[^:]+)*:2\.0:(?:User|Group)$/i;

/**
 * Tells whether a path names a core attribute of users or groups, or one of an extension whose URN has the form that the
 * service asks for.
 * @see RFC 7643 §3.1, §4.1 and §4.2
 * @see Entra "Customize user provisioning attribute-mappings", custom attributes
 */
export function isQualified({ extension, attribute }: ScimPath): boolean {
  return extension === null ? CORE_ATTRIBUTES.has(attribute.toLowerCase()) : EXTENSION.test(extension);
}

/** Tells whether a path names the manager of the enterprise extension. @see RFC 7643 §4.3 */
export function isEnterpriseManager(path: ScimPath): boolean {
  return (
    path.extension !== null &&
    sameName(path.extension, ENTERPRISE_USER) &&
    sameName(path.attribute, 'manager')
  );
}

/** Tells whether a path names an entry of `roles` by a filter, or a part of it. */
export function isRolesEntry({ extension, filter, attribute }: ScimPath): boolean {
  return extension === null && filter !== null && sameName(attribute, 'roles');
}

/** Tells whether a path names the whole `roles` attribute. @see RFC 7643 §4.1.2 */
export function isRolesPath(path: ScimPath): boolean {
  return (
    path.extension === null &&
    path.filter === null &&
    path.subAttribute === null &&
    sameName(path.attribute, 'roles')
  );
}
