import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import type { Run } from '../support/run-entrain.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { type ListeningServer, listenOnLoopback } from '../targets/foreign-target.ts';

const DIRECTORY: JsonObject = {
  users: [{ userPrincipalName: 'ada@contoso.com', displayName: 'Ada', accountEnabled: true }],
  assignments: [{ principal: 'ada@contoso.com' }],
};

let server: ListeningServer | undefined;
let job: SpawnedJob | undefined;

afterEach(async () => {
  job?.remove();
  await server?.close();
  server = undefined;
  job = undefined;
});

interface Asked {
  readonly job: SpawnedJob;
  readonly methods: string[];
}

/** A job whose target behaves as configured; the methods of its requests are recorded. */
const against = async (listener: RequestListener): Promise<Asked> => {
  const methods: string[] = [];
  server = await listenOnLoopback((request, response) => {
    methods.push(String(request.method));
    listener(request, response);
  });
  job = await setUpJob({ tenantUrl: `${server.origin}/scim`, token: 'hush', directory: DIRECTORY });
  return { job, methods };
};

const answering =
  (status: number, contentType: string, body: string): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': contentType });
    response.end(body);
  };

const SCIM = 'application/scim+json';
const ERROR_404 = JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404' });
const EVERYBODY = JSON.stringify({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: 1,
  Resources: [{ id: '1', userName: 'someone@else' }],
});

const hangUp: RequestListener = (request) => void request.socket.destroy();

interface BadTarget {
  readonly who: string;
  readonly listener: RequestListener;
  /** What happened, in words. */
  readonly fact: RegExp;
  /** What to do. */
  readonly wayOut: RegExp;
  /** The answer that test-connection shows. */
  readonly shown: RegExp;
}

const BAD_TARGETS: readonly BadTarget[] = [
  {
    who: 'answers 401',
    listener: answering(401, SCIM, '{"detail":"no"}'),
    fact: /The target answered 401 to the probing query/,
    wayOut: /check whether those of the job are right and not expired/,
    shown: /HTTP 401 application\/scim\+json \{"detail":"no"\}/,
  },
  {
    who: 'answers 404 to a filter',
    listener: answering(404, SCIM, ERROR_404),
    fact: /The target answered 404 to the probing query/,
    wayOut: /check the tenant URL and the filter support of the endpoint/,
    shown: /HTTP 404 /,
  },
  {
    who: 'answers with a login page',
    listener: answering(200, 'text/html', '<html>\n<body>Sign in</body></html>'),
    fact: /an HTML page/,
    wayOut: /check the tenant URL \(a login page or a proxy\?\)/,
    shown: /HTTP 200 text\/html <html> <body>Sign in/,
  },
  {
    who: 'answers any filter with everybody',
    listener: answering(200, SCIM, EVERYBODY),
    fact: /with 1 of its resources, although no resource has the random value asked for/,
    wayOut: /it does not honour the filter; make it answer an empty list/,
    shown: /someone@else/,
  },
  {
    who: 'hangs up',
    listener: hangUp,
    fact: /broke the connection off/,
    wayOut: /whether it did what was asked is not known; look into its log/,
    shown: /no answer \(reset\)/,
  },
];

const requireQuarantine = (
  { code, stderr }: Run,
  { fact, wayOut }: Pick<BadTarget, 'fact' | 'wayOut'>,
  opening = 'The job is in quarantine',
): void => {
  expect(stderr.startsWith(`${opening} (EncounteredQuarantineException, `)).toBe(true);
  expect(stderr).toMatch(fact);
  expect(stderr).toMatch(wayOut);
  expect(stderr).not.toMatch(/\n {4}at /);
  expect(code).toBe(4);
};

describe.each(BAD_TARGETS)('a target that $who', (bad) => {
  test('ends plan and run with 4, says what happened and what to do, and gets no write', async () => {
    const { job: its, methods } = await against(bad.listener);
    requireQuarantine(await its.entrain('plan'), bad, 'A cycle would put the job in quarantine');
    expect(existsSync(its.stateFile)).toBe(false);
    requireQuarantine(await its.entrain('run'), bad);
    expect(new Set(methods)).toEqual(new Set(['GET']));
  });

  test('leaves the watermark where it was, and status knows why', async () => {
    const { job: its } = await against(bad.listener);
    const { code, json } = await its.document('run');
    expect([code, json]).toMatchObject([
      4,
      { error: { reason: 'EncounteredQuarantineException', exitCode: 4 } },
    ]);
    const { stdout } = await its.entrain('status');
    expect(stdout).toMatch(/watermark +none/);
    expect(stdout).toMatch(/quarantine +EncounteredQuarantineException/);
    expect(stdout).toMatch(bad.wayOut);
    expect((await its.document('status')).json.status).toMatchObject({
      code: 'Quarantine',
      quarantine: { reason: 'EncounteredQuarantineException', seriesCount: 1 },
    });
  });

  test('is reported by test-connection with the exchange', async () => {
    const { job: its, methods } = await against(bad.listener);
    const { code, stdout } = await its.entrain('test-connection');
    expect(code).toBe(4);
    expect(stdout).toMatch(/^fail {2}GET http:\/\/127\.0\.0\.1:\d+\/scim\/Users\?filter=userName\+eq\+/);
    for (const words of [bad.shown, bad.fact, bad.wayOut]) expect(stdout).toMatch(words);
    expect(stdout).not.toContain('The connection works');
    const { json } = await its.document('test-connection');
    expect(json).toMatchObject({
      succeeded: false,
      probes: [{ objectType: 'User', failure: { code: /./ } }],
    });
    expect(new Set(methods)).toEqual(new Set(['GET']));
  });
});

