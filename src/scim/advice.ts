import type { FailureCode } from '../model/failure.ts';
import type { NoAnswer } from '../model/scim.ts';

/** The step in which the target failed. */
export type Step = 'probe' | 'find' | 'read' | 'create' | 'update' | 'disable' | 'delete';

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

const DATA_NEXT_CYCLE = 'correct the value in the source or its mapping, and the next cycle sends it';
const FILTER = 'a filter must be answered 200, with an empty list when nothing matches';

/** Limit and way out of a failure by its code. @see Entra "Analyze Microsoft Entra provisioning logs", Error codes */
export const ADVICE = {
  Conflict:
    'another resource holds a value that must be unique, and matching did not find it; correct that resource, or match by the attribute in conflict',
  TooManyRequests: 'it accepts fewer requests than were sent; lower target.requestsPerSecond',
  InternalServerError:
    'the fault is the target’s own; look into its log, the object is tried again in the next cycle',
  InsufficientRights:
    'it knows the credentials but does not allow this; grant them the right to read and write users and groups',
  Unauthorized:
    'it does not accept the credentials; check whether those of the job are right and not expired',
  MethodNotAllowed: 'the endpoint does not take this method; GET, POST, PATCH and DELETE are needed',
  UnprocessableEntity: `it understood the request and refuses the values; ${DATA_NEXT_CYCLE}`,
  InvalidAnchor:
    'the linked resource is gone, and it is not created again by itself; restore it in the target, or give up the links with "entrain restart --reset-scope Full"',
  NotImplemented: 'it does not support this request; check what the endpoint supports and the tenant URL',
  Timeout:
    'it took too long; the object is tried again in the next cycle, or raise the timeout of the target',
  SystemForCrossDomainIdentityManagementBadRequest: `it does not take the request as it is; ${DATA_NEXT_CYCLE}`,
  SystemForCrossDomainIdentityManagementInvalidCredentials:
    'it does not accept the credentials; check whether those of the job are right and not expired',
  SystemForCrossDomainIdentityManagementServiceIncompatible:
    'it does not answer as SCIM 2.0 asks; check the tenant URL',
  SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering: `${FILTER}; check that the target filters by this attribute`,
} satisfies Partial<Record<FailureCode, string>>;

/** The codes of answers. */
export type AnswerCode = keyof typeof ADVICE;

/** Why a 404 to a filter does not mean "no such object". */
export const NOT_FOUND_ON_FILTER = `${FILTER}, so this is not read as "no such object"; check the tenant URL and the filter support of the endpoint`;

/** Why disabling an account cannot conflict: it claims no unique value. */
export const CONFLICT_ON_DISABLING =
  'active: false can be in conflict with nothing; look into the log of the target';

/**
 * Certificate errors by the messages of OpenSSL and Node; the first match wins.
 * @see https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
export const TLS_FACTS: readonly {
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
export const NO_ANSWER: Readonly<
  Record<NoAnswer['cause'], { readonly fact: string; readonly advice: string }>
> = {
  timeout: {
    fact: 'did not answer in time',
    advice: 'raise the timeout of the target or look why it is slow; tried again in the next cycle',
  },
  refused: {
    fact: 'refused the connection',
    advice: 'check that it runs and listens at the host and port of the tenant URL',
  },
  unknownHost: { fact: 'has a host name that does not resolve', advice: 'check the host of the tenant URL' },
  reset: {
    fact: 'broke the connection off',
    advice: 'whether it did what was asked is not known; tried again in the next cycle',
  },
  tls: {
    fact: 'could not be reached over TLS',
    advice:
      'its certificate must be valid for the host and signed by a known authority, and the port must speak TLS',
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
