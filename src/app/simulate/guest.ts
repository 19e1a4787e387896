import { randomBytes } from 'node:crypto';
import type { ScimClient } from '../../io/scim-client/scim-client.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { WriteRequest } from '../../model/scim.ts';
import { REQUIRED_NAME } from '../../scim/resource.ts';
import { type CleanUp, createOwnObjects, type OwnObjects } from '../../verify/own-objects.ts';
import { uniqueNames } from './unique-names.ts';

/** A run at an endpoint that others use too: its names are its own, and it writes to nothing that it did not make. */
export interface Guest {
  /** What its names end in at the endpoint. */
  readonly mark: string;
  /** A client that sends unique names, remembers what it creates, and refuses writes to anything else. */
  wrap(client: ScimClient): ScimClient;
  /** Deletes what the run made and is still there: groups, then users. The client must still be open. */
  cleanUp(): Promise<CleanUp>;
}

/** Begins a run at an endpoint. */
export function createGuest(): Guest {
  const mark = `-e${randomBytes(3).toString('hex')}`;
  const names = uniqueNames(mark);
  const own = createOwnObjects(mark);
  let open: ScimClient | null = null;
  return {
    mark,
    wrap: (client) => {
      open = client;
      const owned = ownOnly(client, own);
      return {
        ...owned,
        read: async (request, ...rest) => names.received(await owned.read(names.sent(request), ...rest)),
        write: async (request, ...rest) => names.received(await owned.write(names.sent(request), ...rest)),
      };
    },
    cleanUp: async () => {
      const client = open;
      if (client === null) return { deleted: 0, left: [] };
      return own.cleanUp((request) =>
        request.method === 'GET'
          ? client.read({ ...request, method: 'GET' })
          : client.write({ ...request, method: request.method }),
      );
    },
  };
}

/** A client that remembers what it creates, and refuses writes to anything else. */
function ownOnly(client: ScimClient, own: OwnObjects): ScimClient {
  return {
    ...client,
    read: async (request, ...rest) => {
      const response = await client.read(request, ...rest);
      own.learn(request.path, response);
      return response;
    },
    write: async (request, ...rest) => {
      const { method, path, body } = request;
      const type = path.startsWith('/Groups') ? 'Group' : 'User';
      const name = String(body?.[REQUIRED_NAME[type]] ?? '');
      if (method === 'POST') own.creating(type, name);
      else requireOwn(request, own);
      const response = await client.write(request, ...rest);
      if (method === 'POST') own.answered(type, name, response);
      else if (method === 'DELETE') own.deleted(path, response);
      return response;
    },
  };
}

function requireOwn({ path, method }: WriteRequest, own: OwnObjects): void {
  if (own.has(path)) return;
  throw new ConfigurationError([
    issueOf(
      'target',
      `the endpoint led to ${path}, which this simulation did not make: the ${method} is not sent; a query by a name must be answered with the resource of that name alone`,
    ),
  ]);
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
