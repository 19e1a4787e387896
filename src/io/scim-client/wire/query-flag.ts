import type { Dialect } from '../../../model/dialect.ts';
import type { ScimRequest } from '../../../model/scim.ts';

/**
 * Puts the feature flag of the tenant URL into the query of a request, where the dialect asks for it: first, because
 * that is where it ends up when a path and a query are appended to a tenant URL that already has one.
 */
export const withFlag = <Request extends ScimRequest>(
  request: Request,
  { patch, sendFlagInUrl }: Pick<Dialect, 'patch' | 'sendFlagInUrl'>,
): Request =>
  sendFlagInUrl && patch !== 'legacy'
    ? { ...request, query: request.query === '' ? patch : `${patch}&${request.query}` }
    : request;
