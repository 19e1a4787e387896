import { afterEach } from 'vitest';
import { type RunningTarget, startTarget, type TargetOptions } from '../../src/target/start.ts';

/** An answer as tests look at it: a body of any shape. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any shape
  readonly body: any;
}

/** A target with a client that knows its token. */
export interface Client extends RunningTarget {
  /** Sends a request and gives the response as it comes, whatever its body is; redirects are not followed. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Sends a PATCH with these operations. */
  patch(path: string, ...operations: readonly object[]): Promise<Answer>;
  /** Creates a user with a userName and more, and returns its id. */
  createUser(userName: string, more?: object): Promise<string>;
  /** Creates a group and returns its id. */
  createGroup(displayName: string, members?: readonly string[]): Promise<string>;
}

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const running: RunningTarget[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((target) => target.stop()));
});

/** Starts a target that stops after the test. */
export const aTarget = async (options: TargetOptions = {}): Promise<Client> => {
  const target = await startTarget(options);
  running.push(target);
  const ask: Client['ask'] = (method, path, body, headers = {}) =>
    fetch(`${target.baseUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${target.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json; charset=utf-8' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const send: Client['send'] = async (...request) => {
    const response = await ask(...request);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    };
  };
  const create = async (path: string, body: object): Promise<string> =>
    (await send('POST', path, body)).body.id;
  return {
    ...target,
    ask,
    send,
    patch: (path, ...operations) => send('PATCH', path, { schemas: [PATCH_OP], Operations: operations }),
    createUser: (userName, more = {}) =>
      create('/Users', { userName, active: true, ...more, schemas: [USER] }),
    createGroup: (displayName, members = []) =>
      create('/Groups', { schemas: [GROUP], displayName, members: members.map((value) => ({ value })) }),
  };
};
