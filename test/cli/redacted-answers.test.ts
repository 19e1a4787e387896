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
const PERSON = { userName: 'ada@contoso.com', externalId: 'ada', title: TITLE };
let server: ListeningServer | undefined;
let job: SpawnedJob | undefined;

afterEach(async () => {
  job?.remove();
  await server?.close();
});

test.each([
  ['is an error', 400, ERROR, 'answered 400 to the creation: [Redact]; '],
  [
    'is the resource without its id',
    201,
    PERSON,
    'answered 201 to the creation, but the resource has no usable id',
  ],
  [
    'is a message',
    201,
    { message: DETAIL },
    'answered 201 to the creation, but the resource has no usable id',
  ],
  ['is a list', 201, aList(PERSON), 'answered 201 to the creation, but with a list'],
  ['is an error that claims success', 201, ERROR, 'answered 201 to the creation, but with a SCIM error'],
  ['is no JSON', 201, DETAIL, 'answered 201 to the creation, but its body [Redact] cannot be deserialized'],
  [
    'has a message beside another resource',
    201,
    { ...PERSON, id: '1', userName: 'eve', externalId: 'eve', message: DETAIL },
    'answered the creation with the resource',
  ],
])(
  'a redacted value is in no output and no file of the job where the answer %s',
  async (_, status, body, words) => {
    server = await listenOnLoopback((request, response) => {
      const isQuery = request.method === 'GET';
      response.writeHead(isQuery ? 200 : status, isQuery ? 'OK' : `Not a ${TITLE}`, {
        'content-type': 'application/scim+json',
        'x-reason': isQuery ? 'none' : DETAIL,
      });
      response.end(
        isQuery ? JSON.stringify(aList()) : typeof body === 'string' ? body : JSON.stringify(body),
      );
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
    await say('run', '--har', 'run.har');
    await say('provision', 'ada@contoso.com');
    await say('provision', 'ada@contoso.com', '--json');
    expect(await say('logs', '--json')).toContain(words);
    await say('logs', 'ada@contoso.com');
    await say('logs', '--har', 'log.har');
    await say('status', '--json');
    expect(said.filter((text) => text.includes(TITLE))).toEqual([]);
    const files = readdirSync(job.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('directory'))
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.filter((file) => readFileSync(file, 'latin1').includes(TITLE))).toEqual([]);
  },
);

test('a redacted value is not shown where the target answers a question of test-connection with a resource', async () => {
  server = await listenOnLoopback((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/scim+json' });
    response.end(JSON.stringify(aList({ ...PERSON, id: '1' })));
  });
  job = await setUpJob({
    tenantUrl: `${server.origin}/scim`,
    token: 'redacted-answers-token',
    schema: schemaWithRedactedTitles(),
  });
  for (const form of [[], ['--json']]) {
    const { stdout, stderr } = await job.entrain('test-connection', ...form);
    expect(stdout).toContain('ada@contoso.com');
    expect(stdout + stderr).not.toContain(TITLE);
  }
});
