import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { ProvisioningLogEntry } from '../../src/model/log.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { HAR } from '../io/har/har-shape.ts';
import { issued, startTokenEndpoint } from '../io/scim-client/auth/token-endpoint.ts';
import { startDeadlyProxy } from '../support/deadly-proxy.ts';
import { schemaDocument } from '../support/lab.ts';
import { type SpawnedJob, type SpawnedJobOptions, setUpJob } from '../support/spawned-job.ts';

const TOKEN = 'hush-4711-never-to-be-seen';
const PEOPLE = ['ada', 'bob', 'cleo'];

const directoryOf = (names: readonly string[]): JsonObject => ({
  users: names.map((name) => ({
    userPrincipalName: `${name}@contoso.com`,
    displayName: name,
    mailNickname: name,
    jobTitle: 'Spymaster',
    accountEnabled: true,
  })),
  assignments: names.map((name) => ({ principal: `${name}@contoso.com` })),
});

let target: RunningTarget;
let job: SpawnedJob;

const setUp = async (
  log: JsonObject | null,
  names: readonly string[] = PEOPLE,
  given: Partial<SpawnedJobOptions> = {},
): Promise<void> => {
  job = await setUpJob({
    tenantUrl: target.baseUrl,
    token: TOKEN,
    directory: directoryOf(names),
    job: log === null ? {} : { log },
    ...given,
    target: { concurrency: 1, ...given.target },
  });
};

beforeEach(async () => {
  target = await startTarget({ token: TOKEN });
});

afterEach(async () => {
  await target.stop();
  job.remove();
});

/** What `logs --har` writes, with the filters. */
const exchanges = async (...filters: readonly string[]) => {
  const file = join(job.folder, 'log.har');
  const { code, stdout } = await job.entrain('logs', '--har', file, ...filters);
  const { entries } = HAR.parse(JSON.parse(readFileSync(file, 'utf8'))).log;
  const noun = entries.length === 1 ? 'exchange' : 'exchanges';
  expect([code, stdout]).toEqual([0, `${entries.length} ${noun} in ${file}\n`]);
  return entries;
};

type Entries = Awaited<ReturnType<typeof exchanges>>;

const requestsOf = (entries: Entries): readonly string[] =>
  entries.map(({ request }) => {
    const { pathname, search } = new URL(request.url);
    return `${request.method} ${pathname.slice(new URL(target.baseUrl).pathname.length)}${search}`;
  });

const requestsSeen = (): readonly string[] =>
  target.requests().map(({ method, path, query }) => `${method} ${path}${query === '' ? '' : `?${query}`}`);

const methodAndStatus = (entries: Entries): readonly string[] =>
  entries.map(({ request, response }) => `${request.method} ${response.status}`);

const logEntries = async (...filters: readonly string[]): Promise<readonly ProvisioningLogEntry[]> =>
  (await job.document('logs', '--limit', '1000', ...filters)).json
    .value as unknown as readonly ProvisioningLogEntry[];

