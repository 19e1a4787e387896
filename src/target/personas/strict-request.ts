import type { ObjectType } from '../../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { TargetRequest } from '../http/message.ts';
import { badRequest } from '../http/scim-error.ts';
import { isAttributeName } from '../resource/attributes.ts';
import { CORE_SCHEMA, ENTERPRISE_USER } from '../resource/urns.ts';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const OPS: readonly Json[] = ['add', 'replace', 'remove'];

const isSchema = (name: string, type: ObjectType): boolean =>
  [CORE_SCHEMA[type], ...(type === 'User' ? [ENTERPRISE_USER] : [])].some(
    (urn) => urn.toLowerCase() === name.toLowerCase(),
  );

const checkNames = (resource: JsonObject, type: ObjectType): void => {
  for (const name of Object.keys(resource))
    if (!isAttributeName(name) && !isSchema(name, type))
      throw badRequest(
        'invalidPath',
        `"${name.slice(0, 100)}" names neither an attribute nor a schema; nest the value in an object`,
      );
};

const checkOperation = (operation: Json, type: ObjectType): void => {
  if (!isJsonObject(operation)) return;
  const { op, path, value } = operation;
  if (op === undefined || !OPS.includes(op))
    throw badRequest('invalidSyntax', 'op is add, replace or remove, in lower case');
  if (op === 'remove' && value !== undefined)
    throw badRequest('invalidValue', 'remove takes no value; select what is removed in the path');
  if (path === undefined && isJsonObject(value)) checkNames(value, type);
};

const checkSchemas = ({ schemas }: JsonObject, urn: string): void => {
  const listed = Array.isArray(schemas) ? (schemas as readonly Json[]) : [];
  if (listed.some((one) => typeof one === 'string' && one.toLowerCase() === urn.toLowerCase())) return;
  throw badRequest('invalidSyntax', `schemas must list ${urn}`);
};

/**
 * Refuses a body that RFC 7644 does not allow.
 * @throws {ScimError}
 * @see RFC 7644 §3.3 and §3.5
 */
export function hearStrictly(request: TargetRequest, type: ObjectType): TargetRequest {
  const { method, body } = request;
  if (!isJsonObject(body)) return request;
  if (method === 'PATCH') {
    checkSchemas(body, PATCH_OP);
    if (Array.isArray(body.Operations))
      for (const operation of body.Operations as readonly Json[]) checkOperation(operation, type);
  } else if (method === 'POST' || method === 'PUT') {
    checkSchemas(body, CORE_SCHEMA[type]);
    checkNames(body, type);
  }
  return request;
}
