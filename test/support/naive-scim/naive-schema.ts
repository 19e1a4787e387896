import type { Json, JsonObject } from '../../../src/model/json.ts';

/** A resource or a part of one, as it is stored. */
export type Stored = Record<string, Json>;

/** The endpoints of resources. */
export type Endpoint = 'Users' | 'Groups';

/** The schema of the resources of an endpoint. */
export const CORE: Readonly<Record<Endpoint, string>> = {
  Users: 'urn:ietf:params:scim:schemas:core:2.0:User',
  Groups: 'urn:ietf:params:scim:schemas:core:2.0:Group',
};

/** The schema of the enterprise extension. @see RFC 7643 §4.3 */
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Attribute → `text`, `boolean`, or its sub-attributes; a list of entries in brackets. */
type Shape = 'text' | 'boolean' | readonly string[] | readonly [readonly string[]];

const ENTRY = ['value', 'type', 'primary', 'display'];
const ADDRESS = [
  'type',
  'formatted',
  'streetAddress',
  'locality',
  'region',
  'postalCode',
  'country',
  'primary',
];

const SHAPES: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  [CORE.Users]: {
    userName: 'text',
    externalId: 'text',
    name: ['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'],
    displayName: 'text',
    nickName: 'text',
    profileUrl: 'text',
    title: 'text',
    userType: 'text',
    preferredLanguage: 'text',
    locale: 'text',
    timezone: 'text',
    active: 'boolean',
    emails: [ENTRY],
    phoneNumbers: [ENTRY],
    ims: [ENTRY],
    photos: [ENTRY],
    addresses: [ADDRESS],
    entitlements: [ENTRY],
    roles: [ENTRY],
    x509Certificates: [ENTRY],
  },
  [CORE.Groups]: { displayName: 'text', externalId: 'text', members: [['value', 'type', '$ref', 'display']] },
  [ENTERPRISE]: {
    employeeNumber: 'text',
    costCenter: 'text',
    organization: 'text',
    division: 'text',
    department: 'text',
    manager: ['value', '$ref', 'displayName'],
  },
};

/** What is known of an attribute. */
export interface Known {
  /** In its own spelling. */
  readonly name: string;
  readonly isList: boolean;
  readonly isBoolean: boolean;
  readonly isComplex: boolean;
}

/** Finds an attribute, whatever the case of its name; undefined: the schema has none. An unknown schema has all. */
export function knownAttribute(urn: string, name: string): Known | undefined {
  const shapes = Object.entries(SHAPES).find(([known]) => same(known, urn))?.[1];
  if (shapes === undefined) return { name, isList: false, isBoolean: false, isComplex: false };
  const found = Object.entries(shapes).find(([known]) => same(known, name));
  if (found === undefined) return undefined;
  const [spelled, shape] = found;
  const isList = Array.isArray(shape) && Array.isArray(shape[0]);
  return {
    name: spelled,
    isList,
    isBoolean: shape === 'boolean',
    isComplex: typeof shape !== 'string' && !isList,
  };
}

/** Whether two names are the same, whatever their case. */
export function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** What the endpoints of discovery answer: the resources of a list, or one resource; undefined: not one of them. */
export function discovered(endpoint: string): readonly JsonObject[] | JsonObject | undefined {
  if (endpoint === 'Schemas') return Object.keys(SHAPES).map(schemaOf);
  if (endpoint === 'ResourceTypes')
    return (['Users', 'Groups'] as const).map((one) => ({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      id: one.slice(0, -1),
      name: one.slice(0, -1),
      endpoint: `/${one}`,
      schema: CORE[one],
      ...(one === 'Users' ? { schemaExtensions: [{ schema: ENTERPRISE, required: false }] } : {}),
    }));
  if (endpoint !== 'ServiceProviderConfig') return undefined;
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: 100 },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: false },
    authenticationSchemes: [
      { type: 'oauthbearertoken', name: 'Bearer token', description: 'A token in Authorization' },
    ],
  };
}

function schemaOf(urn: string): JsonObject {
  const attributes = Object.entries(SHAPES[urn] ?? {}).map(([name, shape]) => attributeOf(name, shape));
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id: urn,
    name: urn.slice(urn.lastIndexOf(':') + 1),
    attributes,
  };
}

function attributeOf(name: string, shape: Shape): JsonObject {
  const plain = (one: string, type: string): JsonObject => ({
    name: one,
    type,
    multiValued: false,
    required: one === 'userName',
    caseExact: one === 'externalId',
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: one === 'userName' ? 'server' : 'none',
  });
  if (typeof shape === 'string') return plain(name, shape === 'text' ? 'string' : 'boolean');
  const [first] = shape;
  const names = Array.isArray(first) ? first : (shape as readonly string[]);
  return {
    ...plain(name, 'complex'),
    multiValued: Array.isArray(first),
    subAttributes: names.map((one) => plain(one, one === 'primary' ? 'boolean' : 'string')),
  };
}
