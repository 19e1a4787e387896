import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const DIRECTORY = {
  users: [{ userPrincipalName: 'ada@contoso.com', mailNickname: 'ada', displayName: 'Ada' }],
};

let server: Server | undefined;
let job: SpawnedJob | undefined;
afterEach(async () => {
  job?.remove();
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
});

/** An endpoint as its developer begins it in Express; it wants a userName, and complains in plain words. */
const startEndpoint = async (parser: RequestHandler): Promise<string> => {
  const users: Record<string, unknown>[] = [];
  const app = express();
  app.use(parser);
  app.get(['/Users', '/Groups'], (_request, response) => {
    response.json({ totalResults: 0, Resources: [] });
  });
  app.post('/Users', (request, response) => {
    if (request.body?.userName === undefined) {
      response.status(400).send('userName is required');
      return;
    }
    users.push({ ...request.body, id: String(users.length + 1) });
    response.status(201).json(users.at(-1));
  });
  const listening = app.listen(0, '127.0.0.1');
  server = listening;
  await new Promise((resolve) => listening.once('listening', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
};

const runAgainst = async (parser: RequestHandler) => {
  const tenantUrl = await startEndpoint(parser);
  job = await setUpJob({ tenantUrl, token: 'hush-hush', directory: DIRECTORY, job: { scope: 'all' } });
  return job.entrain('run');
};

describe('an endpoint in Express', () => {
  it('whose parser does not know application/scim+json: its words are quoted, and the likely cause is named', async () => {
    const { code, stdout } = await runAgainst(express.json());
    expect(code).toBe(3);
    // Express says of any text that it is text/html.
    expect(stdout).toContain('"userName is required"');
    expect(stdout).toContain('the request did hold userName');
    expect(stdout).toContain("express.json({ type: ['application/json', 'application/scim+json'] })");
    expect(stdout).toMatch(/ 1 failed\b/);
  });

  it('whose parser is told as the hint says takes the user', async () => {
    const { code, stdout, stderr } = await runAgainst(
      express.json({ type: ['application/json', 'application/scim+json'] }),
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/1 created, .* 1 object read · /);
  });
});
