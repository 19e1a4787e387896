import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ObjectType } from '../../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { REQUIRED_NAME } from '../../scim/resource.ts';
import type { TargetAnswer, TargetRequest } from '../http/message.ts';
import { badRequest, ScimError } from '../http/scim-error.ts';
import type { Persona } from '../personas/persona.ts';
import type { Store, StoreChange, StoredResource } from '../store/store.ts';
import type { MemberChange } from './normalise-members.ts';
import { perAttribute, readOperations } from './operation.ts';
import { applyOperations, type Patched } from './patch.ts';
import { answerWith, findResource } from './read.ts';

const check = (store: Store, type: ObjectType, resource: JsonObject): void => {
  const name = resource[REQUIRED_NAME[type]];
  if (typeof name !== 'string' || name.trim() === '')
    throw badRequest('invalidValue', `a ${type} needs a ${REQUIRED_NAME[type]}, a string that is not empty`);
  if (type !== 'User') return;
  const holder = store.having('User', 'userName', name).find((other) => other.id !== resource.id);
  if (holder === undefined) return;
  throw new ScimError(409, 'uniqueness', `the userName ${name} is taken by the user ${holder.id}`);
};

const listedSchemas = (body: JsonObject): readonly Json[] =>
  Array.isArray(body.schemas) ? body.schemas.filter((urn) => typeof urn === 'string') : [];

/** Reads a whole resource by adding its content to an empty one, so that PATCH forms are accepted too. */
const readWhole = (type: ObjectType, start: StoredResource, body: Json, persona: Persona): Patched => {
  if (!isJsonObject(body)) throw badRequest('invalidSyntax', `a ${type} is sent as a JSON object`);
  const { id: _, ...content } = body;
  return applyOperations(
    type,
    { ...start, schemas: listedSchemas(body) },
    perAttribute('add', content, start),
    persona,
  );
};

const touched = (resource: JsonObject, at: string): StoredResource => {
  const meta = isJsonObject(resource.meta) ? resource.meta : {};
  return { ...resource, meta: { ...meta, lastModified: at } } as unknown as StoredResource;
};

const changesOf = (
  type: ObjectType,
  before: StoredResource | null,
  after: JsonObject,
  members: readonly MemberChange[],
): readonly StoreChange[] => {
  const id = String(after.id);
  const isSame = before !== null && isDeepStrictEqual(before, after);
  if (isSame && members.length === 0) return [];
  const put: StoreChange = { kind: 'put', type, resource: touched(after, new Date().toISOString()) };
  return members.length === 0 ? [put] : [put, { kind: 'members', group: id, changes: members }];
};

const commit = (store: Store, changes: readonly StoreChange[]): void => {
  if (changes.length > 0) store.commit(changes);
};

/** Creates and stores a resource. @throws {ScimError} 400, 409 */
export function storeResource(
  type: ObjectType,
  body: Json,
  into: Store,
  persona: Persona,
  id: string,
): StoredResource {
  const created = new Date().toISOString();
  const start = { id, meta: { resourceType: type, created, lastModified: created } };
  const { resource, members } = readWhole(type, start, body, persona);
  check(into, type, resource);
  commit(into, changesOf(type, null, resource, members));
  return findResource(into, type, id);
}

/** Creates a resource. @throws {ScimError} 400, 409 @see RFC 7644 §3.3 */
export function createResource(
  request: TargetRequest,
  type: ObjectType,
  into: Store,
  persona: Persona,
): TargetAnswer {
  return answerWith(request, type, storeResource(type, request.body, into, persona, randomUUID()), into, 201);
}

/**
 * Replaces a resource, except id and creation time.
 * @throws {ScimError} 400, 404, 409
 * @see RFC 7644 §3.5.1
 */
export function replaceResource(
  request: TargetRequest,
  type: ObjectType,
  id: string,
  into: Store,
  persona: Persona,
): TargetAnswer {
  const before = findResource(into, type, id);
  const start = { id, meta: before.meta ?? {} };
  const { resource, members } = readWhole(type, start, request.body, persona);
  check(into, type, resource);
  const replaced: readonly MemberChange[] = type === 'Group' ? [{ kind: 'clear' }, ...members] : [];
  commit(into, changesOf(type, before, resource, replaced));
  return answerWith(request, type, findResource(into, type, id), into, 200);
}

/**
 * Applies all operations or none.
 * @throws {ScimError} 400, 404, 409
 * @see RFC 7644 §3.5.2
 */
export function patchResource(
  request: TargetRequest,
  type: ObjectType,
  id: string,
  into: Store,
  persona: Persona,
): TargetAnswer {
  const before = findResource(into, type, id);
  const operations = readOperations(request.body, before);
  const { resource, members } = applyOperations(type, before, operations, persona);
  check(into, type, resource);
  commit(into, changesOf(type, before, resource, members));
  if (persona.patchStatus[type] === 204) return { status: 204, body: null, location: null };
  return answerWith(request, type, findResource(into, type, id), into, 200);
}

/**
 * Deletes a resource and its memberships.
 * @throws {ScimError} 404
 * @see RFC 7644 §3.6
 */
export function deleteResource(type: ObjectType, id: string, from: Store): TargetAnswer {
  findResource(from, type, id);
  from.commit([{ kind: 'delete', type, id }]);
  return { status: 204, body: null, location: null };
}
