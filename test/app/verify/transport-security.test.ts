import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import type { TlsOffer, TlsSession } from '../../../src/model/ports.ts';
import { requireTls } from '../../../src/verify/checks/transport-security.ts';
import type { Trial } from '../../../src/verify/trial.ts';
import {
  type Certificates,
  hasOpenssl,
  makeCertificates,
  NEEDS_OPENSSL,
  type ServerCertificate,
} from '../../support/certificates.ts';
import { outcomeOf } from '../../support/verify-altered.ts';
import { verifyAt } from '../../support/verify-at.ts';

const certificates = hasOpenssl ? makeCertificates() : null;

afterAll(() => certificates?.remove());

/** Runs the check against a server that speaks TLS and no SCIM. */
async function verifyTls(
  certificate: (all: Certificates) => ServerCertificate,
  options: SecureContextOptions = {},
  isAuthorityKnown = true,
) {
  if (certificates === null) throw new Error('no openssl');
  const server = createServer(
    { ciphers: 'DEFAULT:@SECLEVEL=0', ...certificate(certificates), ...options },
    (_request, response) => response.writeHead(404).end(),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { result } = await verifyAt({
      baseUrl: `https://localhost:${(server.address() as AddressInfo).port}`,
      target: isAuthorityKnown ? { tls: { ca: readFileSync(certificates.authorityFile, 'utf8') } } : {},
      request: { only: ['CONN-07'] },
    });
    return result.results;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const OWN_AUTHORITY =
  'warn: the certificate is trusted by target.tls.ca only, and the service knows public authorities';

describe.runIf(hasOpenssl)(`the check of TLS${NEEDS_OPENSSL}`, () => {
  it('warns where only the job knows the authority, and names version, suite, key and end', async () => {
    const results = await verifyTls(({ valid }) => valid);
    expect(outcomeOf(results)).toBe(OWN_AUTHORITY);
    expect(results[0]?.notes).toEqual([
      'TLSv1.2, ECDHE-ECDSA-AES256-GCM-SHA384, EC key of 256 bits, valid until 2099-01-01T00:00:00.000Z',
    ]);
  });

  it('warns, and does not fail, where the server speaks TLS 1.3 only', async () => {
    const results = await verifyTls(({ valid }) => valid, { minVersion: 'TLSv1.3' });
    expect(outcomeOf(results)).toBe(
      `warn: the server speaks TLS 1.3 only, and the service documents 1.2; ${OWN_AUTHORITY.slice(6)}`,
    );
  });

  it('fails where the server speaks older versions only', async () => {
    const results = await verifyTls(({ valid }) => valid, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' });
    expect(outcomeOf(results)).toBe('fail: the server speaks TLSv1.1 at most, and the service 1.2');
  });

  it('fails where the server takes none of the suites of the service', async () => {
    const ciphers = 'ECDHE-ECDSA-CHACHA20-POLY1305';
    const results = await verifyTls(({ valid }) => valid, { ciphers, maxVersion: 'TLSv1.2' });
    expect(outcomeOf(results)).toBe(
      'fail: the server takes none of the suites of the service, and chooses ECDHE-ECDSA-CHACHA20-POLY1305',
    );
  });

  it.each<[string, (all: Certificates) => ServerCertificate, string]>([
    [
      'is short',
      ({ shortKey }) => shortKey,
      'the certificate has an RSA key of 1024 bits; expected at least 2048',
    ],
    ['has expired', ({ expired }) => expired, 'the certificate is not trusted: it has expired'],
    [
      'is for another host',
      ({ otherHost }) => otherHost,
      'the certificate is not trusted: it is for another host name',
    ],
  ])('fails where the certificate or its key %s', async (_what, certificate, fact) => {
    expect(outcomeOf(await verifyTls(certificate))).toBe(`fail: ${fact}`);
  });

  it('fails where no authority has signed the certificate', async () => {
    expect(outcomeOf(await verifyTls(({ selfSigned }) => selfSigned, {}, false))).toMatch(
      /^fail: .*the certificate is not trusted: no authority has signed it$/,
    );
  });

  it('fails where the certificate ends soon', async () => {
    expect(outcomeOf(await verifyTls(({ ending }) => ending))).toMatch(
      /^fail: the certificate ends in 10 days, on .*; expected more than 14 days$/,
    );
  });
});

describe('the requirements of TLS', () => {
  const SESSION: TlsSession = {
    kind: 'session',
    version: 'TLSv1.2',
    suite: 'ECDHE-RSA-AES128-GCM-SHA256',
    key: { kind: 'RSA', bits: 2048 },
    validUntil: '2026-12-31T00:00:00.000Z',
    distrust: null,
  };

  const tried = async (handshake: (offer: TlsOffer) => ReturnType<Trial['prober']['handshake']>) => {
    const notes: string[] = [];
    const subject = { startedAt: '2026-12-01T00:00:00.000Z' };
    const trial = { subject, prober: { handshake }, note: (text: string) => notes.push(text) };
    await requireTls(trial as unknown as Trial);
    return notes;
  };

  it('are met by a certificate of a public authority', async () => {
    expect(await tried(async () => SESSION)).toEqual([
      'TLSv1.2, ECDHE-RSA-AES128-GCM-SHA256, RSA key of 2048 bits, valid until 2026-12-31T00:00:00.000Z',
    ]);
  });

  it('cannot be compared where there is no connection', async () => {
    const refused = { kind: 'noAnswer', cause: 'refused', message: 'ECONNREFUSED', durationMs: 1 } as const;
    await expect(tried(async () => refused)).rejects.toThrow('no TLS handshake (refused): ECONNREFUSED');
  });

  it('fail where nothing speaks TLS', async () => {
    const failed = {
      kind: 'noAnswer',
      cause: 'tls',
      message: 'wrong version number',
      durationMs: 1,
    } as const;
    await expect(tried(async () => failed)).rejects.toThrow(
      'There is no TLS at this address: wrong version number',
    );
  });
});