test('a target that does not listen is reported as a refused connection', async () => {
  const { job: its } = await against(hangUp);
  await server?.close();
  const refused = {
    fact: /refused the connection/,
    wayOut: /check that it runs and listens at the host and port/,
  };
  requireQuarantine(await its.entrain('run'), refused);
  const { code, stdout } = await its.entrain('test-connection');
  expect([code, stdout]).toEqual([4, expect.stringMatching(/no answer \(refused\)/)]);
});

/** A schema with an operator, a function and a parenthesis that are wrong. */
const brokenSchema = (): JsonObject => {
  const file = new URL('../../fixtures/schemas/scoping-filters.schema.json', import.meta.url);
  const text = readFileSync(file, 'utf8')
    .replace('"EQUALS"', '"EQUAL"')
    .replace('"expression": "[jobTitle]"', '"expression": "Jion([jobTitle])"')
    .replace(/"expression": "Join\(.*"/, '"expression": "ToUpper([surname]"');
  return JSON.parse(text) as JsonObject;
};

describe('what is wrong before a cycle begins', () => {
  const BROKEN = { tenantUrl: 'http://127.0.0.1:9/scim', token: 'hush' };
  const DATABASES = /\.db/;

  /** What all commands of a job say of it: the same issues, exit code 2, and no file made. */
  const requireRefused = async (its: SpawnedJob, ...words: readonly (string | RegExp)[]): Promise<void> => {
    const before = readdirSync(its.folder);
    for (const command of ['plan', 'run']) {
      const { code, stdout, stderr } = await its.entrain(command);
      expect([code, stdout]).toEqual([2, '']);
      for (const one of words) expect(stderr).toMatch(one);
    }
    expect(readdirSync(its.folder)).toEqual(before);
    expect(existsSync(its.stateFile)).toBe(false);
  };

  test('all issues of a configuration are reported, with place and remedy', async () => {
    job = await setUpJob({
      ...BROKEN,
      directory: DIRECTORY,
      job: { scope: 'asigned', intervall: '40m' },
      target: { concurrency: 0 },
    });
    await requireRefused(
      job,
      /entrain\.yaml:1:\d+ jobs\[0\]\.scope\n {2}scope must be one of assigned, all, not "asigned"; did you mean assigned\?/,
      /jobs\[0\]\.intervall\n {2}there is no key "intervall" here; did you mean interval\?/,
      /jobs\[0\]\.target\.concurrency\n .*1 to 1000/,
      /\n3 issues; nothing was changed\./,
    );
  });

  test('a secret that is not in the environment is an issue', async () => {
    job = await setUpJob({
      ...BROKEN,
      directory: DIRECTORY,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the configuration asks the environment for it
      target: { auth: { type: 'bearer', secretToken: '${NOT_THERE_AT_ALL}' } },
    });
    await requireRefused(job, /jobs\[0\]\.target\.auth\.secretToken\n.*NOT_THERE_AT_ALL/);
  });

  test('all issues of a schema, its filters and its expressions are reported, with place and remedy', async () => {
    job = await setUpJob({ ...BROKEN, directory: DIRECTORY, schema: brokenSchema() });
    await requireRefused(
      job,
      /schema\.json:1:\d+ \S+operatorName\n.*did you mean EQUALS\?/,
      /schema\.json:1:\d+ \S+attributeMappings\[\d+\]\.source\.expression\n {2}There is no function Jion\. Did you mean Join\?\n {4}Jion\(.*\n {4}\^/,
      /schema\.json:1:\d+ \S+attributeMappings\[\d+\]\.source\.expression\n.*\n {4}ToUpper\(\[surname\]\n {4} +\^/,
      /\n3 issues; nothing was changed\./,
    );
  });

  test('a missing directory is reported, with how to make one', async () => {
    job = await setUpJob(BROKEN);
    await requireRefused(
      job,
      /directory\.db\n.*there is no directory store here; make one with `entrain directory import <file>`/,
    );
  });

  test('a file that is no directory store is left as it is', async () => {
    job = await setUpJob(BROKEN);
    writeFileSync(join(job.folder, 'directory.db'), 'Dear diary, '.repeat(1_000));
    await requireRefused(
      job,
      /this file is no directory store, or one that is damaged .*name another file under `directory:`/,
    );
  });

  test('a state that is a folder is reported, with the way out', async () => {
    job = await setUpJob({ ...BROKEN, directory: DIRECTORY, job: { stateFile: './state' } });
    mkdirSync(join(job.folder, 'state'));
    await requireRefused(
      job,
      /state cannot be opened as the state of a synchronization job: .*name another stateFile/,
    );
  });

  test('an import file with errors changes nothing: each is reported with its place', async () => {
    job = await setUpJob(BROKEN);
    const file = join(job.folder, 'broken.json');
    writeFileSync(
      file,
      JSON.stringify({
        users: [
          { userPrincipalName: 'ada@contoso.com', accountEnabled: 'perhaps' },
          { displayName: 'Nobody' },
        ],
        groups: [{ displayName: 'Crew', members: ['ghost@contoso.com'] }],
      }),
    );
    const { code, stdout, stderr } = await job.entrain('directory', 'import', file);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/broken\.json.* users\[0\]\.accountEnabled\n/);
    expect(stderr).toMatch(/broken\.json.* users\[1\]/);
    expect(readdirSync(job.folder).filter((name) => DATABASES.test(name))).toEqual([]);
  });
});
