import type { Filter } from 'scim2-parse-filter';
import type { ObjectType } from '../../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { TargetRequest } from '../http/message.ts';
import { badRequest, ScimError } from '../http/scim-error.ts';
import { parseFilter } from '../resource/filter.ts';
import { type Operation, readOperations } from '../resource/operation.ts';
import { type Persona, TOLERANT } from './persona.ts';

const MOST_MEMBERS = 100;
const LARGEST_PAGE = 50;
const GROUP_ATTRIBUTES: readonly string[] = ['displayname', 'externalid', 'members'];
const SINGLE_VALUES: readonly string[] = ['emails', 'phoneNumbers', 'addresses'];

const isPlainFilter = (filter: Filter): boolean =>
  filter.op === 'and' ? filter.filters.every(isPlainFilter) : filter.op === 'eq';

const checkFilter = ({ query }: TargetRequest): void => {
  if (typeof query.filter !== 'string' || isPlainFilter(parseFilter(query.filter))) return;
  throw badRequest('invalidFilter', 'a filter may use eq and and, nothing else');
};

const lengthOf = (value: Json | undefined): number => (Array.isArray(value) ? value.length : 1);

const checkCount = (count: number): void => {
  if (count <= MOST_MEMBERS) return;
  throw badRequest(
    'tooMany',
    `${count} members in one request exceed the limit of ${MOST_MEMBERS}; split them`,
  );
};

const isMembers = ({ path }: Operation): boolean => /^members\b/i.test(path);

const checkGroupPatch = (body: Json): void => {
  const operations = readOperations(body, {});
  for (const operation of operations) {
    const { op, path, value } = operation;
    if (!GROUP_ATTRIBUTES.includes((path.split(/[[.]/)[0] ?? '').toLowerCase()))
      throw badRequest(
        'invalidPath',
        `${path} cannot be changed; only displayName, externalId and members can`,
      );
    const isAll = op === 'remove' ? !path.includes('[') && (value ?? null) === null : op === 'replace';
    if (isMembers(operation) && isAll)
      throw badRequest('invalidValue', 'members are added and removed by id; all at once they cannot be');
  }
  checkCount(
    operations
      .filter(isMembers)
      .reduce((count, { path, value }) => count + (path.includes('[') ? 1 : lengthOf(value)), 0),
  );
};

const hear = (request: TargetRequest, type: ObjectType): TargetRequest => {
  const { method, body, query } = request;
  if (method === 'PUT') throw new ScimError(405, null, 'PUT is not supported; use PATCH');
  if (method === 'GET') {
    checkFilter(request);
    return type === 'Group' ? { ...request, query: { ...query, excludedAttributes: 'members' } } : request;
  }
  if (type === 'Group' && method === 'PATCH') checkGroupPatch(body);
  if (type === 'Group' && method === 'POST' && isJsonObject(body) && Array.isArray(body.members))
    checkCount(body.members.length);
  return request;
};

const checkUser = (user: JsonObject): void => {
  const { name, displayName } = user;
  const parts = isJsonObject(name) ? [displayName, name.givenName, name.familyName] : [];
  if (parts.length === 0 || parts.some((part) => typeof part !== 'string' || part.trim() === ''))
    throw badRequest('invalidValue', 'a User needs displayName, name.givenName and name.familyName');
  for (const attribute of SINGLE_VALUES)
    if (lengthOf(user[attribute]) > 1)
      throw badRequest('invalidValue', `${attribute} takes one entry; leave the others out`);
};

/**
 * A target with the documented limits of AWS IAM Identity Center: filters of `eq` and `and`, one e-mail address,
 * phone number and address, required names, groups without members in answers.
 */
export const AWS_LIKE: Persona = {
  ...TOLERANT,
  name: 'aws-like',
  description:
    'at most 100 members a request and no replacing of all, no PUT, one e-mail address, phone number and address, ' +
    'names required, filters of eq and and, pages of 50, groups come without members',
  hear,
  keep: (type, resource) => {
    if (type === 'User') checkUser(resource);
    return resource;
  },
  without: ['ims', 'photos', 'entitlements', 'x509Certificates'],
  pageSize: LARGEST_PAGE,
  largestPage: LARGEST_PAGE,
};
