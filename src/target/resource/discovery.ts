import type { ObjectType } from '../../model/directory.ts';
import type { JsonObject } from '../../model/json.ts';
import { notFound } from '../http/scim-error.ts';
import type { Persona } from '../personas/persona.ts';
import { CORE_ATTRIBUTES, ENTERPRISE_ATTRIBUTES, type ScimAttribute } from './attributes.ts';
import { listBody } from './read.ts';
import { CORE_SCHEMA, ENDPOINT, ENTERPRISE_USER, RESOURCE_TYPES } from './urns.ts';

const SCHEMA_OF_SCHEMAS = 'urn:ietf:params:scim:schemas:core:2.0:Schema';
const SCHEMA_OF_TYPES = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
const SCHEMA_OF_CONFIG = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';

const describe = ({ subAttributes, ...attribute }: ScimAttribute): JsonObject => ({
  ...attribute,
  description: attribute.name,
  ...(attribute.type === 'reference' ? { referenceTypes: ['external'] } : {}),
  ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(describe) }),
});

const schemaOf = (
  id: string,
  name: string,
  attributes: readonly ScimAttribute[],
  baseUrl: string,
): JsonObject => ({
  schemas: [SCHEMA_OF_SCHEMAS],
  id,
  name,
  description: name,
  attributes: attributes.map(describe),
  meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${id}` },
});

const resourceTypeOf = (type: ObjectType, baseUrl: string): JsonObject => ({
  schemas: [SCHEMA_OF_TYPES],
  id: type,
  name: type,
  endpoint: `/${ENDPOINT[type]}`,
  schema: CORE_SCHEMA[type],
  schemaExtensions: type === 'User' ? [{ schema: ENTERPRISE_USER, required: false }] : [],
  meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${type}` },
});

const allOrOne = (documents: readonly JsonObject[], id: string | null, endpoint: string): JsonObject => {
  if (id === null) return listBody(documents.length, 1, documents);
  const document = documents.find((candidate) => candidate.id === id);
  if (document === undefined) throw notFound(`/${endpoint}/${id}`);
  return document;
};

/**
 * The schemas of a persona, or one of them.
 * @throws {ScimError} 404
 * @see RFC 7643 §7
 */
export function schemas(persona: Persona, id: string | null, baseUrl: string): JsonObject {
  return allOrOne(
    [
      schemaOf(
        CORE_SCHEMA.User,
        'User',
        CORE_ATTRIBUTES.User.filter(({ name }) => !persona.without.includes(name)),
        baseUrl,
      ),
      schemaOf(CORE_SCHEMA.Group, 'Group', CORE_ATTRIBUTES.Group, baseUrl),
      schemaOf(ENTERPRISE_USER, 'EnterpriseUser', ENTERPRISE_ATTRIBUTES, baseUrl),
    ],
    id,
    'Schemas',
  );
}

/**
 * The resource types, or one of them.
 * @throws {ScimError} 404
 * @see RFC 7643 §6
 */
export function resourceTypes(id: string | null, baseUrl: string): JsonObject {
  return allOrOne(
    RESOURCE_TYPES.map((type) => resourceTypeOf(type, baseUrl)),
    id,
    'ResourceTypes',
  );
}

/** The service provider configuration. @see RFC 7643 §5 */
export function serviceProviderConfig(persona: Persona, baseUrl: string): JsonObject {
  return {
    schemas: [SCHEMA_OF_CONFIG],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: persona.largestPage },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: false },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'OAuth Bearer Token',
        description: 'The secret token in the Authorization header',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}
