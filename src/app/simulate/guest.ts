import { randomBytes } from 'node:crypto';
import type { ScimClient } from '../../io/scim-client/scim-client.ts';
import type { ObjectType } from '../../model/directory.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { attributePath } from '../../model/identifiers.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { ScimResponse, WriteRequest } from '../../model/scim.ts';
import { describeFind, endpointPath, resourcePath } from '../../scim/request.ts';
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

const NAMING: Readonly<Record<ObjectType, string>> = { User: 'userName', Group: 'displayName' };

const typeOf = (path: string): ObjectType => (path.startsWith('/Groups') ? 'Group' : 'User');

/** What a run made, by the names that it has at the endpoint. */
interface Ledger {
  /** Paths of what was created. */
  readonly paths: Set<string>;
  /** Names of what may have been created: no answer told its id. */
  readonly names: Map<string, ObjectType>;
}

/** Begins a run at an endpoint. */
export function createGuest(): Guest {
  const mark = `-e${randomBytes(3).toString('hex')}`;
  const names = uniqueNames(mark);
  const ledger: Ledger = { paths: new Set(), names: new Map() };
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
      ledger.names.clear();
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

/** A creation that was refused made nothing. One in conflict, or without an answer that tells, may have made something. */
function noteCreation({ path, body }: WriteRequest, response: ScimResponse, ledger: Ledger): void {
  const { status = 0 } = response.kind === 'answer' ? response : {};
  if (status >= 400 && status < 500 && status !== 409) return;
  const type = typeOf(path);
  ledger.names.set(String(body?.[NAMING[type]] ?? ''), type);
  for (const resource of resourcesIn(response)) learn(ledger, type, resource);
}

/** Learns the id of what was created under its name. */
function learn({ names, paths }: Ledger, type: ObjectType, resource: JsonObject): void {
  const name = String(resource[NAMING[type]] ?? '');
  if (names.get(name) !== type || typeof resource.id !== 'string') return;
  paths.add(resourcePath(type, resource.id));
  names.delete(name);
}

/** Deletes groups, then users. */
async function deleteAll(ledger: Ledger, client: ScimClient): Promise<CleanUp> {
  const left: string[] = [];
  let deleted = 0;
  for (const [name, type] of ledger.names) {
    const found = await client.read(describeFind(type, attributePath(NAMING[type]), name));
    if (found.kind !== 'answer' || found.status !== 200)
      left.push(`${endpointPath(type)} ${name}: ${reasonOf(found)}`);
    for (const resource of resourcesIn(found)) learn(ledger, type, resource);
  }
  const paths = [...ledger.paths].sort((one, other) => one.localeCompare(other));
  for (const path of paths) {
    const response = await client.write({ method: 'DELETE', path, query: '', body: null });
    if (isGone(response)) deleted += 1;
    else left.push(`${path}: ${reasonOf(response)}`);
  }
  return { deleted, left };
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
