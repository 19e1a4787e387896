import type { TargetRequest } from '../../src/target/http/message.ts';
import { USER } from './client.ts';

/** A request of each kind, with what it is answered where there are a user u-1 called a@x and a group g-1. */
export interface SampleRequest {
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
  readonly status: number;
  /** The same request as a fault sees it. */
  readonly request: TargetRequest;
}

const sample = (method: string, path: string, status: number, body?: object): SampleRequest => {
  const url = new URL(path, 'http://target');
  const [, endpoint, id = null] = url.pathname.split('/');
  const query = Object.fromEntries(url.searchParams);
  return {
    method,
    path,
    body,
    status,
    request: { method, endpoint, id, query, body: null, baseUrl: '' } as TargetRequest,
  };
};

/** One request of each kind, none of which needs what an earlier one took away. */
export const SAMPLES: readonly SampleRequest[] = [
  sample('GET', '/Users', 200),
  sample('GET', '/Users?filter=userName+eq+%22a%40x%22', 200),
  sample('GET', '/Users/u-1', 200),
  sample('GET', '/Groups/g-1?excludedAttributes=members', 200),
  sample('GET', '/ServiceProviderConfig', 200),
  sample('POST', '/Users', 201, { schemas: [USER], userName: 'b@x' }),
  sample('PATCH', '/Users/u-1', 200, { Operations: [{ op: 'replace', path: 'title', value: 'T' }] }),
  sample('DELETE', '/Users/u-1', 204),
];
