import type { NoAnswer } from '../../../model/scim.ts';

/** Why there is no usable answer. */
export type NoAnswerCause = NoAnswer['cause'];

/**
 * Codes of the operating system, of DNS, of Node and of undici.
 * @see https://nodejs.org/api/errors.html
 * @see https://undici.nodejs.org/#/docs/api/Errors
 */
const CAUSES: ReadonlyMap<string, NoAnswerCause> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  ['ENETUNREACH', 'refused'],
  ['EADDRNOTAVAIL', 'refused'],
  ['EACCES', 'refused'],
  ['ENOTFOUND', 'unknownHost'],
  ['EAI_AGAIN', 'unknownHost'],
  ['EAI_FAIL', 'unknownHost'],
  ['EAI_NODATA', 'unknownHost'],
  ['EAI_NONAME', 'unknownHost'],
  ['ECONNRESET', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['EPIPE', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['EMFILE', 'local'],
  ['ENFILE', 'local'],
  ['ENOBUFS', 'local'],
  ['ENOMEM', 'local'],
  ['EPROTO', 'tls'],
  ['ERR_PROXY', 'proxy'],
  // The connection ended before or within the answer.
  ['UND_ERR_SOCKET', 'reset'],
  ['HPE_INVALID_EOF_STATE', 'reset'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'reset'],
  ['UND_ERR_HEADERS_OVERFLOW', 'tooLarge'],
  // X.509 verdicts of OpenSSL that contain neither CERT nor TLS.
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['HOSTNAME_MISMATCH', 'tls'],
  ['INVALID_CA', 'tls'],
  ['INVALID_PURPOSE', 'tls'],
  ['PATH_LENGTH_EXCEEDED', 'tls'],
]);

const TLS_CODE = /^ERR_(TLS|SSL)_|CERT|CRL/;

/** Maps an error code of the HTTP client to a cause; unknown codes are protocol errors. */
export function causeOf(code: string | undefined): NoAnswerCause {
  if (code === undefined) return 'protocol';
  return CAUSES.get(code) ?? (TLS_CODE.test(code) ? 'tls' : 'protocol');
}

/** Node's name for a connection that ended without an answer, which people search for. */
const HUNG_UP = 'socket hang up';

/** undici's names for it. */
const ENDS: ReadonlySet<string> = new Set(['other side closed', 'closed']);

/** Code and message of an error. */
interface WireError {
  readonly code: string | undefined;
  readonly message: string;
}

/** Reads code and message of an error of the HTTP client. */
export function wireErrorOf(thrown: unknown): WireError {
  if (!(thrown instanceof Error)) return { code: undefined, message: String(thrown) };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
  if (ENDS.has(thrown.message)) return { code, message: HUNG_UP };
  // When all addresses of a host fail, the error has a code and no message.
  return { code, message: thrown.message === '' ? (code ?? thrown.name) : thrown.message };
}
