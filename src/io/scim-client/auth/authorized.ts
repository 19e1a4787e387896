import type { Authentication } from '../../../model/job.ts';
import type { World } from '../../../model/ports.ts';
import type { NoAnswer, ScimResponse } from '../../../model/scim.ts';
import { unlessAborted } from '../flow/elapsed-time.ts';
import type { HttpRequest, Send } from '../send.ts';
import { basic, bearer, describeHttpRequest, type WireDialect } from './http-request.ts';
import { createTokenCache } from './token-cache.ts';
import { openTokenEndpoint, type TokenEndpoint, type TokenEndpointOptions } from './token-endpoint.ts';

/** Gives each request its credentials. */
export interface Authorization {
  /**
   * The `Authorization` header for a request that is sent now, or why there is none.
   * @throws the reason of the signal, when it is aborted while a token is awaited
   */
  header(signal: AbortSignal): Promise<string | NoAnswer>;
  /** Notes that a request was accepted with a header. */
  accepted(header: string): void;
  /** Notes that a request was refused with a header; returns whether another header may succeed. */
  refused(header: string): boolean;
  close(): void;
}

/** Makes an authorization whose credentials never change. */
const sameForAll = (header: string): Authorization => ({
  header: async () => header,
  accepted: () => {},
  refused: () => false,
  close: () => {},
});

/** Makes an authorization that renews its token. */
const withTokens = (endpoint: TokenEndpoint, world: World): Authorization => {
  const tokens = createTokenCache(endpoint.issue, world);
  const tokenIn = (header: string): string => header.slice(bearer('').length);
  return {
    header: async (signal) => {
      const token = await unlessAborted(tokens.token, signal);
      return typeof token === 'string' ? bearer(token) : token;
    },
    accepted: (header) => tokens.accepted(tokenIn(header)),
    refused: (header) => tokens.refused(tokenIn(header)),
    close: endpoint.close,
  };
};

/** Opens the authorization of a job. The first request fetches the first token. */
export function openAuthorization(auth: Authentication, options: TokenEndpointOptions): Authorization {
  switch (auth.type) {
    case 'bearer':
      return sameForAll(bearer(auth.secretToken));
    case 'basic':
      return sameForAll(basic(auth.username, auth.password));
    case 'oauth2':
      return withTokens(openTokenEndpoint(auth, options), options.world);
  }
}

/** Sends requests with credentials. A 401 is sent once more with new credentials, where those can be renewed. */
export function authorized(
  send: Send<HttpRequest>,
  authorization: Authorization,
  dialect: WireDialect,
): Send {
  const sendWith = async (
    isAgain: boolean,
    [request, about, signal]: Parameters<Send>,
  ): Promise<ScimResponse> => {
    const header = await authorization.header(signal);
    if (typeof header !== 'string') return header;
    const response = await send(describeHttpRequest(request, header, dialect), about, signal);
    if (response.kind === 'noAnswer') return response;
    if (response.status !== 401) authorization.accepted(header);
    else if (authorization.refused(header) && !isAgain) return sendWith(true, [request, about, signal]);
    return response;
  };
  return (...sending) => sendWith(false, sending);
}
