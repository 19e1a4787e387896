import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { HAR } from '../io/har/har-shape.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const TOKEN = 'hush-4711-never-to-be-seen';

let target: RunningTarget;
let job: SpawnedJob;

beforeEach(async () => {
  target = await startTarget({ token: TOKEN });
  job = await setUpJob({
    tenantUrl: target.baseUrl,
    token: TOKEN,
    directory: {
      users: [{ userPrincipalName: 'ada@contoso.com', displayName: 'ada', accountEnabled: true }],
      assignments: [{ principal: 'ada@contoso.com' }],
    },
  });
});

afterEach(async () => {
  await target.stop();
  job.remove();
});

/** The requests in the archive, with their recipients. */
const requestsIn = (name: string): readonly string[] =>
  HAR.parse(JSON.parse(readFileSync(join(job.folder, name), 'utf8'))).log.entries.map(({ request }) => {
    const { pathname } = new URL(request.url);
    return `${request.method} ${pathname.slice(new URL(target.baseUrl).pathname.length)}`;
  });

const requestsSeen = (): readonly string[] =>
  target.requests().map(({ method, path }) => `${method} ${path}`);

describe('--har', () => {
  test('on run writes down every exchange, without the token, for the owner alone', async () => {
    expect((await job.entrain('run', '--har', 'it.har')).code).toBe(0);
    expect(requestsIn('it.har')).toEqual(requestsSeen());
    expect(requestsIn('it.har')).toContain('POST /Users');
    expect(readFileSync(join(job.folder, 'it.har'), 'utf8')).not.toContain(TOKEN);
    expect(statSync(join(job.folder, 'it.har')).mode & 0o777).toBe(0o600);
  });

  test('on plan and on test-connection writes down reads', async () => {
    expect((await job.entrain('plan', '--har', 'plan.har')).code).toBe(0);
    const planned = requestsIn('plan.har');
    expect(planned).toEqual(requestsSeen());
    expect((await job.entrain('test-connection', '--har', 'probe.har')).code).toBe(0);
    expect(requestsIn('probe.har')).toEqual(['GET /Users', 'GET /Groups']);
    expect(requestsSeen()).toEqual([...planned, ...requestsIn('probe.har')]);
  });

  test('keeps the exchanges of a cycle that could not begin', async () => {
    await target.stop();
    expect((await job.entrain('run', '--har', 'it.har')).code).toBe(4);
    expect(requestsIn('it.har')).toEqual(['GET /Users']);
    target = await startTarget({ token: TOKEN });
  });

  test('does not write over another file, and then nothing is asked of the target', async () => {
    const { code, stderr } = await job.entrain('run', '--har', 'entrain.yaml');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('entrain.yaml is a file that entrain itself works with'),
    ]);
    expect(requestsSeen()).toEqual([]);
    expect(existsSync(join(job.folder, 'it.har'))).toBe(false);
  });
});
