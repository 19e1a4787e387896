import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { REPOSITORY } from '../../scripts/pages.ts';
import { openApp, simulate } from '../../src/app/app.ts';
import { readConfiguration } from '../../src/app/configuration.ts';
import type { AppEvent } from '../../src/app/events.ts';
import { ConfigurationError } from '../../src/model/errors.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { blocksOf, textOf } from '../support/documented-commands.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

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
});

afterEach(async () => {
  await target.stop();
  job.remove();
});

const configuration = () => readConfiguration(join(job.folder, 'entrain.yaml'), { IT_TOKEN: TOKEN });

/** Runs a program over the built package in the folder of the job. @returns the lines it prints */
async function linesOf(program: string, ...args: readonly string[]): Promise<readonly string[]> {
  const env = { ...process.env, IT_TOKEN: TOKEN };
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], {
    cwd: job.folder,
    env,
  });
  return stdout.trimEnd().split('\n');
}

describe('the library page', () => {
  test('has an example that plans, runs and shows a job as its first line says', async () => {
    const example = join(REPOSITORY, 'docs/examples/plan-and-run.mjs');
    expect(await linesOf(example, 'entrain.yaml', 'it')).toEqual([
      'would create ada@contoso.com',
      'would create bob@contoso.com',
      'planned: 2 to create, 0 to update',
      'success: create ada@contoso.com',
      'success: create bob@contoso.com',
      'initial cycle: Succeeded',
      'job it: Active',
    ]);
  });

  test('shows a program that runs in a project into which the package is linked', async () => {
    mkdirSync(join(job.folder, 'node_modules'));
    symlinkSync(REPOSITORY, join(job.folder, 'node_modules/entrain'));
    const [block = ''] = blocksOf('docs/library.md', 'js');
    writeFileSync(join(job.folder, 'program.mjs'), block);
    expect(await linesOf('program.mjs')).toEqual(['2 []', 'Succeeded']);
    expect(target.resources('User')).toHaveLength(2);
  });

  test('names every method of an app, and the package exports every type of their signatures', () => {
    const listed = [...textOf('docs/library.md').matchAll(/^\| (`\w+.*?`) +\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)(?:\([^`]*\))?`/g)].map(([, name = '']) => name),
    );
    expect(listed).toEqual(expect.arrayContaining(Object.keys(openApp(configuration()))));
    const imported = ['src/app/app.ts', 'src/app/directory/directory.ts'].flatMap((file) =>
      [...textOf(file).matchAll(/^import (?:type )?\{([^}]+)\}/gm)]
        .flatMap(([, names = '']) => names.split(','))
        .map((name) => name.replace('type ', '').trim())
        .filter((name) => /^[A-Z]/.test(name)),
    );
    const index = textOf('src/index.ts');
    const starred = [...index.matchAll(/\* from '\.\/([^']+)'/g)].map(([, file = '']) =>
      textOf(`src/${file}`),
    );
    const isExported = (name: string): boolean =>
      new RegExp(`\\b${name}\\b`).test(index) ||
      starred.some((text) => new RegExp(`export (?:interface|type) ${name}\\b`).test(text));
    expect(imported.filter((name) => !isExported(name))).toEqual([]);
  });
});

describe('an app', () => {
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
