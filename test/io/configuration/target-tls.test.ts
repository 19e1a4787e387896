import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTargetTls } from '../../../src/io/configuration/shapes/target-tls.ts';
import { hasOpenssl, makeCertificates, NEEDS_OPENSSL } from '../../support/certificates.ts';
import { cert, key } from '../scim-client/self-signed.ts';

const folder = mkdtempSync(join(tmpdir(), 'entrain-tls-'));
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};

beforeAll(() => {
  write('cert.pem', cert);
  write('key.pem', key);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PATH = ['jobs', 0, 'target', 'tls'];
const read = (written: Parameters<typeof readTargetTls>[0]) => readTargetTls(written, PATH, folder);

describe('the files of target.tls', () => {
  test('are read, relative to the configuration', () => {
    const { tls, findings } = read({ caFile: 'cert.pem', certFile: './cert.pem', keyFile: 'key.pem' });
    expect(findings).toEqual([]);
    expect(tls).toEqual({ ca: cert, cert, key });
  });

  test.for([
    ['caFile', 'missing.pem', '', /missing\.pem: there is no such file; name a PEM file/],
    ['caFile', 'der.pem', '\u0001\u0002', /no certificate in PEM form.*openssl x509/],
    ['caFile', 'broken.pem', cert.replace('MIIB', 'AAAA'), /cannot be read; export it again/],
    ['certFile', 'nothing.pem', '', /no certificate in PEM form/],
    ['keyFile', 'no-key.pem', cert, /no private key in PEM form.*openssl pkey/],
    ['keyFile', 'broken-key.pem', key.replace('MIGH', 'AAAA'), /cannot be read; export it again/],
    [
      'keyFile',
      'encrypted.pem',
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----',
      /is encrypted.*openssl pkey/,
    ],
  ] as const)('%s: %s is refused with path, fact and way out', ([name, file, text, message]) => {
    if (file !== 'missing.pem') write(file, text);
    const { tls, findings } = read({ [name]: file });
    expect(tls).toEqual({});
    expect(findings).toEqual([{ path: [...PATH, name], message: expect.stringMatching(message) }]);
    expect(findings[0]?.message).toContain(`${name} ${join(folder, file)}: `);
  });
});

describe.skipIf(!hasOpenssl)(`the key of a client certificate${NEEDS_OPENSSL}`, () => {
  test('is refused when it belongs to another certificate', () => {
    const certificates = makeCertificates();
    write('other.pem', certificates.valid.key);
    certificates.remove();
    const { findings } = read({ certFile: 'cert.pem', keyFile: 'other.pem' });
    expect(findings).toEqual([
      {
        path: [...PATH, 'keyFile'],
        message: expect.stringMatching(/does not belong to the first certificate/),
      },
    ]);
  });

  test('is refused when it is encrypted in the older way too', () => {
    const old = execFileSync('openssl', ['ec', '-aes128', '-passout', 'pass:x'], {
      input: key,
      stdio: 'pipe',
    });
    write('old.pem', old.toString());
    expect(read({ keyFile: 'old.pem' }).findings[0]?.message).toMatch(/is encrypted/);
  });
});
