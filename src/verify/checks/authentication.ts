import { isJsonObject } from '../../model/json.ts';
import type { Answered } from '../../model/scim.ts';
import type { Check } from '../check.ts';
import { lesser, requireScimError } from '../expect.ts';
import { Unmet } from '../verdict.ts';

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
];

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
