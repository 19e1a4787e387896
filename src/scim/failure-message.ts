import { adviceOn, type FailureCode, FILTER_LIMIT, type Step } from '../model/failure.ts';
import type { NoAnswer, ScimAnswer } from '../model/scim.ts';
import { isPage, quote, quoteDetail } from './quote.ts';

/** The name of a step in messages. */
export const STEP_NAMES: Readonly<Record<Step, string>> = {
  probe: 'the probing query',
  find: 'the matching query',
  read: 'the read of the linked resource',
  create: 'the creation',
  update: 'the update',
  disable: 'the update that disables the account',
  delete: 'the deletion',
};

/** Tells whether a step sends a filter. */
export function isFilter(during: Step): boolean {
  return during === 'probe' || during === 'find';
}

/** Why a 404 to a filter does not mean "no such object". */
const NOT_FOUND_ON_FILTER = `${FILTER_LIMIT}, so this is not read as "no such object"; check the tenant URL and the filter support of the endpoint`;

/**
 * Certificate errors by the messages of OpenSSL and Node; the first match wins.
 * @see https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
const TLS_FACTS: readonly {
  readonly says: RegExp;
  readonly fact: string;
  readonly advice: string;
}[] = [
  {
    says: /certificate required|alert bad certificate/i,
    fact: 'asks for a client certificate that it trusts',
    advice: 'name one that its authority signed in target.tls.certFile, and its key in target.tls.keyFile',
  },
  {
    says: /has expired/i,
    fact: 'has a certificate that has expired',
    advice: 'renew the certificate of the target, or correct the clock of this machine',
  },
  {
    says: /not yet valid/i,
    fact: 'has a certificate that is not valid yet',
    advice: 'correct the clock of this machine, or the certificate of the target',
  },
  {
    says: /self.signed/i,
    fact: 'has a self-signed certificate, which no known authority signed',
    advice:
      'give the target a certificate of a known authority, or name the file of its authority in target.tls.caFile or NODE_EXTRA_CA_CERTS',
  },
  {
    says: /does not match|altname|hostname mismatch/i,
    fact: 'has a certificate for another host',
    advice: 'use a host name of the certificate in the tenant URL, or give the target one for this host',
  },
  {
    says: /unable to (get|verify)|issuer/i,
    fact: 'has a certificate of an authority that is not known here',
    advice:
      'let the target send the intermediate certificates too, or name the file of its authority in target.tls.caFile or NODE_EXTRA_CA_CERTS',
  },
];

/** Fact and way out without a usable answer, by cause. */
const NO_ANSWER: Readonly<Record<NoAnswer['cause'], { readonly fact: string; readonly advice: string }>> = {
  timeout: {
    fact: 'did not answer in time',
    advice: 'raise target.timeout, or look why it is slow',
  },
  refused: {
    fact: 'refused the connection',
    advice: 'check that it runs and listens at the host and port of the tenant URL',
  },
  unknownHost: { fact: 'has a host name that does not resolve', advice: 'check the host of the tenant URL' },
  reset: {
    fact: 'broke the connection off',
    advice: 'whether it did what was asked is not known; look into its log',
  },
  tls: {
    fact: 'could not be reached over TLS',
    advice:
      'check that its certificate is valid for the host and signed by a known authority, and that the port speaks TLS',
  },
  tooLarge: {
    fact: 'answered with more than can be taken',
    advice: 'check that it honours the filter and excludedAttributes=members',
  },
  token: {
    fact: 'could not be asked without an access token',
    advice: 'check tokenUrl, clientId, clientSecret and scope under target.auth',
  },
  local: {
    fact: 'could not be asked, because this machine cannot open another connection',
    advice: 'raise the limit of open files (ulimit -n), or lower target.concurrency',
  },
  proxy: {
    fact: 'could not be reached through the proxy',
    advice:
      'check target.proxy, or HTTPS_PROXY and NO_PROXY of the environment; target.proxy: none goes without a proxy',
  },
  protocol: { fact: 'did not answer in HTTP', advice: 'check scheme, host and port of the tenant URL' },
};

const to = (host: string | undefined): string => (host === undefined ? '' : ` to ${host.slice(0, 255)}`);

/** The message of an unsuccessful answer: fact, limit and way out. */
export function messageOfAnswer(answer: ScimAnswer, during: Step, code: FailureCode): string {
  const { status, retryAfterMs, redirectHost } = answer;
  const redirect =
    status >= 300 && status < 400 ? `, a redirect${to(redirectHost)}, which is not followed` : '';
  const page = isPage(answer) ? ', with an HTML page where JSON belongs (a login page or a proxy?)' : '';
  const detail = quoteDetail(answer);
  const said = detail === null ? '' : `: ${detail}`;
  const advice = adviceFor(status, during, code);
  const wait = retryAfterMs === null ? '' : ` (it asks to wait ${Math.ceil(retryAfterMs / 1000)} s)`;
  return `The target answered ${status} to ${STEP_NAMES[during]}${redirect}${page}${said}; ${advice}${wait}`;
}

function adviceFor(status: number, during: Step, code: FailureCode): string {
  if (isFilter(during) && status === 404) return NOT_FOUND_ON_FILTER;
  // A write that was not refused but redirected met something else than the endpoint.
  const { limit, wayOut } = adviceOn(code, status < 400 ? null : during);
  return `${limit}; ${wayOut}`;
}

/** The message of a missing answer: fact and way out. */
export function messageOfNoAnswer({ cause, message }: NoAnswer, during: Step): string {
  const certificate = cause === 'tls' ? TLS_FACTS.find(({ says }) => says.test(message)) : undefined;
  const { fact, advice } = certificate ?? NO_ANSWER[cause];
  const reported = quote(message);
  return `The target ${fact} during ${STEP_NAMES[during]}${reported === null ? '' : ` (${reported})`}; ${advice}`;
}
