import type { Authentication } from '../../../model/job.ts';
import type { World } from '../../../model/ports.ts';
import type { NoAnswer } from '../../../model/scim.ts';
import { unlessAborted } from '../flow/elapsed-time.ts';
import { basic, bearer } from '../wire/request-headers.ts';
import { createTokenCache } from './token-cache.ts';
import { openTokenEndpoint, type TokenEndpoint, type TokenEndpointOptions } from './token-endpoint.ts';

/** Gives each request its credentials. */
export interface Authorization {
  /**
   * The value of the header for a request that is sent now, or why there is none.
   * @throws the reason of the signal, when it is aborted while a token is waited for
   */
  header(signal?: AbortSignal): Promise<string | NoAnswer>;
  /** Notes that a request was accepted with a header. */
  accepted(header: string): void;
  /** Notes that a request was refused with a header; tells whether another one may do better. */
  refused(header: string): boolean;
  close(): void;
}

/** Makes the authorization of requests that all carry the same credentials. */
const sameForAll = (header: string): Authorization => ({
  header: async () => header,
  accepted: () => {},
  refused: () => false,
  close: () => {},
});

/** Makes the authorization of requests whose token is renewed as it has to be. */
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

/** Opens what a job's requests are authorized with. Nothing is asked for before a request needs it. */
export const openAuthorization = (auth: Authentication, options: TokenEndpointOptions): Authorization => {
  switch (auth.type) {
    case 'bearer':
      return sameForAll(bearer(auth.secretToken));
    case 'basic':
      return sameForAll(basic(auth.username, auth.password));
    case 'oauth2':
      return withTokens(openTokenEndpoint(auth, options), options.world);
  }
};
