import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { OAuth2ClientCredentials } from '../../../src/model/job.ts';
import { startTarget } from '../../../src/target/start.ts';
import { type Alter, scimError, startAltered } from '../../support/altered-target.ts';
import { outcomeOf } from '../../support/verify-altered.ts';
import { verifyAt } from '../../support/verify-at.ts';

const TOKENS = ['AUTH-04', 'AUTH-05', 'AUTH-06'];

/** How a token endpoint answers, besides the token; a number is a status. */
type Issuing = Readonly<Record<string, unknown>> | number;

/** Runs checks against a target behind a token endpoint; each of its tokens is `issued-1`, `issued-2`… */
async function verifyWithTokens(
  issuing: Issuing,
  { only = TOKENS, areRevoked = false, profile = 'entra' as 'entra' | 'gallery' } = {},
) {
  let count = 0;
  const tokens = createServer((_request, response) => {
    count += 1;
    const isRefused = typeof issuing === 'number';
    response.writeHead(isRefused ? issuing : 200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        isRefused ? { error: 'invalid_client' } : { access_token: `issued-${count}-secret`, ...issuing },
      ),
    );
  });
  await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve));
  const target = await startTarget();
  const alter: Alter = ({ authorization }, pass) => {
    const number = Number(/issued-(\d+)/.exec(authorization ?? '')?.[1] ?? 0);
    const isTaken = number > 0 && (!areRevoked || number === count);
    return isTaken ? pass() : scimError(401);
  };
  const front = await startAltered(target, alter, target.token);
  const auth: OAuth2ClientCredentials = {
    type: 'oauth2',
    tokenUrl: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`,
    clientId: 'client',
    clientSecret: 'client-secret-of-test',
    scope: null,
    credentialLocation: 'body',
  };
  try {
    return await verifyAt({ baseUrl: front.baseUrl, auth, request: { only, profile } });
  } finally {
    await front.stop();
    await target.stop();
    tokens.closeAllConnections();
    tokens.close();
  }
}

const outcomes = async (...args: Parameters<typeof verifyWithTokens>) =>
  (await verifyWithTokens(...args)).result.results.map((one) => outcomeOf([one]));

describe('the checks of a token endpoint', () => {
  it('pass where tokens last an hour, and none is in the exchanges of the run', async () => {
    const { result, exchanges } = await verifyWithTokens({ token_type: 'Bearer', expires_in: 3600 });
    expect(result.results.map((one) => outcomeOf([one]))).toEqual(['pass', 'pass', 'pass']);
    expect(JSON.stringify([result, exchanges])).not.toMatch(/issued-\d|client-secret-of-test/);
  });

  it('fail where the credentials are refused', async () => {
    expect(await outcomes(401, { only: ['AUTH-04'] })).toEqual([
      'fail: The token endpoint: it answered 401: invalid_client',
    ]);
  });

  it('name what a token is issued without', async () => {
    expect(await outcomes({ expires_in: '3600' }, { only: ['AUTH-04', 'AUTH-05'] })).toEqual([
      'fail: The token endpoint: token_type is absent instead of Bearer, expires_in is "3600" instead of a number',
      'skip: AUTH-04 failed',
    ]);
  });

  it.each([300, 86_400])('warn where tokens last %i seconds, and fail for the gallery', async (seconds) => {
    const issuing = { token_type: 'bearer', expires_in: seconds };
    const fact = `expires_in is ${seconds}; expected 3600 to 21600`;
    expect(await outcomes(issuing, { only: ['AUTH-05'] })).toEqual([`warn: ${fact}`]);
    expect(await outcomes(issuing, { only: ['AUTH-05'], profile: 'gallery' })).toEqual([`fail: ${fact}`]);
  });

  it('warn where a new token revokes the one before', async () => {
    const issuing = { token_type: 'Bearer', expires_in: 3600 };
    const [outcome] = await outcomes(issuing, { only: ['AUTH-06'], areRevoked: true });
    expect(outcome).toMatch(
      /^warn: After a newer token was issued, the query with the earlier one is answered 401/,
    );
  });

  it('are skipped for a bearer token', async () => {
    const target = await startTarget();
    const { result } = await verifyAt({
      baseUrl: target.baseUrl,
      token: target.token,
      request: { only: [...TOKENS, 'AUTH-07'] },
    });
    await target.stop();
    expect(result.results.map(({ state }) => state)).toEqual(['skip', 'skip', 'skip', 'skip']);
  });
});

describe('the check of the end of a token', () => {
  const verifyToken = async (exp: number) => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'none' })}.${part({ exp })}.c2lnbmF0dXJl`;
    const target = await startTarget({ token });
    const { result } = await verifyAt({ baseUrl: target.baseUrl, token, request: { only: ['AUTH-07'] } });
    await target.stop();
    return result.results;
  };
  const inDays = (days: number): number => Math.round(Date.now() / 1_000 + (days + 0.5) * 86_400);

  it('passes where a JWT ends late, and says when', async () => {
    const results = await verifyToken(4_102_444_800);
    expect(outcomeOf(results)).toBe('pass');
    expect(results[0]?.notes).toEqual(['the token ends on 2100-01-01T00:00:00.000Z']);
  });

  it('warns where it ends soon, or has ended', async () => {
    expect(outcomeOf(await verifyToken(inDays(20)))).toMatch(
      /^warn: The token ends on .*, in 20 days; expected more than 30$/,
    );
    expect(outcomeOf(await verifyToken(946_684_800))).toBe(
      'warn: The token ended on 2000-01-01T00:00:00.000Z',
    );
  });
});
