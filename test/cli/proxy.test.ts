import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Certificates, hasOpenssl, makeCertificates, NEEDS_OPENSSL } from '../support/certificates.ts';
import { type ConnectProxy, startConnectProxy } from '../support/connect-proxy.ts';
import { runEntrain } from '../support/run-entrain.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { usersUpTo } from './daemon-process.ts';

const TOKEN = 'hush-4711-never-to-be-seen';
const PASSWORD = 'hush-of-the-proxy';
const EMPTY_LIST = JSON.stringify({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: 0,
  Resources: [],
});

describe.skipIf(!hasOpenssl)(`a target behind a proxy, with TLS of its own${NEEDS_OPENSSL}`, () => {
  let certificates: Certificates;
  let server: Server;
  let proxy: ConnectProxy;
  let job: SpawnedJob;
  let status: number | null = null;

  beforeEach(async () => {
    certificates = makeCertificates();
    const ca = readFileSync(certificates.authorityFile);
    const options = { ...certificates.otherHost, ca, requestCert: true, rejectUnauthorized: true };
    server = createServer(options, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/scim+json' }).end(EMPTY_LIST);
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    proxy = await startConnectProxy(() => status, (server.address() as AddressInfo).port);
    job = await setUpJob({
      tenantUrl: 'https://app.example.com/scim',
      token: TOKEN,
      directory: usersUpTo(1),
    });
    writeFileSync(join(job.folder, 'client.pem'), certificates.client.cert);
    writeFileSync(join(job.folder, 'client.key'), certificates.client.key);
    writeFileSync(join(job.folder, 'ca.pem'), ca);
    const file = join(job.folder, 'entrain.yaml');
    const configuration = JSON.parse(readFileSync(file, 'utf8'));
    configuration.jobs[0].target.tls = { caFile: 'ca.pem', certFile: 'client.pem', keyFile: './client.key' };
    writeFileSync(file, JSON.stringify(configuration));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await proxy.stop();
    job.remove();
    certificates.remove();
  });

  const entrain = (args: readonly string[], NO_PROXY = 'intra.example.com') => {
    const https_proxy = proxy.url.replace('//', `//scim:${PASSWORD}@`);
    return runEntrain(args, { cwd: job.folder, env: { IT_TOKEN: TOKEN, https_proxy, NO_PROXY } });
  };
  const testConnection = (options: readonly string[] = []) => entrain(['test-connection', ...options]);

  test('is reached, and test-connection says through which proxy', async () => {
    status = null;
    const { code, stdout, stderr } = await testConnection();
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain(`The target is reached through the proxy ${proxy.url}.`);
    expect(stdout + stderr).not.toContain(PASSWORD);
    expect(new Set(proxy.requests.map(({ authority }) => authority))).toEqual(
      new Set(['app.example.com:443']),
    );
    expect(JSON.parse((await testConnection(['--json'])).stdout)).toMatchObject({ proxy: proxy.url });
  });

  test('is named by status with its proxy, unless NO_PROXY excepts the host', async () => {
    const { stdout } = await entrain(['status']);
    expect(stdout).toContain(`proxy        ${proxy.url}\n`);
    expect(stdout).not.toContain(PASSWORD);
    expect(JSON.parse((await entrain(['status', '--json'])).stdout)).toMatchObject({ proxy: proxy.url });
    const direct = await entrain(['status', '--json'], 'example.com');
    expect(JSON.parse(direct.stdout)).not.toHaveProperty('proxy');
  });

  test('is not reached when the proxy refuses, and the message says so without the password', async () => {
    status = 407;
    const { code, stdout, stderr } = await testConnection();
    expect(code).toBe(4);
    expect(stdout).toMatch(
      /the proxy localhost:\d+ answered CONNECT app\.example\.com:443 with 407.*target\.proxy/s,
    );
    expect(stdout + stderr).not.toContain(PASSWORD);
  });
});
