import express, { type RequestHandler } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { type ListeningServer, listenOnLoopback } from '../targets/foreign-target.ts';

const DIRECTORY = {
  users: [{ userPrincipalName: 'ada@contoso.com', mailNickname: 'ada', displayName: 'Ada' }],
};

let server: ListeningServer | undefined;
let job: SpawnedJob | undefined;
afterEach(async () => {
  job?.remove();
  await server?.close();
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
  server = await listenOnLoopback(app);
  return server.origin;
};

const runAgainst = async (parser: RequestHandler) => {
  const tenantUrl = await startEndpoint(parser);
  job = await setUpJob({ tenantUrl, token: 'hush-hush', directory: DIRECTORY, job: { scope: 'all' } });
  return await job.entrain('run');
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

  it('whose parser is configured as the hint says takes the user', async () => {
    const { code, stdout, stderr } = await runAgainst(
      express.json({ type: ['application/json', 'application/scim+json'] }),
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/1 created, .* 1 object read · /);
  });
});
