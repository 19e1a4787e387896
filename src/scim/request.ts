import type { ObjectType } from '../model/directory.ts';
import type { AttributePath, TargetId } from '../model/identifiers.ts';
import type { ReadRequest } from '../model/scim.ts';
import { encodeAttributePath, escapeSegment } from './encoding.ts';
import { filterLiteral } from './filter-value.ts';
import { parsePath } from './path.ts';

/** Excludes members from reads. @see RFC 7644 §3.9 */
const EXCLUDED_MEMBERS = 'excludedAttributes=members';

/** The path of an endpoint. @see RFC 7644 §3.2 */
export function endpointPath(type: ObjectType): string {
  return type === 'User' ? '/Users' : '/Groups';
}

/** The path of a resource, with its id escaped. */
export function resourcePath(type: ObjectType, id: TargetId | string): string {
  return `${endpointPath(type)}/${escapeSegment(id)}`;
}

/**
 * Describes the query for resources by an attribute value.
 * @param quotes how `"` and `\` in the value are written
 * @see RFC 7644 §3.4.2.2
 */
export function describeFind(
  type: ObjectType,
  path: AttributePath,
  value: string,
  quotes: 'escape' | 'raw' = 'escape',
): ReadRequest {
  const filter = `filter=${encodeAttributePath(path)}+eq+${filterLiteral(value, quotes)}`;
  return {
    method: 'GET',
    path: endpointPath(type),
    query: type === 'Group' ? `${EXCLUDED_MEMBERS}&${filter}` : filter,
    body: null,
  };
}

/**
 * Describes the probe of a cycle or connection test: a query for a random GUID, which must return an empty list.
 * @see Entra "Develop and plan provisioning for a SCIM endpoint", Test connection
 */
export function describeProbe(type: ObjectType, matchingPath: AttributePath, guid: string): ReadRequest {
  return describeFind(type, matchingPath, guid);
}

/** Describes the read of one object by its id. @see RFC 7644 §3.4.1 */
export function describeRead(type: ObjectType, id: TargetId): ReadRequest {
  return {
    method: 'GET',
    path: resourcePath(type, id),
    query: type === 'Group' ? EXCLUDED_MEMBERS : '',
    body: null,
  };
}

/**
 * Describes the query whether a resource holds a reference, in its form of 2018: by bare attribute name. A list with
 * the resource means yes.
 * @see Entra "Develop and plan provisioning for a SCIM endpoint", Query whether a user has a manager
 */
export function describeReferenceCheck(
  type: ObjectType,
  id: TargetId | string,
  path: string,
  referenced: TargetId | string,
): ReadRequest {
  const asked = (name: string, value: string): string =>
    `${encodeAttributePath(name)}+eq+${filterLiteral(value)}`;
  return {
    method: 'GET',
    path: endpointPath(type),
    query: `attributes=id&filter=${asked('id', id)}+and+${asked(parsePath(path).attribute, referenced)}`,
    body: null,
  };
}

/** Describes the read of a group with members, which verifies written ones. */
export function describeMembersRead(id: TargetId): ReadRequest {
  return {
    ...describeRead('Group', id),
    query: '',
  };
}

/**
 * Describes the read of a page of resources, as account discovery reads them.
 * @param startIndex 1-based
 * @see RFC 7644 §3.4.2.4, and Entra "Account discovery"
 */
export function describePage(type: ObjectType, startIndex: number, count: number): ReadRequest {
  return {
    method: 'GET',
    path: endpointPath(type),
    query: `startIndex=${startIndex}&count=${count}`,
    body: null,
  };
}
