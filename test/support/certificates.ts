import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Key and certificate of a server, as PEM. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Certificates that an authority of our own has signed, and one that nobody has. */
export interface Certificates {
  /** The file of the authority, for NODE_EXTRA_CA_CERTS. */
  readonly authorityFile: string;
  readonly valid: ServerCertificate;
  readonly expired: ServerCertificate;
  /** Signed, and for another host than localhost. */
  readonly otherHost: ServerCertificate;
  readonly selfSigned: ServerCertificate;
  /** Signed, with an RSA key of 1,024 bits. */
  readonly shortKey: ServerCertificate;
  /** Signed, for ten more days. */
  readonly ending: ServerCertificate;
  /** Signed, for a client that shows who it is. */
  readonly client: ServerCertificate;
  remove(): void;
}

/** Whether certificates can be made here. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** What a title says of a test that needs them. */
export const NEEDS_OPENSSL = hasOpenssl ? '' : ' (skipped: there is no openssl command)';

const AUTHORITY = `
[ca]
default_ca = here
[here]
new_certs_dir = .
database = index.txt
serial = serial
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
`;

/** Makes certificates with the openssl command. */
export const makeCertificates = (): Certificates => {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-certificates-'));
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  };
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  writeFileSync(join(folder, 'ca.cnf'), AUTHORITY);
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(join(folder, 'serial'), '1000');
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Our Own Authority',
  );
  const signed = (
    name: string,
    host: string,
    from: string,
    to: string,
    key: readonly string[] = newKey,
  ): ServerCertificate => {
    const names = `subjectAltName=DNS:${host}`;
    openssl(
      'req',
      '-new',
      ...key,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${host}`,
      '-addext',
      names,
    );
    const dates = ['-startdate', from, '-enddate', to];
    openssl(
      'ca',
      '-batch',
      '-config',
      'ca.cnf',
      '-cert',
      'ca.pem',
      '-keyfile',
      'ca.key',
      ...dates,
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
      '-notext',
    );
    return { key: read(`${name}.key`), cert: read(`${name}.pem`) };
  };
  const PAST = '20200101000000Z';
  const FUTURE = '20990101000000Z';
  const names = ['-addext', 'subjectAltName=DNS:localhost'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'self.key',
    '-out',
    'self.pem',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    ...names,
  );
  return {
    authorityFile: join(folder, 'ca.pem'),
    valid: signed('valid', 'localhost', PAST, FUTURE),
    expired: signed('expired', 'localhost', PAST, '20210101000000Z'),
    otherHost: signed('other', 'app.example.com', PAST, FUTURE),
    shortKey: signed('short', 'localhost', PAST, FUTURE, ['-newkey', 'rsa:1024', '-nodes']),
    ending: signed('ending', 'localhost', PAST, inDays(10)),
    client: signed('client', 'entrain', PAST, FUTURE),
    selfSigned: { key: read('self.key'), cert: read('self.pem') },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** A time as openssl reads it, some days ahead. */
const inDays = (days: number): string =>
  `${new Date(Date.now() + (days + 0.5) * 86_400_000).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
