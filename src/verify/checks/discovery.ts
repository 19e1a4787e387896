import type { ObjectType } from '../../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { AttributeMapping, AttributeType } from '../../model/schema.ts';
import type { Answered } from '../../model/scim.ts';
import { memberOf, parsePath, type ScimPath, sameName } from '../../scim/path.ts';
import { endpointPath } from '../../scim/request.ts';
import { coreSchema } from '../../scim/resource.ts';
import type { Check } from '../check.ts';
import { LIST_RESPONSE, requireList, requireResource, requireStatus } from '../expect.ts';
import { quoted } from '../quoted.ts';
import type { MappedType, Subject } from '../subject.ts';
import type { Trial } from '../trial.ts';
import { Unmet } from '../verdict.ts';

/** Discovery: what the endpoint says of itself, against what is mapped. */
export const DISCOVERY_CHECKS: readonly Check[] = [
  {
    id: 'DISC-01',
    title: 'lists its schemas',
    severity: 'should',
    mustFor: ['gallery'],
    readsOnly: true,
    requests: ['GET /Schemas'],
    criterion: '200 with a ListResponse whose Resources are a list, and no null anywhere',
    why: 'The mapping page of an application reads the schemas, and its validation for the gallery compares them with the mapped attributes.',
    fix: 'Serve the schemas of users, groups and their extensions as a ListResponse, and leave out members without a value.',
    pseudocode: `GET /Schemas: respond 200, list_response([USER_SCHEMA, GROUP_SCHEMA, ENTERPRISE_SCHEMA])`,
    sources: ['RFC 7644 §4', 'RFC 7643 §7', 'Entra "Develop and plan provisioning for a SCIM endpoint"'],
    alsoTestedBy: { gallery: 'Schema_Discoverability' },
    run: async (trial) => {
      const answered = await trial.get('/Schemas');
      requireList(answered, 'GET /Schemas');
      const body = requireResource(answered, 'GET /Schemas');
      if (!textsIn(body, 'schemas').some((urn) => sameName(urn, LIST_RESPONSE)))
        throw new Unmet('GET /Schemas is answered with a list that is no ListResponse', {
          decisive: answered,
        });
      const empty = pathOfNull(body);
      if (empty !== null)
        throw new Unmet(`GET /Schemas shows null at ${quoted(empty)}`, { decisive: answered });
    },
  },
  {
    id: 'DISC-02',
    title: 'lists the schema of each type and extension that is mapped',
    severity: 'should',
    requires: ['DISC-01'],
    readsOnly: true,
    requests: ['GET /Schemas'],
    criterion:
      'the URNs of users, of groups where they are provisioned, and of each mapped extension are there',
    why: 'The tests for the gallery that concern groups fail where their schema is not listed.',
    fix: 'Serve one schema for each resource type and for each extension, with its URN as id.',
    pseudocode: `schemas = resource_types.flat_map(t => [t.schema, ...t.extensions])`,
    sources: ['RFC 7643 §7', 'Entra "Troubleshoot user provisioning validation"'],
    alsoTestedBy: { gallery: 'Schema_Discoverability' },
    run: async (trial) => {
      const { answered, schemas } = await readSchemas(trial);
      const missing = urnsOf(trial.subject).filter((urn) => schemaOf(schemas, urn) === undefined);
      if (missing.length > 0)
        throw new Unmet(`GET /Schemas does not list ${missing.join(', ')}`, { decisive: answered });
    },
  },
  {
    id: 'DISC-03',
    title: 'declares each mapped attribute with a type that fits',
    severity: 'should',
    requires: ['DISC-01'],
    readsOnly: true,
    requests: ['GET /Schemas'],
    criterion:
      'each mapped attribute and sub-attribute is declared, whatever its case, with a type that takes what is mapped to it',
    why: 'The validation for the gallery looks each mapped attribute up, and fails for those that it does not find.',
    fix: 'Declare the attribute in its schema, or delete its mapping.',
    pseudocode: `schema.attributes.push({ name: "department", type: "string", multiValued: false,
                         mutability: "readWrite", returned: "default" })`,
    sources: ['RFC 7643 §7', 'Entra "Validate user provisioning for app gallery publishing"'],
    alsoTestedBy: { gallery: 'Schema_Discoverability' },
    run: async (trial) => {
      const { answered, schemas } = await readSchemas(trial);
      const { user, group } = trial.subject;
      const misfits = [...misfitsOf('User', user, schemas), ...misfitsOf('Group', group, schemas)];
      if (misfits.length > 0) throw new Unmet(misfits.join('; '), { decisive: answered });
    },
  },
  {
    id: 'DISC-04',
    title: 'declares no attribute that the service cannot fill',
    severity: 'info',
    requires: ['DISC-01'],
    readsOnly: true,
    requests: ['GET /Schemas'],
    criterion: 'password is not required; emails.display and emails.primary are reported',
    why: "The service has no password to send, and Microsoft's validator calls some sub-attributes of emails invalid where it takes the schemas of the endpoint.",
    fix: 'Declare password as not required.',
    pseudocode: `{ name: "password", required: false, mutability: "writeOnly", returned: "never" }`,
    sources: [
      'RFC 7643 §4.1.1',
      'sourcegraph/sourcegraph-public-snapshot#62185',
      'scimmyjs/scimmy-routers#10',
    ],
    run: async (trial) => {
      const { answered, schemas } = await readSchemas(trial);
      const declared = (path: string): JsonObject | undefined =>
        declarationOf('User', parsePath(path), schemas).at(-1);
      const reported = ['emails.display', 'emails.primary'].filter((path) => declared(path) !== undefined);
      if (reported.length > 0) trial.note(`declared: ${reported.join(' and ')}`);
      const password = declared('password');
      if (password !== undefined && memberOf(password, 'required') === true)
        throw new Unmet('password is declared as required', { decisive: answered });
    },
  },
  {
    id: 'DISC-05',
    title: 'describes what it supports',
    severity: 'info',
    readsOnly: true,
    requests: ['GET /ServiceProviderConfig'],
    criterion: '200; patch and filter are supported, and authenticationSchemes is a list with an entry',
    why: 'The service does not read it. Other clients do, and send no PATCH where it is not said to be supported.',
    fix: 'Serve the document, and keep it in step with what is implemented.',
    pseudocode: `{ schemas: [SERVICE_PROVIDER_CONFIG], patch: { supported: true },
  filter: { supported: true, maxResults: 200 }, authenticationSchemes: [{ type: "oauthbearertoken", … }] }`,
    sources: ['RFC 7643 §5', 'RFC 7644 §4'],
    run: async (trial) => {
      const answered = await trial.get('/ServiceProviderConfig');
      requireStatus(answered, [200], 'GET /ServiceProviderConfig');
      const body = requireResource(answered, 'GET /ServiceProviderConfig');
      const wanted = trial.subject.dialect.updateMethod === 'patch' ? ['patch', 'filter'] : ['filter'];
      const lacks = wanted
        .filter((feature) => memberOf(objectIn(body, feature), 'supported') !== true)
        .map((feature) => `${feature}.supported is not true`);
      const schemes = objectsIn(body, 'authenticationSchemes');
      const facts = [...lacks, ...(schemes.length === 0 ? ['authenticationSchemes has no entry'] : [])];
      if (facts.length > 0)
        throw new Unmet(`In /ServiceProviderConfig ${facts.join(', ')}`, { decisive: answered });
    },
  },
  {
    id: 'DISC-06',
    title: 'lists its resource types with their endpoints',
    severity: 'info',
    readsOnly: true,
    requests: ['GET /ResourceTypes'],
    criterion:
      '200 with a list in which the schema of users has the endpoint /Users, and that of groups /Groups where they are provisioned',
    why: 'The service does not read it. Other clients find the endpoints here.',
    fix: 'Serve one resource type for each endpoint, with the path that follows the base URL.',
    pseudocode: `{ schemas: [RESOURCE_TYPE], id: "User", name: "User", endpoint: "/Users", schema: USER_URN }`,
    sources: ['RFC 7643 §6', 'RFC 7644 §4'],
    run: async (trial) => {
      const answered = await trial.get('/ResourceTypes');
      const types = requireList(answered, 'GET /ResourceTypes');
      const wanted: readonly ObjectType[] = trial.subject.group === null ? ['User'] : ['User', 'Group'];
      for (const type of wanted) {
        const found = types.find((one) => sameName(textIn(one, 'schema'), coreSchema(type)));
        const endpoint = found === undefined ? null : textIn(found, 'endpoint');
        if (endpoint === null)
          throw new Unmet(`/ResourceTypes lists no type with the schema ${coreSchema(type)}`, {
            decisive: answered,
          });
        const path = endpoint.replace(trial.subject.baseUrl, '').replace(/^\/?/, '/');
        if (path !== endpointPath(type))
          throw new Unmet(
            `/ResourceTypes shows the endpoint ${quoted(endpoint)} instead of ${endpointPath(type)}`,
            {
              decisive: answered,
            },
          );
      }
    },
  },
];

