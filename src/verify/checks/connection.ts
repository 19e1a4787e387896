import type { ObjectType } from '../../model/directory.ts';
import { endpointPath } from '../../scim/request.ts';
import { COMPLIANT_PATCH } from '../../scim/tenant-url.ts';
import type { Check } from '../check.ts';
import { lesser, requireCount } from '../expect.ts';
import { USUAL_HEADERS } from '../own-objects.ts';
import { quoted } from '../quoted.ts';
import type { Trial } from '../trial.ts';
import { Unmet } from '../verdict.ts';
import { requireTls } from './transport-security.ts';

/** The connection: what Test Connection asks, and how it is asked. */
export const CONNECTION_CHECKS: readonly Check[] = [
  {
    id: 'CONN-01',
    title: 'answers a query for nobody with an empty list',
    severity: 'must',
    readsOnly: true,
    requests: ['GET /Users?filter={matching attribute} eq "{random GUID}"'],
    criterion: '200 with a ListResponse, totalResults 0 and no Resources',
    why: 'Test Connection and the first request of every cycle ask for a user that cannot exist. Any answer but an empty list fails Test Connection, and puts a running job into quarantine.',
    fix: 'Answer a filter that finds nothing with 200 and an empty ListResponse, never with 404.',
    pseudocode: `found = users.where(filter)
respond 200, { schemas: [LIST_RESPONSE], totalResults: found.length, startIndex: 1,
               itemsPerPage: found.length, Resources: found }`,
    sources: [
      'Entra "Develop and plan provisioning for a SCIM endpoint", Test connection',
      'RFC 7644 §3.4.2',
      'grokability/snipe-it#11913',
    ],
    alsoTestedBy: { validator: '4', gallery: 'empty filter', okta: 'random user is absent' },
    run: async (trial) => {
      await requireNothing(trial, 'User');
    },
  },
  {
    id: 'CONN-02',
    title: 'answers a query for no group with an empty list',
    severity: 'must',
    needs: ['groups'],
    readsOnly: true,
    requests: ['GET /Groups?excludedAttributes=members&filter={matching attribute} eq "{random GUID}"'],
    criterion: '200 with a ListResponse, totalResults 0 and no Resources',
    why: 'Test Connection asks for a group as well. Without /Groups the credentials are reported as invalid.',
    fix: 'Serve /Groups, with an empty list where there are none; or switch the provisioning of groups off.',
    pseudocode: `GET /Groups: as GET /Users`,
    sources: ['Entra "Develop and plan provisioning for a SCIM endpoint", Test connection'],
    alsoTestedBy: { validator: '17' },
    run: async (trial) => {
      await requireNothing(trial, 'Group');
    },
  },
  {
    id: 'CONN-03',
    title: 'answers requests without Accept and User-Agent',
    severity: 'must',
    requires: ['CONN-01'],
    readsOnly: true,
    requests: ['GET /Users?filter={matching attribute} eq "{random GUID}", without Accept and User-Agent'],
    criterion: 'as CONN-01',
    why: 'The service sends neither header. Where the absence of Accept means HTML, or a firewall blocks clients without a name, every request fails.',
    fix: 'Answer with SCIM JSON where Accept is absent, and let requests without User-Agent pass.',
    pseudocode: `format = request.accept is absent or accepts json ? SCIM_JSON : respond 406`,
    sources: ['MicrosoftDocs/azure-docs#94189', 'OneUptime/oneuptime#2134', 'RFC 9110 §12.5.1'],
    run: async (trial) => {
      try {
        requireCount(
          await trial.probe('User'),
          0,
          'The query for a random GUID, without Accept and User-Agent,',
        );
      } catch (error) {
        trial.accommodations.saysAccept = true;
        throw error;
      }
    },
  },
  {
    id: 'CONN-04',
    title: 'answers with the content type of SCIM',
    severity: 'should',
    requires: ['CONN-01'],
    readsOnly: true,
    requests: ['GET /Users?filter={matching attribute} eq "{random GUID}"'],
    criterion: 'Content-Type is application/scim+json, with or without parameters',
    why: 'Microsoft documents it as required; application/json works in practice.',
    fix: 'Set Content-Type: application/scim+json on every answer with a body, errors included.',
    pseudocode: `response.header("Content-Type", "application/scim+json")`,
    sources: ['Entra "Develop and plan provisioning for a SCIM endpoint"', 'RFC 7644 §3.1'],
    run: async (trial) => {
      const answered = await trial.probe('User');
      const type = answered.headers.get('content-type');
      if (!/^application\/scim\+json\s*(;|$)/i.test(type ?? ''))
        throw lesser(
          `Content-Type is ${type === undefined ? 'absent' : quoted(type)} instead of application/scim+json`,
          answered,
        );
    },
  },
  {
    id: 'CONN-05',
    title: 'answers the same where the tenant URL ends with a slash',
    severity: 'should',
    requires: ['CONN-01'],
    readsOnly: true,
    requests: ['GET //Users?filter={matching attribute} eq "{random GUID}"'],
    criterion: 'as CONN-01, without a redirect',
    why: 'The tenant URL is typed by hand, with or without a slash at its end, and a client that joins it with /Users asks for //Users. No client is known to send its credentials along a redirect.',
    fix: 'Merge repeated slashes of the path before it is routed, instead of redirecting.',
    pseudocode: `path = request.path.replace(/\\/+/g, "/")`,
    sources: ['Entra "Develop and plan provisioning for a SCIM endpoint", tenant URL', 'RFC 9110 §15.4'],
    run: async (trial) => {
      const { path } = (await trial.probe('User')).request;
      const answered = await trial.probe('User', { path: `/${path}` });
      const { status, redirectHost } = answered.response;
      if (redirectHost !== undefined)
        throw new Unmet(
          `The query for /${path} is answered ${status}, a redirect to ${quoted(redirectHost)}`,
          {
            decisive: answered,
          },
        );
      requireCount(answered, 0, `The query for /${path}`);
    },
  },
  {
    id: 'CONN-06',
    title: 'ignores the flag of the tenant URL in a query',
    severity: 'info',
    requires: ['CONN-01'],
    readsOnly: true,
    requests: ['GET /Users?aadOptscim062020&filter={matching attribute} eq "{random GUID}"'],
    criterion: 'as CONN-01',
    why: 'The flag is configuration of the service, written as a parameter of the tenant URL. A client that keeps it when it joins URLs sends it along with each query.',
    fix: 'Ignore query parameters that SCIM does not define. In other tools, leave the flag out of the URL.',
    pseudocode: `filter = request.query["filter"]      # other names are not looked at`,
    sources: [
      'Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"',
      'Captain-P-Goldfish/scim-for-keycloak#26',
    ],
    run: async (trial) => {
      const { urlParameters } = trial.subject;
      if (urlParameters.length > 0)
        trial.note(`parameters of the tenant URL, which are not sent: ${urlParameters.join(', ')}`);
      const { query } = (await trial.probe('User')).request;
      const flagged = await trial.probe('User', { query: `${COMPLIANT_PATCH}&${query}` });
      requireCount(flagged, 0, `The query with ${COMPLIANT_PATCH}`);
    },
  },
  {
    id: 'CONN-07',
    title: 'speaks TLS 1.2 with a certificate that the service trusts',
    severity: 'must',
    needs: ['https'],
    readsOnly: true,
    requests: ['a TLS handshake with the host, and nothing after it'],
    criterion:
      'TLS 1.2 with one of eight ECDHE suites; a key of at least 2048 bits (RSA) or 256 bits (EC); a certificate of a public authority for the host name, with more than 14 days left',
    why: 'The service connects in no other way, and an expired certificate stops provisioning at once.',
    fix: 'Offer TLS 1.2 with ECDHE suites, and renew the certificate before it ends. Serve the chain with it.',
    pseudocode: `ssl_protocols TLSv1.2 TLSv1.3;
ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256;
ssl_certificate fullchain.pem;`,
    sources: [
      'Entra "Develop and plan provisioning for a SCIM endpoint", TLS protocol versions and cipher suites',
    ],
    run: requireTls,
  },
  {
    id: 'CONN-08',
    title: 'answers a query in less than ten seconds',
    severity: 'should',
    requires: ['CONN-01'],
    readsOnly: true,
    requests: ['GET /Users?filter={matching attribute} eq "{random GUID}", ten times'],
    criterion: 'each answer takes less than 10 s',
    why: 'A write whose answer comes too late is sent again, and meets what it did the first time: a conflict.',
    fix: 'Index the attribute that users are matched by.',
    pseudocode: `create unique index on users (lower(user_name))`,
    sources: ['Entra "Develop and plan provisioning for a SCIM endpoint"'],
    run: async (trial) => {
      const durations: number[] = [];
      for (let count = 0; count < PROBES; count += 1) {
        const answered = await trial.probe('User');
        const { durationMs } = answered.response;
        durations.push(durationMs);
        if (durationMs >= SLOW_MS)
          throw new Unmet(`A query takes ${Math.round(durationMs / 1_000)} s`, { decisive: answered });
      }
      trial.note(`median of ${PROBES} queries: ${quantile(durations, 0.5)} ms`);
    },
  },
];

/** Requires that a query for a random GUID finds nothing; and tells a 404 of it from that of a wrong path. */
async function requireNothing(trial: Trial, type: ObjectType): Promise<void> {
  const what = 'The query for a random GUID';
  const probed = await trial.probe(type, { headers: USUAL_HEADERS });
  if (probed.response.status === 404) {
    const page = { path: endpointPath(type), query: 'startIndex=1&count=1', headers: USUAL_HEADERS };
    if ((await trial.send({ method: 'GET', ...page })).response.status === 200)
      throw new Unmet(`${what} is answered 404, and a list without a filter 200`, {
        decisive: probed,
        symptom: 'empty',
      });
  }
  requireCount(probed, 0, what);
}

/** Queries in a row. */
const PROBES = 10;

/** From here on an answer is slow, in milliseconds. */
const SLOW_MS = 10_000;

/**
 * The value below which a share of some numbers lies.
 * @param share 0.5: the median
 */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
