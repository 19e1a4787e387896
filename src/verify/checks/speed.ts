import type { Answered } from '../../model/scim.ts';
import type { Check } from '../check.ts';
import { quotedPath } from '../quoted.ts';
import { ownName } from '../values.ts';
import { NotTested, Unmet } from '../verdict.ts';
import { quantile } from './connection.ts';

/** How the endpoint copes with many requests, and with requests at the same time. */
export const SPEED_CHECKS: readonly Check[] = [
  {
    id: 'PERF-01',
    title: 'answers 25 requests a second',
    severity: 'should',
    mustFor: ['gallery'],
    needs: ['fullRate'],
    requests: ['GET /Users/{id}, 25 times a second for four seconds'],
    criterion: 'no answer is 429 or 5xx',
    why: 'The application gallery demands this rate for each tenant. An initial cycle that is slowed down takes days.',
    fix: 'Raise the limit of requests for the token of provisioning.',
    pseudocode: `rate_limit(key: token, requests: 50, per: 1 second)`,
    sources: ['Entra "Requirements for user provisioning of gallery applications"'],
    run: async (trial) => {
      const { perSecond, seconds } = trial.subject.burst;
      const { path } = await trial.user();
      const answers: Answered[] = [];
      let refused: Answered | undefined;
      const sendAt = async (place: number): Promise<void> => {
        await trial.prober.wait((place * 1_000) / perSecond);
        if (refused !== undefined) return;
        const answered = await trial.send({ method: 'GET', path, isOnce: true });
        answers.push(answered);
        if (isTooMuch(answered)) refused ??= answered;
      };
      await Promise.all(Array.from({ length: Math.ceil(perSecond * seconds) }, (_, place) => sendAt(place)));
      const slowest = quantile(
        answers.map(({ response }) => response.durationMs),
        0.95,
      );
      trial.note(`95 of 100 reads take at most ${slowest} ms`);
      if (refused !== undefined)
        throw new Unmet(`One of ${answers.length} reads is answered ${refused.response.status}`, {
          decisive: refused,
        });
    },
  },
  {
    id: 'PERF-02',
    title: 'says when to ask again where it refuses for the rate',
    severity: 'info',
    readsOnly: true,
    requests: [],
    criterion: 'each 429 of the run has Retry-After, in seconds or as a date',
    why: 'Without it, a client guesses how long to wait.',
    fix: 'Send Retry-After with 429.',
    pseudocode: `respond 429, Retry-After: seconds_until_allowed`,
    sources: ['RFC 6585 §4', 'RFC 9110 §10.2.3'],
    run: async (trial) => {
      const throttled = trial.heard().filter(({ response }) => response.status === 429);
      if (throttled.length === 0) throw new NotTested('no answer was 429');
      const silent = throttled.find(
        ({ response, headers }) => response.retryAfterMs === null || !headers.has('retry-after'),
      );
      if (silent !== undefined)
        throw new Unmet(
          `${silent.request.method} ${quotedPath(silent.request.path)} is answered 429 without Retry-After`,
          {
            decisive: silent,
          },
        );
    },
  },
  {
    id: 'PERF-03',
    title: 'creates one user of two that are created at once with one name',
    severity: 'should',
    requires: ['USR-07'],
    requests: ['POST /Users, twice at the same time, with one userName'],
    criterion: 'one is answered 201, the other 409',
    why: 'A creation whose answer comes late is sent again while the first is under way. Two users of one name cannot be matched any more.',
    fix: 'Let the database keep names unique; do not look first and insert then.',
    pseudocode: `create unique index on users (lower(user_name))
on unique violation: respond 409, scimType "uniqueness"`,
    sources: ['RFC 7644 §3.3', 'Entra "Develop and plan provisioning for a SCIM endpoint"'],
    run: async (trial) => {
      const label = trial.newLabel();
      const wish = { extent: trial.accommodations.userExtent };
      const body = trial.bodyOf('User', trial.attributesOf('User', label, wish));
      const name = ownName(trial.subject, 'User', label);
      const answers = await Promise.all([trial.create('User', name, body), trial.create('User', name, body)]);
      const statuses = answers.map(({ response }) => response.status).sort();
      const [first = 0, second = 0] = statuses;
      if (first >= 300) throw new NotTested(`no user was created: ${statuses.join(' and ')}`);
      if (second === 409) return;
      const fact = second < 300 ? 'both are created' : `one is answered ${second} instead of 409`;
      throw new Unmet(`Of two creations at once, ${fact}`, {
        decisive: answers.find(({ response }) => response.status === second),
      });
    },
  },
];

const isTooMuch = ({ response }: Answered): boolean => response.status === 429 || response.status >= 500;
