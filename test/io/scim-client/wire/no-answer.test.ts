import { expect, test } from 'vitest';
import { causeOf, wireErrorOf } from '../../../../src/io/scim-client/wire/no-answer.ts';

test.for<[string | undefined, string]>([
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  ['ENOTFOUND', 'unknownHost'],
  ['EAI_AGAIN', 'unknownHost'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['UND_ERR_SOCKET', 'reset'],
  ['HPE_INVALID_EOF_STATE', 'reset'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'reset'],
  ['UND_ERR_HEADERS_OVERFLOW', 'tooLarge'],
  ['UND_ERR_INVALID_ARG', 'protocol'],
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

test('an error without a message is named by its code', () => {
  const error = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
  expect(wireErrorOf(error)).toEqual({ code: 'ECONNREFUSED', message: 'ECONNREFUSED' });
  expect(wireErrorOf('thrown')).toEqual({ code: undefined, message: 'thrown' });
});

test('a connection that ends without an answer is named as Node names it', () => {
  for (const message of ['other side closed', 'closed'])
    expect(wireErrorOf(Object.assign(new Error(message), { code: 'UND_ERR_SOCKET' }))).toEqual({
      code: 'UND_ERR_SOCKET',
      message: 'socket hang up',
    });
});
