import type { OAuth2ClientCredentials } from '../../../model/job.ts';
import type { World } from '../../../model/ports.ts';
import type { NoAnswer, ScimResponse } from '../../../model/scim.ts';
import { knownSecrets, type Secrets } from '../../secrets/secrets.ts';
import type { ElapsedTime } from '../flow/elapsed-time.ts';
import { retrying } from '../flow/retrying.ts';
import { type ExchangeListeners, recorded } from '../record/recorded.ts';
import type { HttpRequest } from '../send.ts';
import { createTransport } from '../wire/switching-transport.ts';
import type { Destination } from '../wire/transport.ts';
import { basic } from './http-request.ts';
import { type AccessToken, readTokenAnswer } from './token-answer.ts';

/** The request for a token. */
interface TokenRequest extends HttpRequest {
  readonly method: 'POST';
  /** Scheme, host and port. */
  readonly origin: string;
}

/**
 * Describes the request for a token. The header joins id and secret unencoded, as the service is documented to do;
 * RFC 6749 form-encodes each first, and forbids to send both, which the portal offers.
 * @see RFC 6749 §4.4.2 and §2.3.1; Entra "Develop a SCIM endpoint", OAuth client credentials
 */
export function describeTokenRequest({
  tokenUrl,
  clientId,
  clientSecret,
  scope,
  credentialLocation,
}: OAuth2ClientCredentials): TokenRequest {
  const { origin, pathname, search } = new URL(tokenUrl);
  const inForm = credentialLocation !== 'header';
  const inHeader = credentialLocation !== 'body';
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
      ...(inHeader ? { Authorization: basic(clientId, clientSecret) } : {}),
    },
    body: form.toString(),
  };
}

/** Issues tokens. */
export interface TokenEndpoint {
  /** Asks for a token; never throws. */
  issue(): Promise<AccessToken | NoAnswer>;
  /** Asks for a token, and gives the answer itself; never throws. */
  ask(): Promise<ScimResponse>;
  close(): void;
}

/** What a token endpoint needs. */
export interface TokenEndpointOptions extends Pick<Destination, 'timeoutMs' | 'proxy' | 'tls'> {
  readonly world: World;
  readonly time: ElapsedTime;
  readonly secrets: Secrets;
  readonly listeners: ExchangeListeners;
  /** Once aborted, no request is sent. */
  readonly closing: AbortSignal;
}

const isToken = (response: ScimResponse): boolean =>
  response.kind === 'answer' && typeof readTokenAnswer(response) !== 'string';

/** Opens the token endpoint of a job; retries it like a target. */
export function openTokenEndpoint(
  auth: OAuth2ClientCredentials,
  { timeoutMs, proxy, tls, world, time, secrets, listeners, closing }: TokenEndpointOptions,
): TokenEndpoint {
  const { origin, ...request } = describeTokenRequest(auth);
  const transport = createTransport({ baseUrl: origin, concurrency: 1, timeoutMs, proxy, tls });
  const heard = recorded(transport, {
    baseUrl: origin,
    world,
    mask: secrets.mask,
    listeners,
    learn: (response) => {
      const token = response.kind === 'answer' ? readTokenAnswer(response) : '';
      if (typeof token === 'string') return;
      secrets.learnIssued(token.value);
      knownSecrets.learnIssued(token.value);
    },
    isFit: (_request, response) => isToken(response),
  });
  const ask = retrying(heard, { time, random: world.random, honourRetryAfter: true, closing });

  const failure = (fact: string, durationMs: number): NoAnswer => ({
    kind: 'noAnswer',
    cause: 'token',
    message: secrets.mask(`the token endpoint ${origin}${request.path} ${fact}`),
    durationMs,
  });

  const answer = async (): Promise<ScimResponse> => {
    try {
      return await ask(request, null, closing);
    } catch (error) {
      if (closing.aborted) return failure('was not asked again: the client was closed', 0);
      throw error;
    }
  };

  return {
    ask: answer,
    issue: async () => {
      const response = await answer();
      const { durationMs } = response;
      if (response.kind === 'noAnswer')
        return response.cause === 'token'
          ? response
          : failure(`gave no answer (${response.cause}): ${response.message}`, durationMs);
      const token = readTokenAnswer(response);
      if (typeof token === 'string') return failure(token, durationMs);
      return token;
    },
    close: transport.close,
  };
}
