import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type Certificates,
  hasOpenssl,
  makeCertificates,
  NEEDS_OPENSSL,
  type ServerCertificate,
} from '../support/certificates.ts';
import { type Run, runEntrain } from '../support/run-entrain.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { usersUpTo } from './daemon-process.ts';

const TOKEN = 'hush-4711-never-to-be-seen';
const EMPTY_LIST = JSON.stringify({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: 0,
  Resources: [],
});

let certificates: Certificates;
let server: Server;
let job: SpawnedJob;
/** What the server got to read, head and body. */
let heard: string[];

beforeAll(() => {
  if (hasOpenssl) certificates = makeCertificates();
});
afterAll(() => {
  if (hasOpenssl) certificates.remove();
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  job.remove();
});

const setUp = async ({ key, cert }: ServerCertificate): Promise<void> => {
  heard = [];
  server = createServer({ key, cert }, (request, response) => {
    heard.push(JSON.stringify([request.url, request.headers]));
    response.writeHead(200, { 'content-type': 'application/scim+json' }).end(EMPTY_LIST);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  job = await setUpJob({
    tenantUrl: `https://localhost:${port}/scim`,
    token: TOKEN,
    directory: usersUpTo(2),
  });
};

const entrain = (command: string, env: Readonly<Record<string, string>>): Promise<Run> =>
  runEntrain([command], { cwd: job.folder, env: { IT_TOKEN: TOKEN, ...env } });

const BAD = [
  ['expired', /has a certificate that has expired.*certificate has expired.*renew the certificate/s],
  ['selfSigned', /has a self-signed certificate.*NODE_EXTRA_CA_CERTS/s],
  ['otherHost', /has a certificate for another host.*app\.example\.com.*tenant URL/s],
] as const;

/** The environment that is meant to switch verification off, and the one that is not. */
const ENVIRONMENTS = [
  ['', {}],
  [', also under NODE_TLS_REJECT_UNAUTHORIZED=0', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
] as const;

describe.skipIf(!hasOpenssl)(`the certificate of a target${NEEDS_OPENSSL}`, () => {
  for (const [name, told] of BAD)
    for (const [when, environment] of ENVIRONMENTS)
      test(`${name}: the token stays here, and the failure says why${when}`, async () => {
        await setUp(certificates[name]);
        const env = { NODE_EXTRA_CA_CERTS: certificates.authorityFile, ...environment };
        for (const command of ['test-connection', 'run']) {
          const { code, stdout, stderr } = await entrain(command, env);
          const said = `${stdout}${stderr}`;
          expect(code, said).toBe(4);
          expect(said).toMatch(told);
          expect(said).not.toContain(TOKEN);
          expect(said.includes('NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect')).toBe(when !== '');
        }
        expect(heard).toEqual([]);
        expect((await entrain('status', {})).stdout).toMatch(/quarantine/i);
      });

  test('of an authority that NODE_EXTRA_CA_CERTS names is taken', async () => {
    await setUp(certificates.valid);
    const { code } = await entrain('test-connection', { NODE_EXTRA_CA_CERTS: certificates.authorityFile });
    expect(code).toBe(0);
    expect(heard.length).toBeGreaterThan(0);
  });

  test('of an unknown authority is refused', async () => {
    await setUp(certificates.valid);
    const { code, stdout } = await entrain('test-connection', {});
    expect(code).toBe(4);
    expect(stdout).toMatch(/an authority that is not known here.*NODE_EXTRA_CA_CERTS/s);
    expect(heard).toEqual([]);
  });
});
