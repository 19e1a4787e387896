import type { JsonObject } from '../../src/model/json.ts';
import type { StruckRequest } from '../support/deadly-proxy.ts';

const GUID = /eq\+%22[0-9a-f]{8}-[0-9a-f]{4}-/;

/** What a request of a cycle is about, in words. */
export const kindOf = ({ method, url, body }: StruckRequest): string => {
  const type = url.includes('/Groups') ? 'group' : 'user';
  if (method === 'GET') return GUID.test(url) ? 'probe' : `match a ${type}`;
  if (method === 'POST') return `create a ${type}`;
  if (method === 'DELETE') return `delete a ${type}`;
  const paths = operationsIn(body).map(({ path }) => String(path));
  if (paths.some((path) => path.endsWith('manager'))) return 'set a manager';
  if (paths.some((path) => path.startsWith('members'))) return 'change memberships';
  return paths.includes('active') ? 'disable a user' : `update a ${type}`;
};

/** The name that a creation gives. */
export const createdName = (body: JsonObject): string => String(body.userName ?? body.displayName);

const operationsIn = (body: string): readonly JsonObject[] =>
  (JSON.parse(body) as { readonly Operations?: readonly JsonObject[] }).Operations ?? [];