async function readSchemas(
  trial: Trial,
): Promise<{ readonly answered: Answered; readonly schemas: readonly JsonObject[] }> {
  const answered = await trial.get('/Schemas');
  return { answered, schemas: requireList(answered, 'GET /Schemas') };
}

const mappingsOf = (mapped: MappedType | null): readonly AttributeMapping[] =>
  mapped === null ? [] : [...mapped.mappings, ...(mapped.reference === null ? [] : [mapped.reference])];

/** The URNs of all that is mapped, each once. */
function urnsOf({ user, group }: Subject): readonly string[] {
  const extensions = [...mappingsOf(user), ...mappingsOf(group)]
    .map(({ targetAttributeName }) => parsePath(targetAttributeName).extension)
    .filter((urn) => urn !== null);
  const urns = [coreSchema('User'), ...(group === null ? [] : [coreSchema('Group')]), ...extensions];
  return urns.filter((urn, index) => urns.findIndex((one) => sameName(one, urn)) === index);
}

const schemaOf = (schemas: readonly JsonObject[], urn: string): JsonObject | undefined =>
  schemas.find((schema) => sameName(textIn(schema, 'id'), urn));

/**
 * The declarations that a path leads through, the outermost first: `emails`, then its `value`. One that is not declared
 * ends the list.
 */
