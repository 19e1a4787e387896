import { expect, test } from 'vitest';
import { causeOf, wireErrorOf } from '../../../src/io/scim-client/no-answer.ts';

test.for<[string | undefined, string]>([
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  ['ENOTFOUND', 'unknownHost'],
  ['EAI_AGAIN', 'unknownHost'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['EPROTO', 'tls'],
  ['HPE_INVALID_CONSTANT', 'protocol'],
  ['Z_DATA_ERROR', 'protocol'],
  ['constructor', 'protocol'],
  [undefined, 'protocol'],
])('the code %s means %s', ([code, cause]) => {
  expect(causeOf(code)).toBe(cause);
});

test('an error without words is told by its code', () => {
  const error = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
  expect(wireErrorOf(error)).toEqual({ code: 'ECONNREFUSED', message: 'ECONNREFUSED' });
  expect(wireErrorOf('thrown')).toEqual({ code: undefined, message: 'thrown' });
});
