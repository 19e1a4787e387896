import { isJsonObject, type Json } from '../../model/json.ts';
import type { Answered, IssuedToken } from '../../model/scim.ts';
import type { Check } from '../check.ts';
import { lesser, requireCount, requireScimError } from '../expect.ts';
import { quoted, quotedValue } from '../quoted.ts';
import { daysUntil } from '../subject.ts';
import type { Trial } from '../trial.ts';
import { Broken, NotTested, Unmet } from '../verdict.ts';

/** Credentials: that they are asked for, and how long they last. */
export const AUTHENTICATION_CHECKS: readonly Check[] = [
  {
    id: 'AUTH-01',
    title: 'refuses wrong credentials',
    severity: 'must',
    readsOnly: true,
    requests: ['GET /Users?filter={matching attribute} eq "{random GUID}" with a wrong token'],
    criterion: '401',
    why: 'Anyone can read and change the users of an endpoint that takes any token. And where a wrong token is answered with an empty list, a mistake while tokens are replaced reads as: nobody is there, create everybody.',
    fix: 'Compare the token before anything else, and answer 401 where it is wrong.',
    pseudocode: `unless constant_time_equal(request.bearer_token, expected): respond 401, scim_error(401)`,
    sources: ['RFC 7644 §2', 'RFC 6750 §3.1', 'Entra "Application provisioning in quarantine status"'],
    alsoTestedBy: { okta: 'bad token' },
    run: async (trial) => {
      requireRefusal(await trial.probe('User', { credentials: 'wrong' }), 'A wrong token');
    },
  },
  {
    id: 'AUTH-02',
    title: 'refuses requests without credentials',
    severity: 'must',
    readsOnly: true,
    requests: ['GET /Users?filter={matching attribute} eq "{random GUID}" without Authorization'],
    criterion: '401',
    why: 'Without it, anyone who knows the URL can read and change the users.',
    fix: 'Answer 401 where the Authorization header is absent, on every path.',
    pseudocode: `if request.authorization is absent: respond 401, scim_error(401)`,
    sources: ['RFC 7644 §2', 'RFC 9110 §11.6.1'],
    run: async (trial) => {
      requireRefusal(await trial.probe('User', { credentials: 'none' }), 'A request without credentials');
    },
  },
  {
    id: 'AUTH-03',
    title: 'explains refused credentials as a SCIM error',
    severity: 'info',
    requires: ['AUTH-01'],
    readsOnly: true,
    requests: ['GET /Users?filter={matching attribute} eq "{random GUID}" with a wrong token'],
    criterion: 'a JSON body with the schema of errors, and status as the text "401"',
    why: 'The provisioning log quotes the detail of an error, so that an administrator sees what is wrong.',
    fix: 'Answer 401 from the same place as other SCIM errors, not from the login of the web framework.',
    pseudocode: `respond 401, { schemas: [SCIM_ERROR], status: "401", detail: "The token has expired" }`,
    sources: ['RFC 7644 §3.12'],
    alsoTestedBy: { okta: 'bad token' },
    run: async (trial) => {
      const answered = await trial.probe('User', { credentials: 'wrong' });
      requireScimError(answered, 'The refusal of a wrong token');
    },
  },
  {
    id: 'AUTH-04',
    title: 'issues tokens for client credentials',
    severity: 'must',
    needs: ['clientCredentials'],
    readsOnly: true,
    requests: ['POST {token endpoint} grant_type=client_credentials'],
    criterion: '200 with access_token, token_type Bearer, and expires_in as a number',
    why: 'Without a token nothing is sent. Without its lifetime it is used until a request is refused.',
    fix: 'Answer the grant as OAuth 2.0 defines it, and take the credentials where the job sends them.',
    pseudocode: `respond 200, { access_token: token, token_type: "Bearer", expires_in: 3600 }`,
    sources: ['RFC 6749 §4.4.3 and §5.1', 'Entra "Develop and plan provisioning for a SCIM endpoint"'],
    alsoTestedBy: { gallery: 'Validate_Credentials' },
    run: async (trial) => {
      const issued = await issueToken(trial);
      const { status, refusal, tokenType, expiresIn } = issued;
      const facts = [
        ...(status === 200 || refusal !== null ? [] : [`it answers ${status} instead of 200`]),
        ...(refusal === null ? [] : [`it ${quoted(refusal)}`]),
        ...(refusal !== null || isBearer(tokenType)
          ? []
          : [`token_type is ${quotedValue(tokenType)} instead of Bearer`]),
        ...(refusal !== null || typeof expiresIn === 'number'
          ? []
          : [`expires_in is ${quotedValue(expiresIn)} instead of a number`]),
      ];
      if (facts.length === 0) return;
      throw new Unmet(`The token endpoint: ${facts.join(', ')}`, { decisive: issued });
    },
  },
  {
    id: 'AUTH-05',
    title: 'issues tokens that last one to six hours',
    severity: 'should',
    mustFor: ['gallery'],
    needs: ['clientCredentials'],
    requires: ['AUTH-04'],
    readsOnly: true,
    requests: ['POST {token endpoint} grant_type=client_credentials'],
    criterion: 'expires_in is at least 3600 and at most 21600',
    why: 'The application gallery demands it: a shorter life makes a cycle ask for tokens again and again, a longer one keeps a lost token usable.',
    fix: 'Set the lifetime of access tokens to between 60 and 360 minutes.',
    pseudocode: `expires_in = 3600`,
    sources: ['Entra "Requirements for user provisioning of gallery applications"'],
    alsoTestedBy: { gallery: 'Validate_Credentials' },
    run: async (trial) => {
      const issued = await issueToken(trial);
      const seconds = Number(issued.expiresIn);
      if (seconds >= LEAST_LIFE_S && seconds <= MOST_LIFE_S) return;
      throw new Unmet(
        `expires_in is ${quotedValue(issued.expiresIn)}; expected ${LEAST_LIFE_S} to ${MOST_LIFE_S}`,
        {
          decisive: issued,
        },
      );
    },
  },
  {
    id: 'AUTH-06',
    title: 'takes an earlier token after a newer one was issued',
    severity: 'should',
    needs: ['clientCredentials'],
    requires: ['AUTH-04', 'CONN-01'],
    readsOnly: true,
    requests: [
      'POST {token endpoint} grant_type=client_credentials',
      'GET /Users?filter={matching attribute} eq "{random GUID}" with the earlier token, then with the newer one',
    ],
    criterion: 'as CONN-01, with both tokens',
    why: 'Renewals overlap: requests that are under way carry the earlier token.',
    fix: 'Let a token end by its own lifetime; revoke none when another is issued.',
    pseudocode: `issue(client): insert token      # no deletion of other tokens of the client`,
    sources: ['RFC 6749 §5.1', 'RFC 7009 §2'],
    run: async (trial) => {
      // The job has its token before another is issued.
      requireCount(await trial.probe('User'), 0, 'The query with a token');
      await issueToken(trial);
      requireCount(
        await trial.probe('User'),
        0,
        'After a newer token was issued, the query with the earlier one',
      );
      requireCount(await trial.probe('User', { credentials: 'newest' }), 0, 'The query with the newer token');
    },
  },
  {
    id: 'AUTH-07',
    title: 'has a token with more than 30 days left',
    severity: 'info',
    needs: ['credentialEnd'],
    readsOnly: true,
    requests: [],
    criterion: 'exp of the token, where it is a JWT, is more than 30 days ahead',
    why: 'A token that ends unnoticed stops provisioning, and puts the job into quarantine.',
    fix: 'Issue a new token and enter it before the old one ends; or use client credentials.',
    pseudocode: `remind_before(token.exp, 30 days)`,
    sources: ['RFC 7519 §4.1.4', 'Entra "Application provisioning in quarantine status"'],
    run: async (trial) => {
      const { credentialEndsAt } = trial.subject;
      if (credentialEndsAt === null) return;
      const days = daysUntil(trial.subject, credentialEndsAt);
      if (days < 0) throw new Unmet(`The token ended on ${credentialEndsAt}`);
      if (days <= LEAST_DAYS)
        throw new Unmet(
          `The token ends on ${credentialEndsAt}, in ${days} days; expected more than ${LEAST_DAYS}`,
        );
      trial.note(`the token ends on ${credentialEndsAt}`);
    },
  },
];

const LEAST_LIFE_S = 3_600;
const MOST_LIFE_S = 21_600;

/** Days that a token should last at least. */
const LEAST_DAYS = 30;

const isBearer = (type: Json | undefined): boolean =>
  typeof type === 'string' && type.toLowerCase() === 'bearer';

/** Asks for one more token. @throws {Broken} where the token endpoint gives no answer */
async function issueToken({ prober }: Trial): Promise<IssuedToken> {
  const issued = await prober.issueToken();
  if (issued === null) throw new NotTested('the job has no token endpoint');
  if ('kind' in issued) throw new Broken(`no token (${issued.cause}): ${quoted(issued.message)}`);
  return issued;
}

/** Requires that a request was refused for its credentials. */
function requireRefusal(answered: Answered, what: string): void {
  const { status, body } = answered.response;
  if (status === 401) return;
  if (status === 403) throw lesser(`${what} is answered 403 instead of 401`, answered);
  const isTaken = status < 300 && isJsonObject(body);
  throw new Unmet(`${what} is ${isTaken ? 'accepted' : 'answered'} (${status}); expected 401`, {
    decisive: answered,
  });
}