describe('a job that does not say which exchanges it keeps', () => {
  test('keeps those that the target refused, with the object and the log entry they are about', async () => {
    await setUp(null);
    target.fault('conflict=1');
    expect((await job.entrain('run')).code).toBe(3);
    const [failed, ...others] = await exchanges();
    expect(others).toEqual([]);
    const [entry] = await logEntries('--status', 'failure');
    expect(failed).toMatchObject({
      request: { method: 'POST' },
      response: { status: 409 },
      _sourceId: entry?.sourceIdentity.id,
      _cycleId: entry?.cycleId,
      _changeIds: [entry?.changeId],
    });
    expect(failed?.request.postData?.text).toContain(entry?.sourceIdentity.displayName);
    expect(statSync(join(job.folder, 'log.har')).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['an account without an id', 'no-id=10', ['POST 201']],
    ['no answer at all', 'reset=3', ['GET 0']],
    ['a sign-in page', 'html=3', ['GET 200']],
    ['an account that does not exist, for a random value', 'ignore-filter', ['GET 200']],
  ])('keeps those that the target answered with %s', async (_what, fault, kept) => {
    await setUp(null, ['ada']);
    target.seed('User', { userName: 'root' });
    target.fault(fault);
    await job.entrain('run');
    expect(methodAndStatus(await exchanges())).toEqual(kept);
  });

  test('keeps nothing of a cycle in which nothing failed, and says how to keep more', async () => {
    await setUp(null);
    expect((await job.entrain('run')).code).toBe(0);
    expect(await exchanges()).toEqual([]);
    const { stderr } = await job.entrain('logs', '--har', 'again.har');
    expect(stderr).toContain('the job keeps those that failed. Write log.exchanges: all');
  });
});

describe('a job that keeps all exchanges', () => {
  test('keeps those of cycles, of the daemon and of provisioning on demand, as they were sent', async () => {
    await setUp({ exchanges: 'all' });
    expect((await job.entrain('run')).code).toBe(0);
    await job.entrain('directory', 'set', 'bob@contoso.com', 'jobTitle=Clerk');
    expect((await job.entrain('provision', 'bob@contoso.com')).code).toBe(0);
    await job.entrain('directory', 'set', 'cleo@contoso.com', 'jobTitle=Clerk');
    await job.entrain('restart', '--reset-scope', 'None');
    const daemon = job.start('start');
    await daemon.says('the cycle ended');
    daemon.child.kill('SIGTERM');
    await daemon.ended;
    const entries = await exchanges();
    expect(requestsOf(entries)).toEqual(requestsSeen());
    expect(new Set(entries.map(({ _cycleId }) => _cycleId)).size).toBe(3);
  });

  test('keeps none of what a plan and a connection test ask', async () => {
    await setUp({ exchanges: 'all' });
    await job.entrain('plan');
    await job.entrain('test-connection');
    expect(await exchanges()).toEqual([]);
    expect(requestsSeen()).not.toEqual([]);
  });

  test('finds those of the log entries that are asked for', async () => {
    await setUp({ exchanges: 'all' });
    target.fault('conflict=1');
    await job.entrain('run');
    const [failure] = await logEntries('--status', 'failure');
    const name = failure?.sourceIdentity.displayName ?? '';
    await job.entrain('directory', 'set', `${name}@contoso.com`, 'jobTitle=Clerk');
    await job.entrain('run');
    const ofObject = await exchanges('--object', `${name}@contoso.com`);
    expect(methodAndStatus(ofObject)).toEqual(['GET 200', 'POST 409', 'GET 200', 'POST 201']);
    expect(await exchanges('--object', name)).toEqual(ofObject);
    const ofFailures = await exchanges('--status', 'failure', '--action', 'create');
    expect(methodAndStatus(ofFailures)).toEqual(['GET 200', 'POST 409']);
    expect(methodAndStatus(await exchanges('--object', name, '--limit', '1'))).toEqual(['POST 201']);
  });

  test('finds those of an object that the directory no longer has', async () => {
    await setUp({ exchanges: 'all' });
    await job.entrain('run');
    const known = await exchanges('--object', 'ada@contoso.com');
    writeFileSync(join(job.folder, 'directory.db'), '');
    expect(await exchanges('--object', 'ada@contoso.com')).toEqual(known);
    expect(known).toHaveLength(2);
  });

  test('keeps the last ones only, as many as it says', async () => {
    await setUp({ exchanges: 'all', exchangeLimit: 3 });
    await job.entrain('run');
    expect(requestsOf(await exchanges())).toEqual(requestsSeen().slice(-3));
  });

  test('keeps them through a restart, as it does the log', async () => {
    await setUp({ exchanges: 'all' });
    await job.entrain('run');
    const before = await exchanges();
    await job.entrain('restart', '--reset-scope', 'Full');
    expect(await exchanges()).toEqual(before);
  });
});

describe('a cycle that is killed', () => {
  test('leaves no log entry without the exchanges that led to it', async () => {
    const proxy = await startDeadlyProxy(target.baseUrl);
    const names = Array.from({ length: 150 }, (_, n) => `user${n}`);
    await setUp({ exchanges: 'all' }, names, {
      tenantUrl: proxy.baseUrl,
      target: { concurrency: 4 },
    });
    const run = job.start('run');
    proxy.lieInWait({
      // In the second page: what came of the first is recorded.
      nth: 270,
      moment: 'beforeTheAnswer',
      strike: () => {
        run.child.kill('SIGKILL');
      },
    });
    await run.ended;
    await proxy.stop();
    const logged = await logEntries('--status', 'success');
    const created = (await exchanges()).filter(({ response }) => response.status === 201);
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.map(({ changeId }) => changeId).sort()).toEqual(
      created.flatMap(({ _changeIds = [] }) => _changeIds).sort(),
    );
  });
});

