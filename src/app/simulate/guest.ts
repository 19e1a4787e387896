import { randomBytes } from 'node:crypto';
import type { ScimClient } from '../../io/scim-client/scim-client.ts';
import type { ObjectType } from '../../model/directory.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { attributePath } from '../../model/identifiers.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { ScimResponse, WriteRequest } from '../../model/scim.ts';
import { memberOf } from '../../scim/path.ts';
import { readId } from '../../scim/read.ts';
import { describeFind, endpointPath, resourcePath } from '../../scim/request.ts';
import { REQUIRED_NAME } from '../../scim/resource.ts';
import { uniqueNames } from './unique-names.ts';

/** What became of the objects that a run made at an endpoint which is not its own. */
export interface CleanUp {
  readonly deleted: number;
  /** Paths of what could not be deleted, each with the reason. */
  readonly left: readonly string[];
}

/** A run at an endpoint that others use too: its names are its own, and it writes to nothing that it did not make. */
export interface Guest {
  /** What its names end in at the endpoint. */
  readonly mark: string;
  /** A client that sends unique names, remembers what it creates, and refuses writes to anything else. */
  wrap(client: ScimClient): ScimClient;
  /** Deletes what the run made and is still there: groups, then users. The client must still be open. */
  cleanUp(): Promise<CleanUp>;
}

const typeOf = (path: string): ObjectType => (path.startsWith('/Groups') ? 'Group' : 'User');

/** What a run made at the endpoint. */
interface Ledger {
  /** Paths of what was created. */
  readonly paths: Set<string>;
  /** What may have been created, by its name: no answer told its id. */
  readonly creations: Map<string, Creation>;
}

/** A creation whose resource is not known. */
interface Creation {
  readonly type: ObjectType;
  readonly name: string;
  /**
   * What came of it, in short; null: it was in conflict with what is there, and made nothing unless its name is found.
   */
  readonly doubt: string | null;
}

/** Names are unique to the run, so that a server may change their case. */
const keyOf = (type: ObjectType, name: string): string => `${type} ${name.trim().toLowerCase()}`;

/** Begins a run at an endpoint. */
export function createGuest(): Guest {
  const mark = `-e${randomBytes(3).toString('hex')}`;
  const names = uniqueNames(mark);
  const ledger: Ledger = { paths: new Set(), creations: new Map() };
  let open: ScimClient | null = null;
  return {
    mark,
    wrap: (client) => {
      open = client;
      const owned = ownOnly(client, ledger);
      return {
        ...owned,
        read: async (request, ...rest) => names.received(await owned.read(names.sent(request), ...rest)),
        write: async (request, ...rest) => names.received(await owned.write(names.sent(request), ...rest)),
      };
    },
    cleanUp: async () => {
      const end = open === null ? { deleted: 0, left: [] } : await deleteAll(ledger, open);
      ledger.paths.clear();
      ledger.creations.clear();
      return end;
    },
  };
}

/** A client that remembers what it creates, and refuses writes to anything else. */
function ownOnly(client: ScimClient, ledger: Ledger): ScimClient {
  return {
    ...client,
    read: async (request, ...rest) => {
      const response = await client.read(request, ...rest);
      for (const resource of resourcesIn(response)) learn(ledger, typeOf(request.path), resource);
      return response;
    },
    write: async (request, ...rest) => {
      const isCreation = request.method === 'POST';
      if (!isCreation) requireOwn(request, ledger);
      const response = await client.write(request, ...rest);
      if (isCreation) noteCreation(request, response, ledger);
      else if (request.method === 'DELETE' && isGone(response)) ledger.paths.delete(request.path);
      return response;
    },
  };
}

function requireOwn({ path, method }: WriteRequest, { paths }: Ledger): void {
  if (paths.has(path)) return;
  throw new ConfigurationError([
    issueOf(
      'target',
      `the endpoint led to ${path}, which this simulation did not make: the ${method} is not sent; a query by a name must be answered with the resource of that name alone`,
    ),
  ]);
}

/**
 * A creation that was refused made nothing. One in conflict, or without an answer that tells, may have made something;
 * what an answer shows under another name is not taken for the run's own.
 */
function noteCreation({ path, body }: WriteRequest, response: ScimResponse, ledger: Ledger): void {
  const { status = 0 } = response.kind === 'answer' ? response : {};
  if (status >= 400 && status < 500 && status !== 409) return;
  const type = typeOf(path);
  const name = String(body?.[REQUIRED_NAME[type]] ?? '');
  const doubt = status === 409 ? null : reasonOf(response);
  ledger.creations.set(keyOf(type, name), { type, name, doubt });
  for (const resource of resourcesIn(response))
    learn(
      ledger,
      type,
      memberOf(resource, REQUIRED_NAME[type]) === undefined
        ? { ...resource, [REQUIRED_NAME[type]]: name }
        : resource,
    );
}

/** Learns the id of what was created under its name. */
function learn({ creations, paths }: Ledger, type: ObjectType, resource: JsonObject): void {
  const key = keyOf(type, String(memberOf(resource, REQUIRED_NAME[type]) ?? ''));
  const id = readId(resource);
  if (id === null || !creations.has(key)) return;
  paths.add(resourcePath(type, id));
  creations.delete(key);
}

/** Deletes groups, then users. What is not known to be gone is left. */
async function deleteAll(ledger: Ledger, client: ScimClient): Promise<CleanUp> {
  const left: string[] = [];
  let deleted = 0;
  for (const [key, { type, name, doubt }] of ledger.creations) {
    const found = await client.read(describeFind(type, attributePath(REQUIRED_NAME[type]), name));
    const resources = resourcesIn(found);
    for (const resource of resources) learn(ledger, type, resource);
    if (!ledger.creations.has(key)) continue;
    if (found.kind !== 'answer' || found.status !== 200)
      left.push(`${endpointPath(type)} ${name}: ${reasonOf(found)}`);
    else if (resources.length > 0)
      left.push(`${endpointPath(type)} ${name}: found, and shown without a usable id or with another name`);
    else if (doubt !== null)
      left.push(`${endpointPath(type)} ${name}: answered ${doubt}, and not found; look whether it is there`);
  }
  const paths = [...ledger.paths].sort((one, other) => one.localeCompare(other));
  for (const path of paths) {
    const response = await client.write({ method: 'DELETE', path, query: '', body: null });
    if (isGone(response)) deleted += 1;
    else left.push(`${path}: ${reasonOf(response)}`);
  }
  return { deleted, left };
}

/** An error that ended a run, with what the run left at the endpoint. */
export function withLeft(error: unknown, { left }: CleanUp): unknown {
  if (!(error instanceof ConfigurationError) || left.length === 0) return error;
  return new ConfigurationError([
    ...error.issues,
    ...left.map((one) =>
      issueOf('target', `could not be deleted at the endpoint, delete it yourself: ${one}`),
    ),
  ]);
}

const isGone = (response: ScimResponse): boolean =>
  response.kind === 'answer' && (response.status < 300 || response.status === 404 || response.status === 410);

const reasonOf = (response: ScimResponse): string =>
  response.kind === 'answer' ? String(response.status) : response.message;

/** The resources of an answer: a list, or one. */
function resourcesIn(response: ScimResponse): readonly JsonObject[] {
  const body = response.kind === 'answer' && response.status < 300 ? response.body : null;
  if (!isJsonObject(body)) return [];
  const list: readonly Json[] = Array.isArray(body.Resources) ? body.Resources : [body];
  return list.filter(isJsonObject);
}
