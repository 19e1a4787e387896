import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openApp, simulate } from '../../src/app/app.ts';
import { readConfiguration } from '../../src/app/configuration.ts';
import type { AppEvent } from '../../src/app/events.ts';
import { ConfigurationError } from '../../src/model/errors.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

vi.mock('entrain', () => import('../../src/index.ts'));

const TOKEN = 'example-token';

const DIRECTORY = {
  users: ['ada', 'bob'].map((name) => ({
    userPrincipalName: `${name}@contoso.com`,
    displayName: name,
    mailNickname: name,
    accountEnabled: true,
  })),
  assignments: [{ principal: 'ada@contoso.com' }, { principal: 'bob@contoso.com' }],
};

let target: RunningTarget;
let job: SpawnedJob;

beforeEach(async () => {
  target = await startTarget({ token: TOKEN });
  job = await setUpJob({ tenantUrl: target.baseUrl, token: TOKEN, directory: DIRECTORY });
  vi.stubEnv('IT_TOKEN', TOKEN);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await target.stop();
  job.remove();
});

const configuration = () => readConfiguration(join(job.folder, 'entrain.yaml'), { IT_TOKEN: TOKEN });

describe('an app', () => {
  test('plans, runs and shows a job, as the example does', async () => {
    const { planAndRun } = await import('../../docs/examples/plan-and-run.ts');
    const lines: string[] = [];
    const [{ id = '' } = {}] = configuration().jobs;
    await planAndRun(join(job.folder, 'entrain.yaml'), id, (line) => lines.push(line));
    expect(lines).toEqual([
      'would create ada@contoso.com',
      'would create bob@contoso.com',
      'planned: 2 to create, 0 to update',
      'success: create ada@contoso.com',
      'success: create bob@contoso.com',
      'initial cycle: Succeeded',
      `job ${id}: Active`,
    ]);
  });

  test('refuses a second run of a job while one is under way, and pauses and resumes it', async () => {
    const app = openApp(configuration());
    const [{ id = '' } = {}] = app.configuration.jobs;
    const events: AppEvent['kind'][] = [];
    const first = app.run(id, {}, { onEvent: ({ kind }) => events.push(kind) });
    await expect(Promise.all([first, app.run(id)])).rejects.toBeInstanceOf(ConfigurationError);
    await first;
    expect(events.filter((kind) => /^cycle/.test(kind))).toEqual(['cycleBegun', 'cycleEnded']);
    expect((await app.pause(id)).before.isPaused).toBe(false);
    expect((await app.status(id)).schedule).toBe('Paused');
    await app.resume(id);
    expect((await app.status(id)).schedule).toBe('Active');
  });

  test('is a daemon until it is aborted, and reports what it does', async () => {
    const stop = new AbortController();
    const told: string[] = [];
    await openApp(configuration()).daemon(
      {},
      {
        signal: stop.signal,
        onEvent: (event) => {
          if (event.kind !== 'log') return;
          told.push(event.text);
          if (event.text === 'the cycle ended') stop.abort();
        },
      },
    );
    const expected = ['the daemon has started', 'a cycle begins', 'the cycle ended', 'the daemon has ended'];
    expect(told.filter((text) => expected.includes(text))).toEqual(expected);
    expect(target.resources('User')).toHaveLength(2);
  });
});

test('a scenario is played without a configuration, and its timeline is reported', async () => {
  const folder = fileURLToPath(
    new URL('../../fixtures/scenarios/18-a-null-attribute-never-flows', import.meta.url),
  );
  const kinds: string[] = [];
  const { mismatches, cycles } = await simulate(folder, {}, ({ kind }) => kinds.push(kind));
  expect(mismatches).toEqual([]);
  expect(cycles).toBeGreaterThan(0);
  expect(kinds).toContain('cycle');
});
