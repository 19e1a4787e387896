import { expect, test } from 'vitest';
import { secretsIn } from '../../../src/io/scim-client/secrets.ts';

test('a bearer token is taken out wherever it stands, also as JSON escapes it', () => {
  const { redact } = secretsIn({ type: 'bearer', secretToken: 'a"b' });
  expect(redact('a"b and "a\\"b" and a\\"b')).toBe('[secret] and "[secret]" and [secret]');
});

test('a password is taken out, and so is the header that it makes; the user name stays', () => {
  const { redact } = secretsIn({ type: 'basic', username: 'job', password: 'pw' });
  const header = Buffer.from('job:pw').toString('base64');
  expect(redact(`job failed with pw in Basic ${header}`)).toBe('job failed with [secret] in Basic [secret]');
});

test('a blank secret leaves texts alone', () => {
  expect(secretsIn({ type: 'bearer', secretToken: '' }).redact('abc')).toBe('abc');
});