describe('a job that keeps none', () => {
  test('says so, and how to keep some', async () => {
    await setUp({ exchanges: 'none' });
    target.fault('conflict=1');
    expect((await job.entrain('run')).code).toBe(3);
    expect(await exchanges()).toEqual([]);
    const { stderr } = await job.entrain('logs', '--har', 'again.har');
    expect(stderr).toContain('the job says log.exchanges: none. Write failed or all there');
  });
});

describe('the archive', () => {
  test('does not write over another file', async () => {
    await setUp(null);
    const { code, stderr } = await job.entrain('logs', '--har', 'entrain.yaml');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('entrain.yaml is a file that entrain itself works with'),
    ]);
  });

  test.each([
    [['--follow'], '--har writes files; leave --follow, --ndjson and --json out'],
    [['--json'], '--har writes files; leave --follow, --ndjson and --json out'],
    [['--csv', 'x'], 'ask for one after the other'],
  ])('is not written together with %j', async (flags, words) => {
    await setUp(null);
    const { code, stdout, stderr } = await job.entrain('logs', '--har', 'x.har', ...flags);
    expect(code).toBe(2);
    expect(stdout + stderr).toContain(words);
  });

  test('is empty for a job that never ran, which leaves no state behind', async () => {
    await setUp(null);
    expect(await exchanges()).toEqual([]);
    expect(readdirSync(job.folder)).not.toContain('it.state.db');
  });
});

describe('secrets', () => {
  const redacting = (): JsonObject =>
    JSON.parse(JSON.stringify(schemaDocument('config/scim.schema.json')), (_key, value: Json) => {
      const mapping = value as { targetAttributeName?: string; source?: JsonObject } | null;
      return mapping?.targetAttributeName === 'title'
        ? { ...mapping, source: { ...mapping.source, type: 'Function', expression: 'Redact([jobTitle])' } }
        : value;
    }) as JsonObject;

  const filesOfState = (): readonly string[] =>
    readdirSync(job.folder).filter((name) => name.startsWith('it.state.db'));

  test('and what the mappings redact are neither in the archive nor in the state', async () => {
    const endpoint = await startTokenEndpoint((socket) => socket.write(issued(TOKEN)));
    await setUp({ exchanges: 'all' }, ['ada'], {
      schema: redacting(),
      target: {
        auth: {
          type: 'oauth2',
          tokenUrl: `${endpoint.baseUrl}/token`,
          clientId: 'cid',
          clientSecret: 's3cret-of-the-client',
          credentialLocation: 'body',
        },
      },
    });
    expect((await job.entrain('run')).code).toBe(0);
    const entries = await exchanges();
    expect(entries.map(({ request }) => request.method)).toEqual(['POST', 'GET', 'GET', 'GET', 'POST']);
    expect(entries[0]).toMatchObject({ _cycleId: entries[4]?._cycleId });
    const archive = readFileSync(join(job.folder, 'log.har'), 'utf8');
    for (const hidden of [TOKEN, 's3cret-of-the-client', 'Spymaster']) expect(archive).not.toContain(hidden);
    for (const name of filesOfState()) {
      const bytes = readFileSync(join(job.folder, name), 'latin1');
      for (const secret of [TOKEN, 's3cret-of-the-client']) expect(bytes).not.toContain(secret);
      expect(statSync(join(job.folder, name)).mode & 0o777).toBe(0o600);
    }
    const db = new Database(job.stateFile, { readonly: true });
    const kept = db.prepare('SELECT document FROM exchange').pluck().all().join('\n');
    db.close();
    expect(kept).toContain('ada@contoso.com');
    expect(kept).not.toContain('Spymaster');
  });
});
