import { randomBytes } from 'node:crypto';
import type { ScimClient } from '../../io/scim-client/scim-client.ts';
import type { ObjectType } from '../../model/directory.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { attributePath } from '../../model/identifiers.ts';
import { isJsonObject, type Json } from '../../model/json.ts';
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
  /** Deletes what the run made and is still there: groups, then users. */
  cleanUp(client: ScimClient): Promise<CleanUp>;
}

/** A resource that a creation was sent for; its id is null while no answer told it. */
interface Made {
  readonly type: ObjectType;
  readonly name: string;
  readonly id: string | null;
}

const NAMING: Readonly<Record<ObjectType, string>> = { User: 'userName', Group: 'displayName' };

const typeOf = (path: string): ObjectType => (path.startsWith('/Groups') ? 'Group' : 'User');

/** Begins a run at an endpoint. */
export function createGuest(): Guest {
  const mark = `-e${randomBytes(3).toString('hex')}`;
  const names = uniqueNames(mark);
  const made = new Map<string, Made>();

  const noteCreation = ({ path, body }: WriteRequest, response: ScimResponse): void => {
    const isRefused = response.kind === 'answer' && response.status >= 300;
    if (isRefused) return;
    const type = typeOf(path);
    const name = String(body?.[NAMING[type]] ?? '');
    const id = response.kind === 'answer' && isJsonObject(response.body) ? response.body.id : null;
    if (typeof id === 'string') made.set(resourcePath(type, id), { type, name, id });
    else made.set(`${endpointPath(type)} ${name}`, { type, name, id: null });
  };

  const requireOwn = ({ path, method }: WriteRequest): void => {
    if (made.has(path)) return;
    throw new ConfigurationError([
      issueOf(
        'target',
        `the endpoint led to ${path}, which this simulation did not make: the ${method} is not sent; a query by a name must be answered with the resource of that name alone`,
      ),
    ]);
  };

  const noteDeletion = ({ method, path }: WriteRequest, response: ScimResponse): void => {
    if (method === 'DELETE' && response.kind === 'answer' && isGone(response.status)) made.delete(path);
  };

  return {
    mark,
    wrap: (client) => ({
      ...client,
      read: async (request, about, signal) =>
        names.received(await client.read(names.sent(request), about, signal)),
      write: async (request, about, signal) => {
        if (request.method !== 'POST') requireOwn(request);
        const sent = names.sent(request);
        const response = await client.write(sent, about, signal);
        if (request.method === 'POST') noteCreation(sent, response);
        else noteDeletion(request, response);
        return names.received(response);
      },
    }),
    cleanUp: async (client) => {
      let deleted = 0;
      const left: string[] = [];
      for (const type of ['Group', 'User'] as const)
        for (const one of [...made.values()].filter((each) => each.type === type))
          for (const id of one.id === null ? await find(one, client) : [one.id]) {
            const path = resourcePath(type, id);
            const response = await client.write({ method: 'DELETE', path, query: '', body: null });
            if (response.kind === 'answer' && isGone(response.status)) deleted += 1;
            else left.push(`${path}: ${response.kind === 'answer' ? response.status : response.message}`);
          }
      made.clear();
      return { deleted, left };
    },
  };
}

const isGone = (status: number): boolean => status < 300 || status === 404 || status === 410;

/** The ids of the resources with the unique name of a creation whose answer told none. */
async function find({ type, name }: Made, client: ScimClient): Promise<readonly string[]> {
  const response = await client.read(describeFind(type, attributePath(NAMING[type]), name));
  const body = response.kind === 'answer' && response.status === 200 ? response.body : null;
  const resources: readonly Json[] =
    isJsonObject(body) && Array.isArray(body.Resources) ? body.Resources : [];
  return resources.flatMap((one) =>
    isJsonObject(one) && one[NAMING[type]] === name && typeof one.id === 'string' ? [one.id] : [],
  );
}
