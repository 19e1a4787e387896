import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { ForeignTarget } from './foreign-target.ts';

/** What a server answered to one request. */
export interface Answer {
  readonly status: number;
  /** Empty when the server sent no JSON object. */
  readonly body: JsonObject;
  readonly headers: Headers;
}

const parsed = (text: string): JsonObject => {
  if (text === '') return {};
  const body: unknown = JSON.parse(text);
  return isJsonObject(body) ? body : {};
};

/** Sends one SCIM request, by itself: nothing of the product under test stands between. */
export const send = async (
  target: Pick<ForeignTarget, 'baseUrl' | 'token'>,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: JsonObject,
): Promise<Answer> => {
  const response = await fetch(`${target.baseUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${target.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json; charset=utf-8' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: parsed(await response.text()), headers: response.headers };
};

/** Sends one PATCH with the given operations. @see RFC 7644 §3.5.2 */
export const sendPatch = (
  target: ForeignTarget,
  path: string,
  operations: readonly Json[],
): Promise<Answer> =>
  send(target, 'PATCH', path, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: operations,
  });

/** Reads the first page of the resources that a filter finds. */
export const sendFilter = (
  target: ForeignTarget,
  endpoint: '/Users' | '/Groups',
  filter: string,
): Promise<Answer> => send(target, 'GET', `${endpoint}?filter=${encodeURIComponent(filter)}`);

/** Creates a user as Entra's default mappings do, and gives its target id. */
export const createUser = async (
  target: ForeignTarget,
  mailNickname: string,
  changes: JsonObject = {},
): Promise<string> => {
  const { status, body } = await send(target, 'POST', '/Users', entraUser(mailNickname, changes));
  if (status !== 201) throw new Error(`${target.name} answered ${status} to the creation of ${mailNickname}`);
  return String(body.id);
};

/** A group was to be created on a server that has none. */
export class WithoutGroups extends Error {}

/**
 * Creates a group without members, as Entra does, and gives its target id.
 *
 * @throws WithoutGroups on a server that has none
 */
export const createGroup = async (target: ForeignTarget, displayName: string): Promise<string> => {
  if (!target.hasGroups) throw new WithoutGroups(`${target.name} has no groups`);
  const { status, body } = await send(target, 'POST', '/Groups', entraGroup(displayName));
  if (status !== 201) throw new Error(`${target.name} answered ${status} to the creation of ${displayName}`);
  return String(body.id);
};

/** The body Entra sends to create a user, under its default mappings. */
export const entraUser = (mailNickname: string, changes: JsonObject = {}): JsonObject => ({
  schemas: [
    'urn:ietf:params:scim:schemas:core:2.0:User',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  ],
  externalId: mailNickname,
  userName: `${mailNickname}@contoso.com`,
  active: true,
  displayName: `The ${mailNickname}`,
  title: 'Engineer',
  emails: [{ primary: true, type: 'work', value: `${mailNickname}@contoso.com` }],
  meta: { resourceType: 'User' },
  name: { formatted: `The ${mailNickname}`, givenName: 'The', familyName: mailNickname },
  phoneNumbers: [{ type: 'work', value: '+1 425 555 0100' }],
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'IT', employeeNumber: '1001' },
  ...changes,
});

/** The body Entra sends to create a group: members never come with it. */
export const entraGroup = (displayName: string): JsonObject => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  externalId: `id of ${displayName}`,
  displayName,
  members: [],
  meta: { resourceType: 'Group' },
});
