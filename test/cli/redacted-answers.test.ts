import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { aList } from '../scim/scim-builders.ts';
import { schemaWithRedactedTitles } from '../support/lab.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { type ListeningServer, listenOnLoopback } from '../targets/foreign-target.ts';

const TITLE = 'Spymaster';
const DETAIL = `jobs of the kind ${TITLE} are not allowed`;
const ERROR = { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], detail: DETAIL, status: '400' };
let server: ListeningServer | undefined;
let job: SpawnedJob | undefined;

afterEach(async () => {
  job?.remove();
  await server?.close();
});

test('an answer that repeats a redacted value is in no output and no file of the job', async () => {
  server = await listenOnLoopback((request, response) => {
    const isQuery = request.method === 'GET';
    response.writeHead(isQuery ? 200 : 400, { 'content-type': 'application/scim+json' });
    response.end(JSON.stringify(isQuery ? aList() : ERROR));
  });
  job = await setUpJob({
    tenantUrl: `${server.origin}/scim`,
    token: 'redacted-answers-token',
    job: { log: { exchanges: 'all' } },
    schema: schemaWithRedactedTitles(),
    directory: {
      users: [
        {
          userPrincipalName: 'ada@contoso.com',
          displayName: 'Ada',
          mailNickname: 'ada',
          jobTitle: TITLE,
          accountEnabled: true,
        },
      ],
      assignments: [{ principal: 'ada@contoso.com' }],
    },
  });
  const said: string[] = [];
  const say = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = (await job?.entrain(...args)) ?? { stdout: '', stderr: '' };
    said.push(`${args.join(' ')}\n${stdout}${stderr}`);
    return stdout + stderr;
  };
  expect(await say('run', '--har', 'run.har')).toContain('[Redact]');
  await say('provision', 'ada@contoso.com');
  await say('provision', 'ada@contoso.com', '--json');
  expect(await say('logs', '--json')).toContain('answered 400 to the creation: [Redact]; ');
  await say('logs', 'ada@contoso.com');
  await say('logs', '--har', 'log.har');
  await say('status', '--json');
  expect(said.filter((text) => text.includes(TITLE))).toEqual([]);
  const files = readdirSync(job.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('directory'))
    .map((entry) => join(entry.parentPath, entry.name));
  expect(files.filter((file) => readFileSync(file, 'latin1').includes(TITLE))).toEqual([]);
});
