import { isHtml } from '../../scim/quote.ts';
import type { Check } from '../check.ts';
import { requireScimError, requireStatus } from '../expect.ts';
import { ownName } from '../values.ts';
import { NotTested, Unmet } from '../verdict.ts';

/** Errors: how the endpoint refuses, and what went wrong in the whole run. */
export const ERROR_CHECKS: readonly Check[] = [
  {
    id: 'ERR-01',
    title: 'refuses a body that it cannot read with a SCIM error',
    severity: 'should',
    requests: ['POST /Users with JSON that ends too early', 'POST /Users with a list in place of an object'],
    criterion: '400 with a SCIM error',
    why: 'An HTML page or a 500 tells neither the log nor an administrator what is wrong.',
    fix: 'Catch the errors of the JSON parser, and answer as for other bad requests.',
    pseudocode: `on parse error, or body is no object: respond 400, scim_error(400, "invalidSyntax")`,
    sources: ['RFC 7644 §3.12'],
    run: async (trial) => {
      for (const [what, spoil] of SPOILT) {
        const label = trial.newLabel();
        const body = trial.bodyOf('User', trial.attributesOf('User', label, { extent: 'least' }));
        const answered = await trial.create('User', ownName(trial.subject, 'User', label), body, {
          body: spoil(JSON.stringify(body)),
        });
        requireStatus(answered, [400], `POST /Users with ${what}`);
        requireScimError(answered, `POST /Users with ${what}`);
      }
    },
  },
  {
    id: 'ERR-02',
    title: 'says so where a method is not implemented',
    severity: 'info',
    requests: ['PUT /Users/{id}'],
    criterion: 'it is done; or it is answered 405 or 501, and not with an HTML page',
    why: 'A client that tries PUT learns from the status to send PATCH instead.',
    fix: 'Answer a method that a path does not have with 405.',
    pseudocode: `PUT /Users/{id}: respond 405, Allow: "GET, PATCH, DELETE"`,
    sources: ['RFC 7644 §3.12', 'RFC 9110 §15.5.6'],
    run: async (trial) => {
      const { path, attributes } = await trial.user();
      const body = trial.bodyOf('User', attributes);
      const answered = await trial.send({ method: 'PUT', path, body });
      const { status } = answered.response;
      if (status === 400) return trial.note('PUT is implemented, and refused with 400');
      requireStatus(answered, [200, 204, 405, 501], 'PUT /Users/{id}');
      if (isHtml(answered.response))
        throw new Unmet(`PUT /Users/{id} is answered ${status} with an HTML page`, {
          decisive: answered,
          symptom: 'page',
        });
    },
  },
  {
    id: 'ERR-03',
    title: 'answers no request with a failure of the server',
    severity: 'must',
    readsOnly: true,
    requests: [],
    criterion: 'no answer of the run is 5xx, besides those that another check failed for, and 501',
    why: 'The object is not provisioned, and tried again in later cycles. Many of them put the job into quarantine.',
    fix: 'Look the request up in the log of the server, and answer what a client can cause with 4xx.',
    pseudocode: `on unexpected error: log(request, error); respond 500, scim_error(500)`,
    sources: ['RFC 9110 §15.6', 'Entra "Application provisioning in quarantine status"'],
    run: async (trial) => {
      const results = trial.results();
      const told = new Set(results.map(({ decisive }) => decisive));
      const final = new Set(results.flatMap(({ exchanges }) => exchanges));
      const failed = trial
        .heard()
        .filter(
          ({ response: { status }, exchange }) => status >= 500 && status !== 501 && final.has(exchange),
        )
        .filter(({ exchange }) => !told.has(exchange));
      if (failed.length === 0) return;
      const kinds = new Map<string, number>();
      for (const { request, response } of failed) {
        const [, endpoint = '', id] = request.path.split('/');
        const kind = `${request.method} /${endpoint}${id === undefined ? '' : '/{id}'} ${response.status}`;
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
      const facts = [...kinds].map(([kind, count]) => (count === 1 ? kind : `${kind}, ${count} times`));
      throw new Unmet(facts.join('; '), { decisive: failed[0] });
    },
  },
  {
    id: 'ERR-04',
    title: 'does what it accepts',
    severity: 'must',
    readsOnly: true,
    requests: [],
    criterion: 'no check found a write that was accepted and not done',
    why: 'The provisioning log says success while nothing happened, and nobody notices.',
    fix: 'Refuse with 400 what is not implemented, instead of ignoring it.',
    pseudocode: `else: respond 400, scim_error(400, "invalidPath", "unknown path " + operation.path)`,
    sources: ['RFC 7644 §3.5.2', 'Entra "How provisioning works"'],
    run: async (trial) => {
      if (trial.subject.isReadOnly) throw new NotTested('nothing was written');
      const dropped = trial.results().filter(({ miss }) => miss === 'dropped');
      if (dropped.length === 0) return;
      const forms = dropped.map(({ check: { id, requests } }) => {
        const write = requests.filter((request) => !request.startsWith('GET')).at(-1);
        return write === undefined ? id : `${id} ${write}`;
      });
      const isLesser = dropped.every(({ state }) => state !== 'fail');
      throw new Unmet(`accepted and not done: ${forms.join('; ')}`, { isLesser });
    },
  },
];

/** How a body is made unreadable. */
const SPOILT: readonly (readonly [what: string, spoil: (body: string) => string])[] = [
  ['JSON that ends too early', (body) => body.slice(0, -1)],
  ['a list in place of an object', (body) => `[${body}]`],
];
