import type { OAuth2ClientCredentials } from '../../../model/job.ts';
import type { HttpRequest } from '../send.ts';
import { basic } from './http-request.ts';

/** The one request that is made of a token endpoint. */
export interface TokenRequest extends HttpRequest {
  readonly method: 'POST';
  /** Scheme, host and port. */
  readonly origin: string;
}

/**
 * Describes the request for a token. In the header, id and secret are joined as they are: the service is documented
 * to do so, while RFC 6749 would have each form-encoded before.
 *
 * @see RFC 6749 §4.4.2 and §2.3.1
 */
export function describeTokenRequest({
  tokenUrl,
  clientId,
  clientSecret,
  scope,
  credentialLocation,
}: OAuth2ClientCredentials): TokenRequest {
  const { origin, pathname, search } = new URL(tokenUrl);
  const inForm = credentialLocation === 'body';
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope === null ? {} : { scope }),
    ...(inForm ? { client_id: clientId, client_secret: clientSecret } : {}),
  });
  return {
    method: 'POST',
    origin,
    path: pathname,
    query: search.slice(1),
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      ...(inForm ? {} : { Authorization: basic(clientId, clientSecret) }),
    },
    body: form.toString(),
  };
}