function declarationOf(
  type: ObjectType,
  { extension, attribute, subAttribute }: ScimPath,
  schemas: readonly JsonObject[],
): readonly (JsonObject | undefined)[] {
  const schema = schemaOf(schemas, extension ?? coreSchema(type));
  const named = (holder: JsonObject | undefined, list: string, name: string): JsonObject | undefined =>
    holder === undefined
      ? undefined
      : objectsIn(holder, list).find((one) => sameName(textIn(one, 'name'), name));
  const outer = named(schema, 'attributes', attribute);
  return subAttribute === null ? [outer] : [outer, named(outer, 'subAttributes', subAttribute)];
}

/** What each type of a mapping fits into. A reference is an object or a text, as the dialect writes it. */
const FITTING: Readonly<Record<AttributeType, readonly string[]>> = {
  String: ['string', 'reference', 'datetime', 'binary'],
  Integer: ['integer', 'decimal'],
  Boolean: ['boolean'],
  DateTime: ['datetime', 'string'],
  Binary: ['binary', 'string'],
  Reference: ['reference', 'string', 'complex'],
};

/** Attributes that each resource has, and no schema needs to declare. @see RFC 7643 §3.1 */
const COMMON = ['id', 'externalId', 'schemas', 'meta'];

/** What of the mapped attributes of a type is not declared, or with another type, in words. */
function misfitsOf(
  type: ObjectType,
  mapped: MappedType | null,
  schemas: readonly JsonObject[],
): readonly string[] {
  return mappingsOf(mapped).flatMap((mapping): readonly string[] => {
    const path = parsePath(mapping.targetAttributeName);
    if (path.extension === null && COMMON.some((name) => sameName(name, path.attribute))) return [];
    const declared = declarationOf(type, path, schemas).at(-1);
    if (declared === undefined) return [`${path.text} is not declared`];
    // An attribute is of type string where nothing is said.
    const declaredType = textIn(declared, 'type') || 'string';
    const isWhole = mapping === mapped?.reference || path.subAttribute === null;
    if (declaredType.toLowerCase() === 'complex' && isWhole) return [];
    const isFitting = FITTING[mapping.target.type].includes(declaredType.toLowerCase());
    return isFitting
      ? []
      : [`${path.text} is declared as ${quoted(declaredType)}, and mapped as ${mapping.target.type}`];
  });
}

/** The path of the first null of a document; null: there is none. */
function pathOfNull(value: Json, path = ''): string | null {
  if (value === null) return path;
  if (typeof value !== 'object') return null;
  for (const [name, member] of Object.entries(value)) {
    const found = pathOfNull(member as Json, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`);
    if (found !== null) return found.replace(/^\./, '');
  }
  return null;
}

/** A member that is a text; empty: it is none. */
const textIn = (object: JsonObject, name: string): string => {
  const value = memberOf(object, name);
  return typeof value === 'string' ? value : '';
};

const listIn = (object: JsonObject, name: string): readonly Json[] => {
  const value = memberOf(object, name);
  return Array.isArray(value) ? (value as readonly Json[]) : [];
};

const textsIn = (object: JsonObject, name: string): readonly string[] =>
  listIn(object, name).filter((one) => typeof one === 'string');

const objectsIn = (object: JsonObject, name: string): readonly JsonObject[] =>
  listIn(object, name).filter(isJsonObject);

const objectIn = (object: JsonObject, name: string): JsonObject => {
  const value = memberOf(object, name);
  return isJsonObject(value) ? value : {};
};
