import type { Check } from '../check.ts';
import { lesser, requireCount } from '../expect.ts';
import { USUAL_HEADERS } from '../own-objects.ts';
import type { Trial } from '../trial.ts';
import { Unmet } from '../verdict.ts';

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
      const probed = await trial.probe('User', { headers: USUAL_HEADERS });
      if (probed.response.status === 404 && (await lists(trial)))
        throw new Unmet('The query for a random GUID is answered 404, and a list without a filter 200', {
          decisive: probed,
          symptom: 'empty',
        });
      requireCount(probed, 0, 'The query for a random GUID');
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
      requireCount(await trial.probe('Group', { headers: USUAL_HEADERS }), 0, 'The query for a random GUID');
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
      const type = answered.headers.get('content-type') ?? '(none)';
      if (!/^application\/scim\+json\s*(;|$)/i.test(type))
        throw lesser(`Content-Type is ${type} instead of application/scim+json`, answered);
    },
  },
];

/** Whether users are listed: the path is right. */
async function lists(trial: Trial): Promise<boolean> {
  const page = {
    method: 'GET',
    path: '/Users',
    query: 'startIndex=1&count=1',
    headers: USUAL_HEADERS,
  } as const;
  return (await trial.send(page)).response.status === 200;
}
