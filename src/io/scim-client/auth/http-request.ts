import type { Dialect } from '../../../model/dialect.ts';
import type { ScimRequest } from '../../../model/scim.ts';
import type { HttpRequest } from '../send.ts';

/** The dialect options that affect the query and headers of a request. */
export type WireDialect = Pick<Dialect, 'patch' | 'sendFlagInUrl' | 'sendAccept' | 'adScimVersion'>;

/** The value of an `Authorization` header with a token. @see RFC 6750 §2.1 */
export function bearer(token: string): string {
  return `Bearer ${token}`;
}

/** The value of an `Authorization` header with a name and a password. @see RFC 7617 §2 */
export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

/** The content type of bodies. @see RFC 7644 §3.1 */
export const SCIM_JSON = 'application/scim+json; charset=utf-8';

/** Puts the feature flag of the tenant URL first in the query, where the dialect sends it. */
const withFlag = (query: string, { patch, sendFlagInUrl }: WireDialect): string => {
  if (!sendFlagInUrl || patch === 'legacy') return query;
  return query === '' ? patch : `${patch}&${query}`;
};

/**
 * Makes all headers but `Host`, `Connection` and `Content-Length`. Like the service: no `User-Agent`, no
 * `Accept-Encoding`, and `Content-Type` only with a body. The dialect may add `Accept` and the private header
 * `ADSCIMVersion`.
 * @see RFC 7644 §3.1
 */
const headersOf = (
  authorization: string,
  { sendAccept, adScimVersion }: WireDialect,
  hasContent: boolean,
): Readonly<Record<string, string>> => ({
  Authorization: authorization,
  ...(sendAccept ? { Accept: 'application/scim+json' } : {}),
  ...(adScimVersion === null ? {} : { ADSCIMVersion: adScimVersion }),
  ...(hasContent ? { 'Content-Type': SCIM_JSON } : {}),
});

/** Describes the HTTP request that carries a SCIM request. @param authorization the value of that header */
export function describeHttpRequest(
  { method, path, query, body }: ScimRequest,
  authorization: string,
  dialect: WireDialect,
): HttpRequest {
  return {
    method,
    path,
    query: withFlag(query, dialect),
    headers: headersOf(authorization, dialect, body !== null),
    body: body === null ? null : JSON.stringify(body),
  };
}
