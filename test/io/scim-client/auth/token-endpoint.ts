import type { OAuth2ClientCredentials } from '../../../../src/model/job.ts';
import { http, type RawTarget, type Reply, startRawTarget } from '../raw-target.ts';

/** Client credentials as fixtures/wire has them. */
export const credentials = (
  tokenUrl: string,
  given: Partial<OAuth2ClientCredentials> = {},
): OAuth2ClientCredentials => ({
  type: 'oauth2',
  tokenUrl,
  clientId: 'cid',
  clientSecret: 's3cret',
  scope: null,
  credentialLocation: 'header',
  ...given,
});

/** The bytes of an answer that issues a token. */
export const issued = (token: string, more: object = { expires_in: 3600 }): string =>
  http(200, JSON.stringify({ access_token: token, token_type: 'Bearer', ...more }));

/** Starts a token endpoint that issues `T1`, `T2`, … */
export const startTokenEndpoint = (
  reply: Reply = (socket, { nth }) => socket.write(issued(`T${nth + 1}`)),
): Promise<RawTarget> => startRawTarget(reply);
