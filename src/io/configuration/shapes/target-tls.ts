import { createPrivateKey, X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import { ConfigurationError } from '../../../model/errors.ts';
import type { TargetTls } from '../../../model/job.ts';
import type { JsonPath } from '../json-path.ts';
import type { Finding } from '../located-document.ts';
import { readText } from '../read-text.ts';

const file = (meaning: string) => z.string().min(1).optional().describe(`${meaning}, relative to this file`);

/** The TLS files of a target and its token endpoint, as written. */
export const TARGET_TLS = z
  .strictObject({
    caFile: file('PEM file with certificates of authorities that are trusted besides those Node trusts'),
    certFile: file('PEM file with the client certificate, and those of its authorities'),
    keyFile: file('PEM file with the private key of the client certificate, without a passphrase'),
  })
  .refine(({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined), {
    error: 'tls has certFile or keyFile without the other; a client certificate needs both',
  })
  .optional()
  .describe('own authorities and a client certificate, for SCIM requests and for tokens alike');

/** The contents of the files, and their problems. */
interface ReadTls {
  readonly tls: TargetTls;
  readonly findings: readonly Finding[];
}

type Written = NonNullable<z.output<typeof TARGET_TLS>>;
type Key = keyof Written;

/**
 * Reads and checks the files of `target.tls`.
 * @param path the path of `tls`
 * @param folder the base of relative file names
 */
export function readTargetTls(written: Written, path: JsonPath, folder: string): ReadTls {
  const findings: Finding[] = [];
  const find = (key: Key, fact: string): void => {
    findings.push({
      path: [...path, key],
      message: `${key} ${resolve(folder, written[key] ?? '')}: ${fact}`,
    });
  };
  const read = (key: Key, check: (text: string) => string | null): string | undefined => {
    const name = written[key];
    if (name === undefined) return undefined;
    try {
      const text = readText(resolve(folder, name), { hint: 'name a PEM file' });
      const problem = check(text);
      if (problem === null) return text;
      find(key, problem);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      find(key, error.issues[0]?.message ?? error.message);
    }
    return undefined;
  };
  const ca = read('caFile', certificateProblem);
  const cert = read('certFile', certificateProblem);
  const key = read('keyFile', keyProblem);
  if (cert !== undefined && key !== undefined) {
    const problem = pairProblem(cert, key);
    if (problem !== null) find('keyFile', problem);
  }
  return { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }, findings };
}

const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g;

function certificateProblem(text: string): string | null {
  const blocks = text.match(CERTIFICATE) ?? [];
  if (blocks.length === 0)
    return 'the file holds no certificate in PEM form (-----BEGIN CERTIFICATE-----); convert it with openssl x509 -inform DER -in FILE -out FILE.pem';
  const broken = blocks.findIndex((block) => !isCertificate(block));
  return broken === -1
    ? null
    : `the ${blocks.length === 1 ? 'certificate' : `certificate number ${broken + 1}`} in the file cannot be read; export it again`;
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).raw.length > 0;
  } catch {
    return false;
  }
}

function keyProblem(text: string): string | null {
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text))
    return 'the private key is encrypted, and its passphrase cannot be asked for; write it without one (openssl pkey -in FILE -out FILE.pem), readable by this user only';
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    return 'the file holds no private key in PEM form (-----BEGIN PRIVATE KEY-----); convert it with openssl pkey -inform DER -in FILE -out FILE.pem';
  try {
    createPrivateKey(text);
    return null;
  } catch {
    return 'the private key in the file cannot be read; export it again';
  }
}

function pairProblem(cert: string, key: string): string | null {
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
    return 'the private key does not belong to the first certificate of certFile; give the key it was made with, or put the client certificate first';
  try {
    createSecureContext({ cert, key });
    return null;
  } catch (error) {
    return `TLS does not take the key and the certificate: ${(error as Error).message}; use a stronger key`;
  }
}
